-- Words that every domain uses.
-- Every update of a versioned row says which version it saw: it sets version to that number plus one.
-- Anything else is a stale write and is refused here, so that no statement can forget to check.
create function versioned() returns trigger language plpgsql as $$
begin
    if new.version is distinct from old.version + 1 then
        raise exception 'stale_version' using errcode = 'PC412';
    end if;
    return new;
end $$;

create function never_changes() returns trigger language plpgsql as $$
begin
    raise exception 'never_changes' using errcode = 'PC409';
end $$;

-- A UUIDv7 (RFC 9562, 5.7) of an instant, where the database makes rows of which the server does not know how many.
create function uuid_v7(at timestamptz) returns uuid language sql volatile parallel safe
return encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
        'hex')::uuid;

create function never_changes_but_its_client() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_user = 'cairn_access' then
        if moves_with_its_client(to_jsonb(old), to_jsonb(new)) then return new; end if;
    end if;
    raise exception 'never_changes' using errcode = 'PC409';
end $$;

-- The age on a day of somebody born on a day, in whole years.
create function age_on(born date, day date) returns int language sql immutable parallel safe
return extract(year from age(day, born))::int;

-- The age on a day of somebody born between two days; null where it depends on which day it was.
create function certain_age(born_from date, born_until date, day date) returns int language sql immutable parallel safe
return case when age_on(born_from, day) = age_on(born_until, day) then age_on(born_from, day) end;

-- How a person is called, in one line.
create function called(given_name text, preferred_name text, family_name text) returns text
language sql immutable parallel safe
return concat_ws(' ', nullif(coalesce(preferred_name, given_name), ''), nullif(family_name, ''));

create function in_our_time(day date) returns boolean language sql immutable parallel safe
return coalesce(day between '1900-01-01' and '2199-12-31', true);

create function in_our_time(at timestamptz) returns boolean language sql immutable parallel safe
return coalesce(at >= '1900-01-01 00:00Z' and at < '2200-01-01 00:00Z', true);

create function in_our_time(days daterange) returns boolean language sql immutable parallel safe
return in_our_time(lower(days)) and in_our_time(upper(days));

create function lies_in_another_time() returns trigger language plpgsql as $$
begin
    -- What a merge took out of the way comes back as it was.
    if split_part(coalesce(current_setting('cairn.caller', true), ''), '/', 5) = 'client.merge' then
        return null;
    end if;
    raise exception 'lies_in_another_time'
        using errcode = '23514', constraint = tg_argv[0], table = tg_table_name, schema = tg_table_schema;
end $$;
comment on function lies_in_another_time() is
    'Refuses a row in which a day was written that is not of our time, by the name of the rule.';

-- Whether the worker makes more pieces of an assignment. Where all are made and something changed that they may have to
-- follow, it is looked at once more, and at once: from before this day (access.plan_anew).
create function makes_more(plan_next timestamptz) returns boolean language sql immutable parallel safe
return coalesce(plan_next > '1999-12-31 00:00Z', false);

-- The day on which somebody comes of age, and whether that is still to come on a day; null where the birth date is not
-- known.
create function comes_of_age_on(born date) returns date language sql immutable parallel safe
return (born + interval '18 years')::date;

create function is_under_age(born date, day date) returns boolean language sql immutable parallel safe
return comes_of_age_on(born) > day;

-- The age from which people are of age.
create function years_of_age() returns int language sql immutable parallel safe
return age_on('2000-01-01', comes_of_age_on('2000-01-01'));
