-- What records of other systems say of people, and what of it is followed. One person never becomes another: a number
-- alone makes nobody somebody else, and a change is followed only where the record said something else before.

-- One of year, month and day was written wrong, or month and day the other way round.
create function access.near_days(a date, b date) returns boolean language sql immutable parallel safe as $$
    select (y.a = y.b)::int + (m.a = m.b)::int + (d.a = d.b)::int >= 2 or (y.a = y.b and m.a = d.b and d.a = m.b)
    from (select extract(year from a) as a, extract(year from b) as b) y,
        (select extract(month from a) as a, extract(month from b) as b) m,
        (select extract(day from a) as a, extract(day from b) as b) d
$$;

-- Whether a record that has a number of a chart cannot be of the chart's person: name and birth date contradict.
-- `by_id` says that it is the very record from which the person was taken over, which may have got another given name
-- since. Twins share a family name and a birth date: a number alone does not tell them. How much names are alike is
-- judged as for duplicates (people/names.sql).
create function access.contradicts(
    client uuid, given text, preferred text, family text, others jsonb, sex text, born_from date, born_until date,
    by_id boolean)
returns boolean language sql stable security definer set search_path = public, access, pg_temp as $$
    with compared as (
        select bool_or(a.of_given >= 2) as given_fits, bool_or(a.of_family = 2) as family_fits,
            -- Null where one of the two is not known.
            c.born_from <= contradicts.born_until and c.born_until >= contradicts.born_from as birth_fits,
            coalesce(c.birth_date = said.day, false) as birth_is,
            coalesce(access.near_days(c.birth_date, said.day), false) as birth_is_near
        from clients c
            cross join (
                select case when contradicts.born_from = contradicts.born_until then contradicts.born_from end as day
            ) said
            cross join access.names_of(given, preferred, family, others) mine
            cross join lateral access.names_of(c.given_name, c.preferred_name, c.family_name, c.other_names) theirs
            cross join lateral access.alike_people(mine.given, mine.preferred, mine.family, contradicts.sex,
                theirs.given, theirs.preferred, theirs.family, c.sex) a
        where c.practice_id = access.practice() and c.client_id = client and access.action() = 'import.run'
        group by c.born_from, c.born_until, c.birth_date, said.day)
    select not (given_fits and family_fits and (coalesce(birth_fits, true) or birth_is_near)
                or birth_is and (given_fits or by_id and family_fits)
                or by_id and given_fits and coalesce(birth_fits, false))
    from compared
$$;
grant execute on function access.contradicts to cairn_worker;

-- What becomes of one thing that a chart says: a gap is filled, and what the record said before, and says otherwise
-- now, is followed where the chart still says it. What somebody wrote stays.
create function access.followed(chart text, was text, now text) returns text language sql immutable parallel safe
return case when now is null then chart when chart is null or (was <> now and chart = was) then now else chart end;
grant execute on function access.followed to cairn_worker;

-- Whether somebody lives and is in care is changed at the end of an import, of all whom it is about at once: what ends
-- with a chart is in groups, which are held before any chart is, by whoever closes one (decision 0025). First all their
-- groups, by id, and then the charts. Whoever is at work in a chart goes first: the import is undone, and begins once
-- more.
create function access.hold_for_standing(clients uuid[]) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare practice constant uuid := access.practice(); theirs constant uuid[] := access.groups_of(practice, clients);
begin
    if access.action() is distinct from 'import.run' then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    perform access.lock_groups(practice, theirs), access.hold_charts(practice, clients);
    if not access.groups_of(practice, clients) <@ theirs then
        -- Somebody has just put one of them into another group: once more, from the beginning.
        raise exception 'close_again' using errcode = '40001';
    end if;
end $$;
grant execute on function access.hold_for_standing to cairn_worker;
create function access.hold_charts(practice uuid, clients uuid[]) returns void
language plpgsql set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
begin
    perform access.hold_charts_in_order(practice, clients);
exception when lock_not_available then
    raise exception 'close_again' using errcode = '40001';
end $$;

-- Sets that somebody is in care no more, under the locks above. A file cannot say what becomes of what is open: it is
-- kept, and told to the desk (people/open_things.sql).
create function access.retire_chart(client uuid) returns void language sql set search_path = public, access,
    pg_temp as $$
    update clients c set status = 'inactive', version = c.version + 1
    where c.practice_id = access.practice() and c.client_id = client and c.status = 'active'
$$;
grant execute on function access.retire_chart to cairn_worker;

-- Takes into a chart what a record says now, given what it said before; whether anything changed, and null where that
-- somebody lives or is in care would change: then nothing is done until the chart is `held`. `now` has the members
-- given, family, preferred, birth, sex, language, maritalStatus, active, deceased, diedOn, names and links, as far as
-- they are known. Contact data are not in it: what is not there may have been taken out because it was not safe.
--
-- A chart that an import has changed stays locked until its end, and whoever gives a seat meanwhile does not wait for
-- it.
create function access.follow_record(client uuid, source text, system text, record text, now jsonb, held boolean)
returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
declare
    practice constant uuid := access.practice();
    before jsonb;
    c clients;
    n clients;
    new_names jsonb;
    born text;
