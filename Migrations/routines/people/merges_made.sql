-- Merging two charts and parting them again: who may, when, and under which locks. What is moved, and how, is in
-- people/merges.sql.

-- The groups in which somebody has, had or waits for a seat.
create function access.groups_of(practice uuid, clients uuid[]) returns uuid[] language sql stable as $$
    select array(select distinct e.group_id from public.enrollments e where e.practice_id = practice
        and e.client_id = any (clients))
$$;

-- The system under which a chart keeps the ids of those that were merged into it.
create function access.former_id_system() returns text language sql immutable return 'urn:cairn:client';

-- Whoever needs whole charts, or several groups and charts at once, gives way: it waits half a second at most for who
-- is at work in one of them, and is then undone and answered 503, so that a request that holds a row of a chart and
-- needs the chart itself never has to.
--
-- The groups of both are held as well, before the charts: who is placed in one of them at the same time is judged
-- before, and seen, or after, against the one chart that it is then.
create function access.lock_for_merge(survivor uuid, duplicate uuid) returns void language plpgsql as $$
declare
    practice constant uuid := access.practice();
    groups_of_both constant uuid[] := access.groups_of(practice, array[survivor, duplicate]);
begin
    perform access.lock_groups(practice, groups_of_both);
    perform from public.clients c where c.practice_id = practice and c.client_id in (survivor, duplicate)
    order by c.client_id for update;
    -- Whoever invites or accepts locks the account first too, before its letters, which move with the chart.
    perform from public.accounts a where a.practice_id = practice and a.client_id in (survivor, duplicate)
    order by a.account_id for update;
    if not access.groups_of(practice, array[survivor, duplicate]) <@ groups_of_both then
        -- Somebody has just put one of them into another group: once more, from the beginning.
        raise exception 'merge_again' using errcode = '40001';
    end if;
end $$;

-- Refuses what cannot be made one, and a merge by who reads one of the charts as its client or as a guardian.
create function access.refuse_merge(survivor uuid, duplicate uuid) returns void language plpgsql as $$
begin
    if not exists (
        select from public.clients c where c.practice_id = access.practice() and c.client_id = survivor)
    then
        raise exception 'not_found' using errcode = 'PC404';
    elsif survivor = duplicate then
        raise exception 'same_client' using errcode = 'PC422';
    elsif not exists (
        select from public.clients c where c.practice_id = access.practice() and c.client_id = duplicate)
    then
        raise exception 'no_such_client' using errcode = 'PC422';
    elsif access.own_client() in (survivor, duplicate)
        or access.account() in (select r.account_id from access.accounts_reading(array[survivor, duplicate]) r)
    then
        raise exception 'chart_of_oneself' using errcode = 'PC409';
    elsif access.merge_obstacles(survivor, duplicate) <> '{}' then
        raise exception 'merge_is_blocked' using errcode = 'PC409';
    end if;
end $$;

-- The accounts that read one of some charts: its client's, and those of whoever guards the client, today or later.
-- Guardians read what is a minor's: where one of the charts may be one, the other may be so soon, by its birth date.
create function access.accounts_reading(clients uuid[]) returns setof public.accounts language sql stable as $$
    select a.* from public.accounts a where a.practice_id = access.practice() and a.client_id = any (clients)
    union all
    select a.*
    from public.guardianships r join public.guardians g using (practice_id, guardian_id)
        join public.accounts a on a.practice_id = g.practice_id and a.account_id = g.account_id
    where r.practice_id = access.practice() and r.client_id = any (clients)
      and access.goes_on(r.during, access.today())
      and exists (select from public.clients c
                  where c.practice_id = r.practice_id and c.client_id = any (accounts_reading.clients)
                    and coalesce(public.is_under_age(c.born_until, access.today()), true))
$$;

-- Whether a merge waits for a second member of staff. Whoever signs in to one of two charts, or guards its client,
-- reads both once they are one: so nobody alone makes one of a chart and another of which he has the sign-in, or has
-- somebody's sign-in replaced. Where nobody else at the desk could confirm, there is nobody to wait for.
create function access.merge_waits(survivor uuid, duplicate uuid) returns boolean language sql stable as $$
    select exists (
            select from access.accounts_reading(array[survivor, duplicate]) a where access.is_in_use(a))
        and exists (
            select from public.accounts a
            where a.practice_id = access.practice() and a.account_id <> access.account() and a.disabled_at is null
              and a.password_hash is not null
              and a.account_id not in (select r.account_id from access.accounts_reading(array[survivor, duplicate]) r)
              and exists (select from access.rules r
                          where r.action = 'client.change' and r.relation = 'any' and r.role = any (a.roles)))
