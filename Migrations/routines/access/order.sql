-- In which order the doors try the rules.

-- Whether who is shown these groups of fields is shown those too. Of a chart, identity and contact have in them what
-- less is said of.
create function access.covers(wider text[], narrower text[]) returns boolean language sql immutable
return 'all' = any (wider) or narrower <@ (wider
    || case when 'identity' = any (wider) then '{name,age}'::text[] end
    || case when 'contact' = any (wider) then '{safe_contact}'::text[] end);

-- The rules of an action in the order in which they are tried; those that differ only in the role are one. For a thing
-- the widest first: a rule stands behind those that show more of it, and behind the mere role where that shows as much.
-- For a list the mere role, which reaches everything, and then the ties: of the staff before those of people in care
-- and guardians, all before some.
create function access.rules_in_order(action text, kind text)
returns table (relation text, shows text[], bound text, reads boolean, roles text[])
language sql stable as $$
    select r.relation, r.shows, r.bound, r.reads, array_agg(r.role order by r.written)
    from access.rules r
    where r.action = rules_in_order.action and r.role not in ('public', 'worker')
    group by r.relation, r.shows, r.bound, r.reads
    order by kind = 'none' and r.relation <> 'any',
        case when kind <> 'none' then (
            select count(*) from access.rules w
            where w.action = rules_in_order.action and access.covers(w.shows, r.shows)
              and (not access.covers(r.shows, w.shows) or w.relation = 'any' and r.relation <> 'any')) end,
        kind <> 'none' and r.relation = 'authored',
        bool_and(access.is_staff(array[r.role])) desc, 'all' = any (r.shows) desc, min(r.written)
$$;

-- In which of these roles the caller comes.
create function access.role_of(roles text[]) returns text language sql immutable as $$
    select case when cardinality(roles) = 1 then quote_literal(roles[1])
        else (select 'case ' || string_agg(format('when %L = any ((c.p).roles) then %1$L', r), ' ' order by n) || ' end'
              from unnest(roles) with ordinality as role (r, n)) end
$$;
