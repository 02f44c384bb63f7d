-- Doors made anew in this transaction, from the rules as they are now; then complaints about their answers.
create function asking.wrong_remade(of_action text, most int) returns setof text language plpgsql as $$
declare door text; old record; wrong int := 0;
begin
    foreach door in array asking.doors(of_action) loop
        for old in select oid::regprocedure as name from pg_proc where pronamespace = 'access'::regnamespace and proname = door and proname like '%.%' loop
            execute format('drop function %s', old.name);
            if exists (select from access.rules r where r.action = of_action and r.role not in ('public', 'worker')) then
                perform access.make_door(of_action, coalesce(nullif(split_part(door, ' of ', 2), ''), 'none'));
                execute format('alter function %s owner to cairn_access', old.name);
                execute format('grant execute on function %s to cairn_server', old.name);
            end if;
        end loop;
        return query select * from asking.wrong_answers(array[door], of_action, most);
        exit when found;
    end loop;
end $$;

-- The functions of the access layer whose conditions say who is let in and what is reached: the relations that the rules name,
-- what lists reach, what requests are about, what policies ask; and all that these call.
create function asking.judges()
returns table (name text, definition text, text_from int, is_condition boolean, doors text[], tables text[], sayings text[]) language sql as $$
    with recursive functions as (
        select p.proname::text as name, pg_get_functiondef(p.oid) as definition, p.prorettype = 'boolean'::regtype as is_boolean
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = 'access'::regnamespace and l.lanname = 'sql' and p.prokind = 'f'
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
           or f.name ~ '^(reach|locate)_' or f.name in (select p.name from policed p) or f.name in (select s.name from asking.sayings s)
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
        array(select distinct y.name from asking.sayings y where y.name = any (c.callers) order by 1)
    from functions f join (select t.name, array_agg(t.caller) as callers from callers t group by t.name) c on c.name = f.name
    order by f.name
$$;
