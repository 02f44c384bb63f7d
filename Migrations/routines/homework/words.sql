-- The word for where a piece of homework stands at an instant. What was returned was handed in once: it is not missed.
create function homework_status(state text, opens_at timestamptz, closes_at timestamptz, at timestamptz)
returns text language sql immutable parallel safe
return case
    when state in ('assigned', 'draft') and closes_at <= at then 'missed'
    when state = 'assigned' and opens_at > at then 'scheduled'
    when state = 'assigned' then 'open'
    else state end;

-- Whether it counts at an instant: its time has come, and the counselor has not withdrawn it.
create function homework_is_due(state text, due_at timestamptz, at timestamptz) returns boolean
language sql immutable parallel safe
return due_at <= at and state <> 'withdrawn';

-- When it was first handed in; null where it never was, or where the client has taken it back. What was sent back for
-- rework has been handed in. (Of what is older than first_submitted_at, the last time is known.)
create function homework_handed_in(state text, first_submitted_at timestamptz, submitted_at timestamptz)
    returns timestamptz
language sql immutable parallel safe
return case when state <> 'draft' then coalesce(first_submitted_at, submitted_at) end;

-- From when it is late.
create function homework_late_from(due_at timestamptz, late_at timestamptz) returns timestamptz
language sql immutable parallel safe
return coalesce(late_at, due_at);

-- How long the last submission waited for the counselor's answer; null while it waits.
create function homework_review_lag(submitted_at timestamptz, responded_at timestamptz, reviewed_at timestamptz)
    returns interval
language sql immutable parallel safe
return case when coalesce(responded_at, reviewed_at) >= submitted_at
    then coalesce(responded_at, reviewed_at) - submitted_at end;
