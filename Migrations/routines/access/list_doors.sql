-- The doors to lists, and to the practice: how the ties of one caller are joined, so that a list is what each of them
-- by itself would give (decision 0046).

-- By what somebody is let in to a list: a rule whose tie reaches something, and what that is. Of several that were
-- joined, what is `told` stands in the audit, and `apart` says what each of them reaches and shows, where they differ
-- in what they show.
create type access.tie as (
    role text, relation text, shows text[], bound text, clients uuid[], couples uuid[], groups uuid[],
    told_role text, told_relation text, told_clients uuid[], apart jsonb
);

-- Several ties as one, which reaches what any of them reaches. What it says of all that it reaches is what is true of
-- each: role and relation are those of the last, the narrowest, and it shows the fields that all of them show. Where
-- more is shown, `apart` says of which clients and groups (access.shown_of). Where ties to groups are joined with ties
-- to clients, the members of the groups are no clients in scope: of them, the rows of the group alone are.
-- In PL/pgSQL, which keeps its plans from one transaction to the next: as SQL it was planned at each call.
create function access.joined(ties access.tie[]) returns access.tie language plpgsql stable as $$
declare
    last constant access.tie := ties[cardinality(ties)];
    joint_bound constant text := (
        select case when count(distinct t.bound) = 1 then min(t.bound) else 'work' end from unnest(ties) t);
begin
    return row(
        last.role, last.relation,
        array(select distinct f from unnest(ties) t, unnest(t.shows) f
              where not exists (select from unnest(ties) o where not o.shows && array['all', f]) order by f),
        joint_bound,
        array(select distinct c from unnest(ties) t, unnest(t.clients) c
              where joint_bound <> 'work' or t.bound = 'client'),
        array(select distinct c from unnest(ties) t, unnest(t.couples) c),
        array(select distinct g from unnest(ties) t, unnest(t.groups) g),
        (select string_agg(r.role, '+' order by r.n) from (
            select ties[n].role, min(n) as n from generate_subscripts(ties, 1) n group by ties[n].role) r),
        (select string_agg(ties[n].relation, '+' order by n) from generate_subscripts(ties, 1) n),
        array(select distinct c from unnest(ties) t, unnest(t.clients) c),
        (select jsonb_agg(jsonb_build_object('shows', ties[n].shows, 'staff', k.is_staff, 'clients', k.clients,
            'groups', k.groups, 'clients_of_staff', case when k.is_staff then k.clients else '{}' end,
            'groups_of_staff', case when k.is_staff then k.groups else '{}' end) order by n)
         from generate_subscripts(ties, 1) n, lateral (
             select access.is_staff(array[ties[n].role]) as is_staff,
                 case when ties[n].bound = 'client' then ties[n].clients else '{}' end as clients,
                 case when ties[n].bound = 'group' then ties[n].groups else '{}' end as groups) k
         having count(distinct (ties[n].shows, access.is_staff(array[ties[n].role]))) > 1))::access.tie;
end $$;

-- What a door does by one rule alone.
create function access.door_by_rule(action text, rule record) returns text language plpgsql stable as $$
declare
    nobody constant text := $none$'{}'::uuid[]$none$;
begin
    return format($text$
    if answer is null and (c.p).roles && %L::text[] then%s%s
    end if;$text$, rule.roles,
        case when rule.reach is not null then format($text$
        select * from %s into r;$text$, rule.reach) end,
        case when rule.reach is not null
            then access.admission(action, 'none', rule.relation, rule.shows, rule.bound, rule.reads, rule.roles,
                rule.reached || $text$ <> '{}'$text$, 'r.clients', 'r.couples', 'r.groups')
            else access.admission(action, 'none', rule.relation, rule.shows, rule.bound, rule.reads, rule.roles,
                'true', nobody, nobody, nobody) end);
end $$;

-- What it does for each of several ties: it keeps what that reaches.
create function access.door_keeps_tie(rule record) returns text language plpgsql stable as $$
begin
    return format($text$
        if (c.p).roles && %L::text[] then
            select * from %s into r;
            if %s <> '{}' then
                ties := ties || row(%s, %L, %L, %L, r.clients, r.couples, r.groups, null, null, null,
                    null)::access.tie;
            end if;
        end if;$text$, rule.roles, rule.reach, rule.reached, access.role_of(rule.roles), rule.relation, rule.shows,
        rule.bound);
