-- When homework is open, closed, missed, due or late. The instants themselves are made from the schedule
-- (Sources/Practice/Schedules); how long what was finished before is still taken, in Submission.swift.

-- Whether its time is over at an instant. What was returned was handed in once, and is taken again whenever it comes.
create function homework_is_closed(state text, closes_at timestamptz, at timestamptz) returns boolean
language sql immutable parallel safe
return state <> 'returned' and coalesce(closes_at <= at, false);

-- The word for where a piece of homework stands at an instant.
create function homework_status(state text, opens_at timestamptz, closes_at timestamptz, at timestamptz)
returns text language sql immutable parallel safe
return case
    when homework_is_outstanding(state) and homework_is_closed(state, closes_at, at) then 'missed'
    when state = 'assigned' and opens_at > at then 'scheduled'
    when state = 'assigned' then 'open'
    else state end;

-- Whether it counts at an instant: its time has come, and the counselor has not withdrawn it.
create function homework_is_due(state text, due_at timestamptz, at timestamptz) returns boolean
language sql immutable parallel safe
return due_at <= at and state <> 'withdrawn';

-- When it was first handed in, whatever came of it. (Of what is older than first_submitted_at, the last time is known.)
create function homework_reached(first_submitted_at timestamptz, submitted_at timestamptz) returns timestamptz
language sql immutable parallel safe
return coalesce(first_submitted_at, submitted_at);

-- The same; null where the client has taken it back. What was sent back for rework has been handed in.
create function homework_handed_in(state text, first_submitted_at timestamptz, submitted_at timestamptz)
    returns timestamptz
language sql immutable parallel safe
return case when state <> 'draft' then homework_reached(first_submitted_at, submitted_at) end;

-- From when it is late.
create function homework_late_from(due_at timestamptz, late_at timestamptz) returns timestamptz
language sql immutable parallel safe
return coalesce(late_at, due_at);

-- Whether it came late, or is late at an instant. What was in time once stays so.
create function homework_is_late(first_submitted_at timestamptz, submitted_at timestamptz, due_at timestamptz,
    late_at timestamptz, at timestamptz) returns boolean
language sql immutable parallel safe
return coalesce(homework_reached(first_submitted_at, submitted_at), at) > homework_late_from(due_at, late_at);

-- How long the last submission waited for the counselor's answer; null while it waits.
create function homework_review_lag(submitted_at timestamptz, responded_at timestamptz, reviewed_at timestamptz)
    returns interval
language sql immutable parallel safe
return case when coalesce(responded_at, reviewed_at) >= submitted_at
    then coalesce(responded_at, reviewed_at) - submitted_at end;
