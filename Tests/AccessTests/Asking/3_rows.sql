-- What requests see and write of the rows: for each scope that a door gives, and each table, exactly the rows that the rules
-- of the tests say (RowRule.swift). Policies are asked alone: no grant, trigger or other policy stands in front of them.

-- The scopes of requests, and what each reaches by way of other tables.
create table asking.scopes (
    scope int primary key,
    who text not null,
    about text not null,
    db_role text not null,
    scene int not null,
    practice uuid not null,
    account uuid,
    own_client uuid,
    role text not null,
    relation text not null,
    action text not null,
    resource text not null generated always as (case when bound = 'nobody' then '' else split_part(action, '.', 1) end) stored,
    shows text[] not null,
    bound text not null,
    clients uuid[] not null,
    couples uuid[] not null,
    groups uuid[] not null,
    guardians uuid[] not null,
    attended uuid[] not null,
    released uuid[] not null,
    inquiries uuid[] not null,
    members uuid[] not null,
    identified uuid[] not null,
    apart jsonb,
    in_full uuid[] not null
);

-- The rows of a table that a scope sees, may change and may take out; and samples of what it tries to add, some in vain.
create table asking.sights (
    name text not null,
    scope int not null,
    seen tid[] not null,
    changed tid[],
    removed tid[],
    tried tid[] not null,
    added boolean[] not null,
    primary key (name, scope)
);

create function asking.enter(entered int) returns void language plpgsql security definer as $$
declare s asking.scopes;
begin
    select * into s from asking.scopes c where c.scope = entered;
    perform access.set_scope(s.practice, s.account, s.own_client, s.role, s.relation, s.action, s.shows, s.bound, s.clients,
        s.couples, s.groups, asking.now()::date, false, ties => s.apart);
end $$;

-- Lets the policies be asked alone, in a copy of the stage that serves for nothing else.
create function asking.open_tables() returns void language plpgsql as $$
begin
    grant all on all tables in schema public, process to cairn_server, cairn_worker;
    grant usage on schema process to cairn_worker;
end $$;

-- Writes down what is right for a table, in words about a row `t` and a scope `s`.
create function asking.expect(
    name text, matter text[], seen text, writers text[], added text, changed text, removers text[], removed text, open_to text[]
) returns void language plpgsql as $$
declare
    target constant regclass := name::regclass;
    rows constant text := 'array(select t.ctid from ' || target || ' t where ';
    practice constant text := case when exists (select from pg_attribute where attrelid = target and attname = 'practice_id')
        then 't.practice_id' else 'null::uuid' end;
begin
    execute format($text$
        insert into asking.sights
        select %1$L, s.scope,
            case when s.db_role = any (%8$L) then %7$s true order by t.ctid)
                 when s.resource = any (%2$L) then %7$s %10$s = s.practice and (%3$s) order by t.ctid) else '{}' end,
            case when s.db_role = any (%8$L) then null
                 when s.action = any (%4$L) then %7$s %10$s = s.practice and (%5$s) order by t.ctid) else '{}' end,
            case when s.db_role = any (%8$L) then null
                 when s.action = any (%9$L) then %7$s %10$s = s.practice and (%6$s) order by t.ctid) else '{}' end,
            '{}', '{}'
        from asking.scopes s
        $text$, name, matter, seen, writers, changed, removed, rows, open_to, removers, practice);
    -- Which scene a row is of: the one whose people or things it names.
    execute format($text$
        create temporary table sampled on commit drop as
        select t.ctid as tid, %2$s as practice, (
            select min(o.scene) from jsonb_each_text(to_jsonb(t)) e join asking.owners o on o.id = e.value) as scene
        from %1$s t
        $text$, target, practice);
    create index on sampled (scene);
    execute format($text$
        update asking.sights x set tried = tries.tids, added = tries.added
        from (
            select s.scope, array_agg(t.ctid order by t.ctid) as tids,
                array_agg(coalesce(s.action = any (%2$L) and %6$s = s.practice and (%3$s), false) order by t.ctid) as added
            from asking.scopes s cross join lateral (
                (select m.tid from sampled m where m.scene = s.scene and m.practice = s.practice
                 order by m.tid desc limit case when s.action = any (%2$L) then 40 else 1 end)
                union
                (select m.tid from sampled m where m.practice = s.practice limit 1)
                union
                (select m.tid from sampled m where s.action = any (%2$L) and m.practice = s.practice and m.scene <> s.scene limit 2)
                union
                (select m.tid from sampled m where s.action = any (%2$L) and m.practice = s.practice and m.scene is null limit 3)
                union
                (select m.tid from sampled m where s.action = any (%2$L) and m.practice <> s.practice and m.scene = s.scene
                 order by m.tid desc limit 2)
                union
                (select m.tid from sampled m where s.action = any (%2$L) and m.practice <> s.practice limit 1)) m (tid)
                join %1$s t on t.ctid = m.tid
            where s.db_role <> all (%5$L)
            group by s.scope) tries
        where x.name = %4$L and x.scope = tries.scope
        $text$, target, writers, added, name, open_to, practice);
    drop table sampled;
    perform asking.make_askers(name, target);
end $$;

-- What asks about one table, as functions of its own, so that their plans are kept.
create function asking.make_askers(name text, target regclass) returns void language plpgsql as $make$
declare
    columns text;
