-- The day from which a consent holds no more by itself; what guardians have signed, when the client comes of age. Null
-- where there is none.
create function consent_ends_on(expires_on date, by_guardians boolean, birth_date date) returns date
language sql immutable parallel safe
return least(expires_on, case when by_guardians then comes_of_age_on(birth_date) end);

-- Where a consent stands on a day: that it has run out follows from the calendar, whether or not the worker has said
-- so.
create function consent_state(state text, expires_on date, by_guardians boolean, birth_date date, today date)
returns text language sql immutable parallel safe
return case
    when state = 'signed' and consent_ends_on(expires_on, by_guardians, birth_date) <= today then 'expired'
    else state end;
