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
