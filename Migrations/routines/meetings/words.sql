-- How often a rule comes: each so manyth day, week or month.
create function rule_interval(rule text) returns int language sql immutable strict parallel safe
return coalesce(substring(rule from 'INTERVAL=(\d+)')::int, 1);

-- Whether a rule takes a day, seen from the first day that it takes. The rule is one as Recurrence.rrule writes it,
-- without an end; weeks begin on Monday.
create function rule_takes(rule text, first date, day date) returns boolean language sql immutable strict parallel safe
return case substring(rule from 'FREQ=(\w+)')
    when 'DAILY' then (day - first) % rule_interval(rule) = 0
    when 'WEEKLY' then
        (array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from day)]
            = any (string_to_array(substring(rule from 'BYDAY=([^;]+)'), ','))
        and (date_trunc('week', day::timestamp)::date - date_trunc('week',
            first::timestamp)::date) / 7 % rule_interval(rule) = 0
    else
        ((extract(year from day) - extract(year from first)) * 12
            + extract(month from day) - extract(month from first))::int % rule_interval(rule) = 0
        and case when rule like '%BYMONTHDAY=%' then
            string_to_array(substring(rule from 'BYMONTHDAY=([^;]+)'), ',')::int[] && array[
                extract(day from day)::int,
                day - (date_trunc('month', day::timestamp) + interval '1 month')::date]
        else
            string_to_array(substring(rule from 'BYDAY=([^;]+)'), ',') && array[
                ((extract(day from day)::int + 6) / 7)::text || (
                    array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from day)],
                ((day - (date_trunc('month', day::timestamp) + interval '1 month')::date - 6) / 7)::text
                    || (array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from day)]]
        end end;
