-- Whom the practice has still to answer: what is not closed, nor accepted.
create function inquiry_waits(state text) returns boolean language sql immutable parallel safe
return state in ('received', 'screening', 'offered', 'waitlisted');

-- received -> screening -> offered -> (waitlisted <-> offered) -> accepted; out of each of these: declined, referred,
-- withdrawn.
create function inquiry_follows(former text, next text) returns boolean language sql immutable parallel safe
return coalesce(case former
    when 'received' then next in ('screening', 'declined', 'referred', 'withdrawn')
    when 'screening' then next in ('offered', 'declined', 'referred', 'withdrawn')
    when 'offered' then next in ('waitlisted', 'accepted', 'declined', 'referred', 'withdrawn')
    when 'waitlisted' then next in ('offered', 'declined', 'referred', 'withdrawn') end, false);

-- A call is answered within a day, screening done in three, an offer answered within a week, a waitlist looked at
-- monthly.
create function inquiry_limit(state text, hours int) returns interval language sql immutable parallel safe
return make_interval(hours => coalesce(hours, case state
    when 'received' then 24 when 'screening' then 72 when 'offered' then 168 when 'waitlisted' then 720 end));