begin
    select i.said into before from client_identifiers i
    where i.practice_id = practice and i.source = follow_record.source
      and i.system = follow_record.system and i.value = record;
    select * into c from clients t where t.practice_id = practice and t.client_id = client for no key update;
    n := c;
    -- A name that is no more becomes a former one.
    new_names := coalesce((
        select jsonb_agg(x) from jsonb_array_elements(now -> 'names') x
        where not coalesce(before -> 'names' @> jsonb_build_array(x), false)), '[]');
    if (c.given_name, c.family_name) = (before ->> 'given', before ->> 'family')
        and (now ->> 'given', now ->> 'family') <> (c.given_name, c.family_name)
    then
        n.given_name := now ->> 'given';
        n.family_name := now ->> 'family';
        new_names := new_names
            || jsonb_build_array(jsonb_build_object('kind', 'former', 'given', c.given_name, 'family', c.family_name));
    end if;
    if before is not null and c.preferred_name is not distinct from (before ->> 'preferred') then
        n.preferred_name := now ->> 'preferred';
    end if;
    n.other_names := access.names_joined(c.other_names, new_names);
    born := coalesce(to_char(c.birth_date, 'YYYY-MM-DD'), c.born_in);
    born := case when starts_with(now ->> 'birth', born || '-') then now ->> 'birth'
        else access.followed(born, before ->> 'birth', now ->> 'birth') end;
    n.birth_date := case when length(born) = 10 then born::date end;
    n.born_in := case when length(born) < 10 then born end;
    n.sex := coalesce(access.followed(nullif(c.sex, 'unknown'), before ->> 'sex',
        nullif(now ->> 'sex', 'unknown')), c.sex);
    n.language := access.followed(c.language, before ->> 'language', now ->> 'language');
    n.marital_status := access.followed(c.marital_status, before ->> 'maritalStatus', now ->> 'maritalStatus');
    n.status := access.followed_status(c.status, coalesce(before, '{}'), now);
    -- Of who has several records, one that is out of use says nothing as long as another is in use.
    if c.status = 'active' and n.status = 'inactive' and exists (
        select from client_identifiers i
        where i.practice_id = practice and i.client_id = client and (i.said ->> 'active')::boolean
          and (i.source, i.system, i.value) <> (follow_record.source, follow_record.system, record))
    then
        n.status := c.status;
    end if;
    n.died_on := case when n.status = 'deceased'
        then access.followed(to_char(c.died_on, 'YYYY-MM-DD'),
            before ->> 'diedOn', now ->> 'diedOn')::date end;
    if n.died_on < coalesce(n.birth_date, first_day_of(n.born_in)) then -- another birth date was written since
        n.died_on := null;
    end if;
    if not held and (n.status, n.died_on) is distinct from (c.status, c.died_on) then
        return null;
    elsif n is distinct from c then
        update clients t set given_name = n.given_name, family_name = n.family_name, preferred_name = n.preferred_name,
            other_names = n.other_names, birth_date = n.birth_date, born_in = n.born_in, sex = n.sex,
            language = n.language, marital_status = n.marital_status,
            status = n.status, died_on = n.died_on, version = c.version + 1
        where t.practice_id = practice and t.client_id = client;
    end if;
    update client_identifiers i set said = coalesce(before, '{}') || jsonb_strip_nulls(now)
    where i.practice_id = practice and i.source = follow_record.source
      and i.system = follow_record.system and i.value = record
      and i.said is distinct from coalesce(before, '{}') || jsonb_strip_nulls(now);
    return n is distinct from c or (before -> 'links') is distinct from (now -> 'links') and before is not null;
end $$;
grant execute on function access.follow_record to cairn_worker;

-- Whether somebody lives and is in care is FHIR's to modify: what a record said before and says otherwise now is
-- followed, unless somebody has decided otherwise since. That somebody lives must be said; that a record is in use goes
-- without saying.
create function access.followed_status(chart text, was jsonb, now jsonb) returns text
language sql immutable parallel safe
return case
    when (now ->> 'deceased')::boolean and (was ->> 'deceased')::boolean is not true then 'deceased'
    when not (now ->> 'deceased')::boolean and (was ->> 'deceased')::boolean and chart = 'deceased'
        then case when (now ->> 'active')::boolean then 'active' else 'inactive' end
    when chart = 'active' and not (now ->> 'active')::boolean
        and coalesce((was ->> 'active')::boolean, true) then 'inactive'
    when chart = 'inactive' and (now ->> 'active')::boolean and not (was ->> 'active')::boolean then 'active'
    else chart end;
grant execute on function access.followed_status to cairn_worker;