begin
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into columns
    from pg_attribute a where a.attrelid = target and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
    execute format($text$
        create function asking.%1$I() returns tid[] language plpgsql as $body$
        begin return array(select t.ctid from %2$s t order by t.ctid); end $body$
        $text$, 'seen ' || name, target);
    execute format($text$
        create function asking.%1$I() returns tid[] language plpgsql as $body$
        begin return array(select t.ctid from %2$s t order by t.ctid for no key update); end $body$
        $text$, 'changed ' || name, target);
    execute format($text$
        create function asking.%1$I() returns tid[] language plpgsql as $body$
        declare gone tid[];
        begin
            begin
                with removed as (delete from %2$s t returning t.ctid as tid) select array_agg(tid order by tid) into gone from removed;
                raise exception 'undone' using errcode = 'UNDNE';
            exception when sqlstate 'UNDNE' then null;
            end;
            return coalesce(gone, '{}');
        end $body$
        $text$, 'removed ' || name, target);
    -- A copy of a row that is there gets past the policy when it is something else that refuses it.
    execute format($text$
        create function asking.%1$I(_tried tid[]) returns boolean[] language plpgsql as $body$
        declare _one tid; _passed boolean; _answers boolean[] := '{}';
        begin
            foreach _one in array _tried loop
                begin
                    insert into %2$s (%3$s) overriding system value select %3$s from %2$s t where t.ctid = _one;
                    raise exception 'undone' using errcode = 'UNDNE';
                exception
                    when insufficient_privilege then _passed := false;
                    when integrity_constraint_violation or sqlstate 'UNDNE' then _passed := true;
                end;
                _answers := _answers || _passed;
            end loop;
            return _answers;
        end $body$
        $text$, 'added ' || name, target, columns);
end $make$;

-- Complaints about what is seen of a table, up to a number of them.
create function asking.wrong_sights(name text, most int) returns setof text language plpgsql as $$
declare s record; seen tid[]; wrong int := 0; db_role text := '';
begin
    for s in
        select c.scope, c.who, c.action, c.relation, c.about, c.db_role, x.seen
        from asking.scopes c join asking.sights x on x.scope = c.scope and x.name = wrong_sights.name
        order by c.db_role, md5(c.scope::text)
    loop
        if s.db_role <> db_role then
            execute format('set local role %I', s.db_role);
            db_role := s.db_role;
        end if;
        perform asking.enter(s.scope);
        execute format('select asking.%I()', 'seen ' || name) into seen;
        if seen = s.seen then continue; end if;
        return next asking.difference(s.who, s.action, s.relation, s.about, 'sees', name, seen, s.seen);
        wrong := wrong + 1;
        exit when wrong >= most;
    end loop;
    execute 'reset role';
end $$;

-- Complaints about what is added to, changed in and taken out of a table. Everything is seen here, so that a row is not safe
-- from a change only because it is not seen; and no trigger fires.
create function asking.wrong_writes(name text, most int) returns setof text language plpgsql as $$
declare s record; touched tid[]; added boolean[]; wrong int := 0; db_role text := '';
begin
    execute format('create policy asked_alone on %s for select using (true)', name::regclass);
    perform set_config('session_replication_role', 'replica', true);
    for s in
        select c.scope, c.who, c.action, c.relation, c.about, c.db_role, x.*
        from asking.scopes c join asking.sights x on x.scope = c.scope and x.name = wrong_writes.name
        order by c.db_role, md5(c.scope::text)
    loop
        if s.db_role <> db_role then
            execute format('set local role %I', s.db_role);
            db_role := s.db_role;
        end if;
        perform asking.enter(s.scope);
        execute format('select asking.%I()', 'changed ' || name) into touched;
        if touched <> s.changed then
            return next asking.difference(s.who, s.action, s.relation, s.about, 'changes', name, touched, s.changed);
            wrong := wrong + 1;
        end if;
        execute format('select asking.%I()', 'removed ' || name) into touched;
        if touched <> s.removed then
            return next asking.difference(s.who, s.action, s.relation, s.about, 'takes out', name, touched, s.removed);
            wrong := wrong + 1;
        end if;
        execute format('select asking.%I($1)', 'added ' || name) into added using s.tried;
        if added <> s.added then
            return next asking.difference(s.who, s.action, s.relation, s.about, 'adds', name,
                array(select t from unnest(s.tried, added) a (t, passed) where passed),
                array(select t from unnest(s.tried, s.added) a (t, passed) where passed));
            wrong := wrong + 1;
        end if;
        exit when wrong >= most;
    end loop;
    execute 'reset role';
    perform set_config('session_replication_role', 'origin', true);
    execute format('drop policy asked_alone on %s', name::regclass);
end $$;

create function asking.difference(
    who text, action text, relation text, about text, does text, name text, got tid[], expected tid[]
) returns text language plpgsql security definer as $$
declare extra tid; example text;
begin
    select f into extra from unnest(got) f where f <> all (expected) limit 1;
    if extra is null then select e into extra from unnest(expected) e where e <> all (got) limit 1; end if;
    execute format('select left(to_jsonb(t)::text, 600) from %s t where t.ctid = $1', name::regclass) into example using extra;
    return format('%s at %s by %s to %s %s %s rows of %s that are not for it, and %s of those that are, not; such as %s', who, action,
        relation, about, does, (select count(*) from unnest(got) f where f <> all (expected)), name,
        (select count(*) from unnest(expected) e where e <> all (got)), example);
end $$;
