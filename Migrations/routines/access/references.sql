-- Ids that a request names beside its path: in its body, in its query. They are judged like one in a path, right after
-- the door and in the same transaction: what the caller may not see does not exist (decision 0024).
--
-- Such a thing is there for the caller where the request's own scope has it, which the door has proven, or where a rule
-- of reading holds: the same rules and the same functions of which the doors are made.

-- By which resources' rules of reading a thing of a kind is seen.
create table access.judged (
    kind text not null,
    resource text not null,
    primary key (kind, resource)
);
comment on table access.judged is
    'The kinds of ids that bodies and queries may name, and whose rules of reading say whether such a thing is there '
    'for the caller.';

insert into access.judged (kind, resource) values
    -- Who may see the chart, or who treats: a supervisor who leads a group sees the care teams of its members.
    ('client', 'client'), ('client', 'care_team'),
    ('guardian', 'guardianship'), ('staff', 'staff'),
    ('program', 'program'), ('track', 'program'), ('phase', 'program'),
    ('group', 'group'), ('meeting', 'group'), ('appointment', 'appointment'), ('exercise', 'exercise');

-- The caller as all rules see them: not only in the role by which the door let them in.
create function access.caller_now() returns access.principal language sql stable as $$
    select row(a.practice_id, a.account_id, null, a.roles, a.client_id, access.at(), access.today())::access.principal
    from public.accounts a where a.practice_id = access.practice() and a.account_id = access.account()
$$;

-- The statement that adds to `missing` the places of those of a kind that are not there for the caller.
create function access.judgement(kind text) returns text language sql stable as $$
    select format($text$
    if %1$L = any (kinds) then
        select missing || coalesce(array_agg(r.n), '{}') into missing
        from unnest(kinds, ids) with ordinality r (kind, id, n)
        where r.kind = %1$L and not exists (
            select from access.%2$I((p).practice_id, r.id, %3$L, (p).today%5$s) s
            where %4$s);
    end if;$text$,
        kind, 'locate_' || kind, min(tie.resource),
        concat_ws(' or ',
            case kind when 'client' then 'coalesce(r.id = any (access.clients()), false)'
                      when 'group' then 'coalesce(r.id = any (access.groups()), false)' end,
            string_agg(format('(p).roles && %L::text[]', tie.roles) || case when tie.relation = 'any' then ''
                else format(' and exists (select from access.%I(p, s%s))', split_part(tie.relation, ':', 1),
                            coalesce(', ' || quote_literal(nullif(split_part(tie.relation, ':', 2), '')), '')) end,
                ' or ' order by tie.relation <> 'any', tie.relation)),
        -- A group has a day of its own.
        case kind when 'group' then ', (p).at' else '' end)
    from (
        select r.relation, min(r.resource) as resource, array_agg(distinct r.role) as roles
        from access.judged j join access.rules r using (resource)
        where j.kind = judgement.kind and r.reads and r.role not in ('public', 'worker')
        group by r.relation) tie
$$;

-- Days that a request names and that must have come where the practice is, by their places. Instants, and what is
-- written without a request, the tables judge (people/past.sql).
create function access.judge_days(days date[]) returns void language plpgsql stable as $$
declare
    to_come constant bigint[] := array(select d.n from unnest(days) with ordinality d (day, n)
        where d.day > access.today() order by d.n);
begin
    if to_come <> '{}' then
        raise exception 'days_to_come' using errcode = 'PC422', constraint = array_to_string(to_come, ' ');
    end if;
end $$;
grant execute on function access.judge_days to cairn_server;

-- The judge: refuses the request when one of the things that it names is not there for the caller, and says which, by
-- their places. Only the kinds that are asked about cost anything.
do $$ begin
    execute format($judge$
create function access.judge(kinds text[], ids uuid[]) returns void
language plpgsql security definer as $body$
declare
    p constant access.principal := access.caller_now();
    missing bigint[] := '{}';
begin%s
    if missing <> '{}' then
        raise exception 'no_such_reference' using errcode = 'PC422', constraint = array_to_string(missing, ' ');
    end if;
end $body$ $judge$,
        (select string_agg(access.judgement(k.kind), '' order by k.kind)
            from (select distinct kind from access.judged) k));
end $$;
grant execute on function access.judge to cairn_server;
