-- The doors. Each request begins with one: the function named after its action and the kind of its subject, such as
-- access."roster.read of group", made here from the rules. It finds who is asking and about what; tries the ties that
-- the rules ask for, in order; and where one holds it writes the audit row and sets what this transaction may touch,
-- all in one transaction with the work.
--
-- Refusals: 28000 not signed in (401) · 42501 no role of the caller can ever do this (403) · PC404 not visible (404).
--
-- A door is made for its rules, rather than reading them, because PL/pgSQL prepares every expression anew in each
-- transaction: a door costs as many as it evaluates (decision 0002). It has no search_path of its own, which would cost
-- as much again: all names in it and in what it calls are qualified, and the roles that may call it can create nothing,
-- temporary tables included (access/end.sql).
--
-- That somebody was seen is written down once a minute. A transaction that lasts says so before (cairn.lasts) and does
-- not write it: whoever wants to end the sign-in, or to change its roles, would wait for it to end.

create function access.door_name(action text, kind text) returns text language sql immutable
return action || case when kind <> 'none' then ' of ' || kind else '' end;

-- The statement of a door by which one rule lets in: under a condition, to a scope of these arrays. The clients stand
-- in the audit; where a request may look into the charts of fewer, `charts` says of which.
create function access.admission(
    action text, kind text, relation text, shows text[], bound text, reads boolean, roles text[],
    condition text, clients text, couples text, groups text, charts text default 'client_ids'
) returns text language sql stable as $$
    select format($text$
        insert into public.audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, relation,
            action, kind, resource_id, client_ids, outcome)
        select (c.p).practice_id, at, request, proof, (c.p).account_id, (c.p).sign_in_id, %s, %L, %L, %L, resource, %s,
            'allowed'
        where %s
        returning array[account_id::text, sign_in_id::text, role, relation, (c.p).client_id::text, %s],
            access.set_scope(practice_id, account_id, (c.p).client_id, role, relation, action, %L, %s, %s, %s, %s,
                (c.p).today, %L,
                (c.p).roles, (c.p).at, audit_event_id)
        into answer, done;$text$,
        access.role_of(roles),
        relation, action, kind, clients, condition,
        (select string_agg(quote_literal(f), ', ' order by n) from unnest(shows) with ordinality as shown (f, n)),
        shows,
        case when bound = 'unit' then $unit$case when (c.s).couple_id is not null then 'couple'
            when (c.s).client_id is null then 'group' else 'client' end$unit$
             else quote_literal(bound) end,
        charts, couples, groups, reads)
$$;

-- The door of an action to a thing of a kind.
create function access.door_to_thing(action text, kind text) returns text language plpgsql stable as $$
declare
    rule record;
    body text := '';
begin
    for rule in select * from access.rules_in_order(action, kind) loop
        body := body || format('
    if answer is null and (c.p).roles && %L::text[] then%s
    end if;', rule.roles, access.admission(action, kind, rule.relation, rule.shows, rule.bound, rule.reads, rule.roles,
            '(c.s).id is not null' || case when rule.relation = 'any' then ''
                else format(' and exists (select from access.%I(c.p, c.s%s))', split_part(rule.relation, ':', 1),
                            coalesce(', ' || quote_literal(nullif(split_part(rule.relation, ':', 2), '')), '')) end,
            -- Who merely sits in a group, or whose child does, is shown the group and nobody in it.
            case rule.relation when 'enrolled_in' then 'array[(c.p).client_id]'
                when 'guards_member' then '''{}''::uuid[]' else '(c.s).clients' end,
            '(c.s).couples', '(c.s).groups',
            case when kind in ('couple', 'client') and action like 'couple.%' then 'access.partners_today(c.p, c.s)'
                else 'client_ids' end));
    end loop;
    return body;
end $$;

-- Makes a door. It answers account, sign-in, role, relation, own client and what the rule shows, as text, in one value:
-- a value costs less than a row set.
create function access.make_door(action text, kind text) returns void language plpgsql as $$
begin
    execute format($door$
create function access.%1$I(practice uuid, token bytea, resource uuid, at timestamptz, request uuid, proof bytea)
returns text[] language plpgsql security definer as $body$
declare
    c record;
    r access.span;%6$s
    answer text[];
    done text;
begin
    select row(i.practice_id, i.account_id, i.sign_in_id, i.roles, i.client_id, at,
        (at at time zone i.time_zone)::date)::access.principal as p,
        %2$s as s, i.last_seen_at < at - interval '1 minute' as is_stale
    into c
    from public.sign_ins i %3$s
    where i.practice_id = practice and i.token_hash = token
      and i.ended_at is null and i.expires_at > at and i.last_seen_at + i.idle_limit > at;
%4$s
    if answer is null then
        perform access.refuse(c.p, %5$L);
    end if;
    if c.is_stale and current_setting('cairn.lasts', true) is distinct from 'on' then
        update public.sign_ins i set last_seen_at = at
        where i.practice_id = practice and i.sign_in_id = (c.p).sign_in_id
            and i.last_seen_at < at - interval '1 minute';
    end if;
    return answer;
end $body$ $door$,
        access.door_name(action, kind),
        case when kind = 'none' then 'null::access.subject' else 's' end,
        case when kind = 'none' then ''
            else format('left join lateral access.%I(i.practice_id, resource, %L, (at at time zone '
            'i.time_zone)::date%s) s on true',
            'locate_' || kind, split_part(action, '.', 1), case kind when 'group' then ', at' else '' end) end,
        case when kind = 'none' then access.door_to_list(action) else access.door_to_thing(action, kind) end,
        action,
        case when kind = 'none' then $ties$
    tie access.tie;
    ties access.tie[] := '{}';$ties$ end);
end $$;

-- Says why nothing let the caller in.
create function access.refuse(p access.principal, action text) returns void language plpgsql as $$
begin
    if p.account_id is null then
        raise exception 'not_signed_in' using errcode = '28000';
    elsif exists (select from access.rules r where r.action = refuse.action and r.role = any (p.roles)) then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    raise exception 'role_can_never' using errcode = '42501';
end $$;

select access.make_door(t.action, t.kind) from access.targets t;
