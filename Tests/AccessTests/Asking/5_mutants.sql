-- Doors made anew in this transaction, from the rules as they are now, as 3_2_doors.sql makes them; then complaints about their
-- answers, and about doors that nobody asks at.
create function asking.wrong_remade(of_action text, most int) returns setof text language plpgsql as $$
declare
    has_rules constant boolean := exists (select from access.rules r where r.action = of_action and r.role not in ('public', 'worker'));
    made text;
    old text;
begin
    if has_rules then
        return query
        select format('There is a door that nobody asks at: %s', d)
        from access.targets t, access.door_name(of_action, t.kind) d
        where t.action = of_action and not exists (select from asking.questions q where q.door = d);
        if found then return; end if;
    end if;
    foreach made in array asking.doors(of_action) loop
        select p.oid::regprocedure into old from pg_proc p where p.pronamespace = 'access'::regnamespace and p.proname = made;
        if made not like 'enter\_%' then
            execute format('drop function %s', old);
            if has_rules then
                perform access.make_door(of_action, coalesce(nullif(split_part(made, ' of ', 2), ''), 'none'));
                execute format('alter function %s owner to cairn_access', old);
                execute format('grant execute on function %s to cairn_server', old);
            end if;
        end if;
        return query select * from asking.wrong_answers(array[made], of_action, most);
        exit when found;
    end loop;
end $$;

-- The functions of the access layer whose conditions say who is let in and what is reached: the relations that the rules name,
-- what lists reach, what requests are about, what policies ask; and all that these call.
create function asking.judges()
returns table (
    name text, definition text, text_from int, is_condition boolean, doors text[], tables text[], sayings text[], is_of_judge boolean
) language sql as $$
    with recursive functions as (
        select p.proname::text as name, pg_get_functiondef(p.oid) as definition, p.prorettype = 'boolean'::regtype as is_boolean
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = 'access'::regnamespace and (l.lanname = 'sql' or p.proname = 'judge') and p.prokind = 'f'
    ), calls as (
        select distinct f.name as caller, m[1] as callee
        from functions f, regexp_matches(f.definition, 'access\.([a-z_0-9]+)\(', 'g') m
        where m[1] <> f.name
    ), policed as (
        select distinct p.polrelid, f.proname::text as name
        from pg_policy p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass
            join pg_proc f on f.oid = d.refobjid and f.pronamespace = 'access'::regnamespace
    ), judging as (
        select f.name from functions f
        where f.name in (select split_part(r.relation, ':', 1) from access.rules r)
           or f.name = 'judge' or f.name ~ '^(reach|locate)_' or f.name in (select p.name from policed p) or f.name in (select s.name from asking.sayings s)
        union
        select c.callee from judging j join calls c on c.caller = j.name
    ), callers as (
        select j.name, j.name as caller from judging j
        union
        select t.name, c.caller from callers t join calls c on c.callee = t.caller
    )
    select f.name, f.definition,
        greatest(strpos(f.definition, 'AS $function$') + 12, strpos(f.definition, 'BEGIN ATOMIC') + 11, strpos(f.definition, E'\nRETURN ') + 7),
        f.is_boolean and strpos(f.definition, E'\nRETURN ') > 0,
        array(select q.door from (select distinct action, door from asking.questions) q
              where exists (
                  select from access.rules r, split_part(r.relation, ':', 1) tie
                  where r.action = q.action and (tie = any (c.callers) and q.door <> q.action
                                                 or 'reach_' || tie = any (c.callers) and q.door = q.action))
                 or 'locate_' || split_part(q.door, ' of ', 2) = any (c.callers) order by q.door),
        array(select distinct p.polrelid::regclass::text from policed p where p.name = any (c.callers) order by 1),
        array(select distinct y.name from asking.sayings y where y.name = any (c.callers) order by 1), 'judge' = any (c.callers)
    from functions f join (select t.name, array_agg(t.caller) as callers from callers t group by t.name) c on c.name = f.name
    order by f.name
$$;

-- Whether any request that a rule lets in can tell a condition from the one that it was made of, whatever the row. Conditions on
-- the row are free here: r.v[1], r.v[2] and so on are true and false in all ways; those on the settings of a request are what
-- they are: s.v[1] and so on. `alike` are two conditions on the row that are one for who comes as the client (self): the clients
-- in scope are the own one.
create function asking.tells_apart(original text, mutated text, of_settings text[], of_rows int, alike int[]) returns boolean
language plpgsql as $$
declare
    mesa constant uuid := (select practice_id from practices where slug = 'mesa');
    met text[] := '{}';
    settings boolean[]; key text; differs boolean; t record;
begin
    for t in
        select distinct r.role, r.relation, r.action, r.shows, b as bound
        from access.rules r, unnest(case when r.bound = 'unit' then '{couple,group,client}' else array[r.bound] end) b
    loop
        perform access.set_scope(mesa, mesa, mesa, t.role, t.relation, t.action, t.shows, t.bound, '{}', '{}', '{}', asking.now()::date, false);
        execute 'select array[' || array_to_string(of_settings, ', ') || ']::boolean[]' into settings;
        key := concat(settings, t.bound, t.role, t.relation = 'self');
        if key = any (met) then continue; end if;
        met := met || key;
        execute format($text$
            select exists (
                select from (select $1 as v) s,
                    (select array(select (g >> i) & 1 = 1 from generate_series(0, $2 - 1) i) as v from generate_series(0, (1 << $2) - 1) g) r
                where (%s) and not coalesce(%s, false) and ($3 is null or r.v[$3[1]] = r.v[$3[2]]))
            $text$, mutated, original)
        into differs using settings, of_rows, case when t.relation = 'self' and t.action like 'homework.%' then alike end;
        if differs then return true; end if;
    end loop;
    return false;
end $$;
