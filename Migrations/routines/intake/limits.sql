-- How long an inquiry may wait; a practice may say other hours (inquiry_limits).

-- A call is answered within a day, screening done in three, an offer answered within a week, a waitlist looked at
-- monthly.
create function inquiry_limit(state text, hours int) returns interval language sql immutable parallel safe
return make_interval(hours => coalesce(hours, case state
    when 'received' then 24 when 'screening' then 72 when 'offered' then 168 when 'waitlisted' then 720 end));