$$;

-- Makes one chart of two, for the functions below.
create function access.make_merge(
    merge_id uuid, survivor uuid, duplicate uuid, merged_by uuid, confirmed_by uuid, at timestamptz
) returns void language plpgsql as $$
declare
    practice constant uuid := access.practice();
    merge public.client_merges;
    r access.client_references;
begin
    insert into public.client_merges
        (practice_id, merge_id, survivor_id, duplicate_id, chart, merged_at, merged_by, confirmed_by, names_before)
    select practice, make_merge.merge_id, survivor, duplicate, to_jsonb(c), at, make_merge.merged_by,
        make_merge.confirmed_by,
        (select s.other_names from public.clients s where s.practice_id = practice and s.client_id = survivor)
    from public.clients c where c.practice_id = practice and c.client_id = duplicate
    returning * into merge;
    perform access.merge_conflicts(merge), access.merge_inquiries(merge), access.merge_doubles(merge);
    -- Somebody is in care, or is not, as the survivor's chart says: how the duplicate's was closed is kept for the
    -- reversal.
    perform access.set_aside(merge, 'public.chart_closings', 'client_id', 't.client_id = $4 and t.reopened_at is null');
    for r in select * from access.client_references where way <> 'by rule' order by way = 'follows' loop
        perform access.move_forth(merge, r);
    end loop;
    perform access.merge_accounts(merge), access.merge_pairs(merge);
    delete from public.clients c where c.practice_id = practice and c.client_id = duplicate;
    insert into public.client_identifiers (practice_id, system, value, client_id)
    values (practice, access.former_id_system(), duplicate::text, survivor);
    update public.clients c set version = c.version + 1, other_names = access.merged_names(merge, c)
    where c.practice_id = practice and c.client_id = survivor;
    perform access.spans_follow(practice, survivor, at);
    -- Where both had a seat in one group, or an offer of one, it is free.
    perform access.offer_beside(practice, freed.group_id, freed.today, at)
    from (
        select distinct g.group_id, d.today
        from public.client_merge_moves m join public.groups g
                on g.practice_id = m.practice_id and g.group_id = (m.was ->> 'group_id')::uuid
            cross join lateral (select access.day_in(practice, g.group_id, at) as today) d
        where m.practice_id = practice and m.merge_id = merge.merge_id and m.table_name = 'public.enrollment_spans'
          and public.has_seat_or_offer(m.was ->> 'status') and upper_inf((m.was ->> 'recorded')::tstzrange)
          and (m.was ->> 'during')::daterange && daterange(d.today, null)
        order by g.group_id) freed;
end $$;

-- Makes one chart of two, or keeps that somebody asked for it; answers until when a second member of staff may confirm
-- it, or null where it is done.
create function access.merge_clients(merge_id uuid, survivor uuid, duplicate uuid, at timestamptz) returns timestamptz
language plpgsql security definer set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
#variable_conflict use_column
begin
    if access.action() is distinct from 'client.merge' or not access.whole() then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    perform access.lock_for_merge(survivor, duplicate), access.refuse_merge(survivor, duplicate);
    if not access.merge_waits(survivor, duplicate) then
        perform access.make_merge(merge_clients.merge_id, survivor, duplicate, access.account(), null, at);
        return null;
    end if;
    delete from client_merge_requests r
    where r.practice_id = access.practice()
      and (r.expires_at <= at or (r.survivor_id in (survivor, duplicate) and r.duplicate_id in (survivor, duplicate)
                                  and r.asked_by = access.account()));
    insert into client_merge_requests (practice_id, merge_id, survivor_id, duplicate_id, asked_by, asked_at, expires_at)
    values (access.practice(), merge_clients.merge_id, survivor, duplicate, access.account(), at,
        at + interval '7 days');
    return at + interval '7 days';
end $$;
grant execute on function access.merge_clients to cairn_server;