end $$;

-- What it does by all that were kept; the audit names them.
create function access.door_by_ties(action text, reads boolean) returns text language plpgsql stable as $$
begin
    return format($text$
        if ties <> '{}' then
            tie := case when cardinality(ties) = 1 then ties[1] else access.joined(ties) end;
            insert into public.audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, relation,
                action, kind, resource_id, client_ids, outcome)
            select (c.p).practice_id, at, request, proof, (c.p).account_id, (c.p).sign_in_id,
                coalesce(tie.told_role, tie.role), coalesce(tie.told_relation, tie.relation), %L, 'none', resource,
                coalesce(tie.told_clients, tie.clients), 'allowed'
            returning array[account_id::text, sign_in_id::text, tie.role, tie.relation, (c.p).client_id::text]
                    || tie.shows,
                access.set_scope(practice_id, account_id, (c.p).client_id, tie.role, tie.relation, action, tie.shows,
                    tie.bound, tie.clients, tie.couples, tie.groups, (c.p).today, %L, (c.p).roles, (c.p).at,
                    audit_event_id, tie.apart)
            into answer, done;
        end if;$text$, action, reads);
end $$;

-- The rules that may let in to a list, in order, with the function that says what each reaches. Those with one
-- `join_of` are joined: of a list that is read, the ties whose rows are bound by the same column; of homework, which is
-- a client's and may be a group's as well, those to clients and to groups.
create function access.ways_to_list(action text)
returns table (
    n bigint, relation text, shows text[], bound text, reads boolean, roles text[], reach text, reached text,
    join_of text
) language sql stable as $$
    select r.n, r.relation, r.shows, r.bound, r.reads, r.roles,
        case when w.is_there then format('access.%I(c.p%s)', w.name,
            ', ' || quote_literal(nullif(split_part(r.relation, ':', 2), ''))) end,
        case r.bound when 'group' then 'r.groups' when 'couple' then 'r.couples'
            when 'work' then 'r.clients || r.groups' else 'r.clients' end,
        case when not (w.is_there and r.reads and r.bound in ('client', 'group')) then 'alone ' || r.n
            when split_part(ways_to_list.action, '.', 1) in ('homework', 'homework_report') then 'work'
            else r.bound end
    from access.rules_in_order(action, 'none') with ordinality r (relation, shows, bound, reads, roles, n),
        lateral (
            select 'reach_' || split_part(r.relation, ':', 1) as name, exists (
                select from pg_catalog.pg_proc p where p.pronamespace = 'access'::regnamespace
                    and p.proname = 'reach_' || split_part(r.relation, ':', 1)) as is_there) w
    where w.is_there or r.bound in ('practice', 'author')
    order by r.n
$$;

-- The door of an action to a list, or to the practice. A tie that reaches nobody leaves the list to the next; when none
-- reaches anybody, the list is empty. People in care and their guardians then see no row of any table, not even of what
-- is no secret to whoever has a tie: the practice's programs, its forms, its days off.
create function access.door_to_list(action text) returns text language plpgsql stable as $$
declare
    nobody constant text := $none$'{}'::uuid[]$none$;
    way record;
    rule record;
    body text := '';
begin
    for way in
        select w.join_of, count(*) as rules, bool_and(w.reads) as reads from access.ways_to_list(action) w
        group by w.join_of order by min(w.n)
    loop
        body := body || case when way.rules > 1 then $text$
    if answer is null then$text$ else '' end;
        for rule in select * from access.ways_to_list(action) w where w.join_of = way.join_of order by w.n loop
            body := body || case when way.rules > 1 then access.door_keeps_tie(rule)
                else access.door_by_rule(action, rule) end;
        end loop;
        body := body || case when way.rules > 1 then access.door_by_ties(action, way.reads) || $text$
    end if;$text$ else '' end;
    end loop;
    for rule in select * from access.ways_to_list(action) w where w.reach is not null order by w.n loop
        body := body || format($text$
    if answer is null and (c.p).roles && %L::text[] then%s
    end if;$text$, rule.roles, access.admission(action, 'none', rule.relation, rule.shows,
            case when not access.is_staff(rule.roles) then 'nobody' else rule.bound end, rule.reads, rule.roles,
            'true', nobody, nobody, nobody));
    end loop;
    return body;
end $$;
