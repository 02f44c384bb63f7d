-- Ids that a request names beside its path. Each is asked about as the judge is asked (3_4_references.sql): all that a caller
-- could name in one request, which says by their places which of them are not there for the caller.

create table asking.named (
    named int generated always as identity primary key,
    who text not null,
    practice uuid not null,
    account uuid not null,
    own_client uuid,
    role text not null,
    clients uuid[] not null,
    groups uuid[] not null,
    kinds text[] not null,
    ids uuid[] not null,
    missing int[] not null
);

-- A program's first track and phase go by the program's id here, as all scenes share them; null is a thing that is not there.
create function asking.name_things(
    who text, practice uuid, account uuid, own_client uuid, role text, clients uuid[], groups uuid[],
    kinds text[], ids uuid[], missing int[]
) returns void language sql as $$
    insert into asking.named (who, practice, account, own_client, role, clients, groups, kinds, ids, missing)
    select who, name_things.practice, account, own_client, role, clients, groups, kinds, array(
        select coalesce(case k when 'track' then (select t.track_id from tracks t where (t.practice_id, t.program_id) = (o.practice_id, i)
                                                  order by t.position limit 1)
                               when 'phase' then (select t.phase_id from phases t where (t.practice_id, t.program_id) = (o.practice_id, i)
                                                  order by t.position limit 1)
                               else i end, gen_random_uuid())
        from unnest(kinds, ids) with ordinality named (k, i, n), practices o
        where o.slug = 'mesa' order by n), missing
$$;

-- In the twin the tracks and phases of a program that is published belong to one that is not, and the other way round.
create function asking.swap_programs(twin uuid, one uuid, other uuid) returns void language plpgsql as $$
begin
    perform set_config('session_replication_role', 'replica', true);
    update tracks set program_id = case program_id when one then other else one end, position = position + 100
    where practice_id = twin and program_id in (one, other);
    update phases set program_id = case program_id when one then other else one end, position = position + 100
    where practice_id = twin and program_id in (one, other);
    perform set_config('session_replication_role', 'origin', true);
end $$;

-- Enters a request that is about nothing but the clients and groups that are said.
create function asking.enter_about(about int) returns void language plpgsql security definer as $$
declare n asking.named;
begin
    select * into n from asking.named where named = about;
    perform access.set_scope(n.practice, n.account, n.own_client, n.role, 'own', 'me.read', '{}', 'author', n.clients, '{}', n.groups,
        asking.now()::date, false, at => asking.now());
end $$;

-- The places that the judge says are missing; none where it refuses nothing.
create function asking.judgement(kinds text[], ids uuid[]) returns int[] language plpgsql as $$
declare places text;
begin
    perform access.judge(kinds, ids);
    return '{}';
exception when sqlstate 'PC422' then
    get stacked diagnostics places = constraint_name;
    return array(select p::int from regexp_split_to_table(places, ' ') p order by 1);
end $$;

create function asking.wrong_judgements(most int) returns setof text language plpgsql as $$
declare asked asking.named; said int[]; wrong int := 0;
begin
    execute 'set local role cairn_server';
    for asked in select * from asking.named n order by md5(n.named::text) loop
        perform asking.enter_about(asked.named);
        said := asking.judgement(asked.kinds, asked.ids);
        if said = asked.missing then continue; end if;
        return next format('%s who names %s: not there are %s, and should be %s', asked.who, asked.kinds, said, asked.missing);
        wrong := wrong + 1;
        exit when wrong >= most;
    end loop;
    execute 'reset role';
end $$;

-- What a request is about, for the audit: where this is more than it may look into, no door says it.
create function asking.located(kind text, id uuid, resource text) returns text language plpgsql security definer as $$
declare s access.subject;
begin
    -- A group has a day of its own.
    execute format('select * from access.%I($1, $2, $3, $4%s)', 'locate_' || kind, case kind when 'group' then ', $5' else '' end)
    into s using (select practice_id from practices where slug = 'mesa'), id, resource, asking.now()::date, asking.now();
    return format('clients %s, couples %s', asking.listed(s.clients), asking.listed(s.couples));
end $$;

-- Whether a span goes on, which no request asks by itself.
create function asking.goes_on(during daterange) returns boolean language sql security definer as $$
    select access.goes_on(during, access.today())
$$;