-- A second member of staff confirms a merge, which makes it. To say so again is harmless.
create function access.confirm_merge(
    merge_id uuid, survivor uuid, at timestamptz, request uuid, proof bytea
) returns timestamptz
language plpgsql security definer set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
#variable_conflict use_column
declare asked client_merge_requests; done client_merges; shown constant text[] := access.word(6)::text[];
begin
    if access.action() is distinct from 'client.change' or not access.whole() then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    select * into asked from client_merge_requests r
    where r.practice_id = access.practice() and r.merge_id = confirm_merge.merge_id and r.survivor_id = survivor
      and r.expires_at > at;
    if found then
        perform access.lock_for_merge(survivor, asked.duplicate_id);
        select * into asked from client_merge_requests r
        where r.practice_id = access.practice() and r.merge_id = confirm_merge.merge_id for update;
    end if;
    if asked.merge_id is null then
        select * into done from client_merges m
        where m.practice_id = access.practice() and m.merge_id = confirm_merge.merge_id and m.survivor_id = survivor;
        if not found then
            raise exception 'not_found' using errcode = 'PC404';
        end if;
        return done.merged_at;
    elsif asked.asked_by = access.account() then
        raise exception 'confirmed_by_another' using errcode = 'PC409';
    end if;
    -- What one asked for who may merge no more is nothing, as is what was asked of a chart that is gone.
    if not exists (
            select from clients c where c.practice_id = asked.practice_id and c.client_id = asked.duplicate_id)
        or not exists (
            select from accounts a join access.rules r on r.role = any (a.roles)
            where a.practice_id = asked.practice_id and a.account_id = asked.asked_by and a.disabled_at is null
              and r.action = 'client.merge' and r.relation = 'any')
    then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    perform access.refuse_merge(survivor, asked.duplicate_id);
    delete from client_merge_requests r where r.practice_id = asked.practice_id and r.merge_id = asked.merge_id;
    -- It is the merge that was asked for by who may; the confirmation alone may change far less.
    perform access.set_scope(asked.practice_id, access.account(), access.own_client(), access.role(), access.relation(),
        'client.merge', '{all}', 'practice', '{}', '{}', '{}', access.today(), false, access.roles(), at);
    perform access.make_merge(asked.merge_id, survivor, asked.duplicate_id, asked.asked_by, access.account(), at);
    perform access.set_scope(asked.practice_id, access.account(), access.own_client(), access.role(), access.relation(),
        'client.change', shown, 'practice', '{}', '{}', '{}', access.today(), false, access.roles(), at);
    insert into audit_events
        (practice_id, at, request_id, proof, account_id, role, action, kind, resource_id, client_ids, outcome)
    values (asked.practice_id, at, request, proof, access.account(), access.role(), 'merge.confirm', 'client', survivor,
            array[survivor, asked.duplicate_id], 'allowed');
    return at;
end $$;
grant execute on function access.confirm_merge to cairn_server;

create function access.reverse_merge(merge_id uuid, survivor uuid, at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
declare
    practice constant uuid := access.practice();
    merge client_merges;
    r access.client_references;
begin
    if access.action() is distinct from 'client.merge' or not access.whole() then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    perform access.lock_groups(practice, array(
        select e.group_id from enrollments e where e.practice_id = practice and e.client_id = survivor
        union
        select (m.was ->> 'group_id')::uuid from client_merge_moves m
        where m.practice_id = practice and m.merge_id = reverse_merge.merge_id and m.table_name = 'public.enrollments'
            and m.was ? 'group_id'));
    perform from clients c where c.practice_id = practice and c.client_id = survivor for update;
    if not found then
        -- It was itself merged into another chart meanwhile: that one is reversed first.
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    perform from accounts a where a.practice_id = practice and a.client_id = survivor for update;
    select * into merge from client_merges m
    where m.practice_id = practice and m.merge_id = reverse_merge.merge_id and m.survivor_id = survivor for update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif merge.reversed_at is not null then
        return;
    elsif exists (
        select from client_merges m
        where m.practice_id = practice and m.survivor_id = survivor and m.reversed_at is null
          and (m.merged_at, m.merge_id) > (merge.merged_at, merge.merge_id))
    then
        raise exception 'merged_since' using errcode = 'PC409';
    end if;
    perform access.put_back('public.clients', merge.chart || jsonb_build_object('version',
        (merge.chart ->> 'version')::bigint + 1));
    for r in select * from access.client_references where way <> 'by rule' order by way = 'follows' loop
        perform access.move_back(merge, r);
    end loop;
    perform access.part_accounts(merge), access.part_pairs(merge), access.part_conflicts(merge),
        access.part_inquiries(merge), access.part_doubles(merge), access.part_guardianships(merge);
    delete from client_identifiers i
    where i.practice_id = practice and i.system = access.former_id_system() and i.value = merge.duplicate_id::text
        and i.client_id = survivor;
    update client_merges m set reversed_at = at, reversed_by = access.account()
    where m.practice_id = practice and m.merge_id = merge.merge_id;
    update clients c set version = c.version + 1, other_names = access.parted_names(merge, c.other_names)
    where c.practice_id = practice and c.client_id = survivor;
    -- What a death of one of them ended, while they were one, is the other's no more.
    perform access.spans_follow(practice, survivor, at), access.spans_follow(practice, merge.duplicate_id, at);
end $$;
grant execute on function access.reverse_merge to cairn_server;
