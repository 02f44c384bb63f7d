-- Where a consent stands on a day: that it has run out follows from the calendar, whether or not the worker has said
-- so.
create function consent_state(state text, expires_on date, by_guardians boolean, birth_date date, today date)
returns text language sql immutable parallel safe
return case
    when state = 'signed' and (expires_on <= today or (by_guardians and not is_under_age(birth_date, today)))
        then 'expired'
    else state end;
