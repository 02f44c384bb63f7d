-- What waits for the client to do it.
create function homework_is_outstanding(state text) returns boolean language sql immutable parallel safe
return state in ('assigned', 'draft', 'returned');

-- What the client has done, and the counselor has not sent back.
create function homework_is_done(state text) returns boolean language sql immutable parallel safe
return state in ('submitted', 'reviewed');

-- What nobody has begun, or ever handed in: whoever plans may move it or take it away.
create function homework_is_untouched(state text, submissions int) returns boolean language sql immutable parallel safe
return state = 'assigned' and submissions = 0;
