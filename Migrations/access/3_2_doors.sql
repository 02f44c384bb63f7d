-- The one door. access.enter is the first statement of every segment: it finds who is asking, proves the relation that a
-- rule asks for, sets what this transaction may touch, and writes the audit row, in one transaction with the work.
--
-- Refusals: 28000 not signed in (401) · 42501 no role of the caller can ever do this (403) · PC404 not visible (404).

-- What the rest of the transaction may ask about itself. Unset settings mean nobody, nothing and no rows.
-- The scope is one setting of eight words, because each setting costs as much as a row:
-- practice / account / own client / role / relation / action / bound / shows.
create function access.word(n int) returns text language sql stable parallel safe
return split_part(coalesce(current_setting('cairn.scope', true), ''), '/', n);

create function access.practice() returns uuid language sql stable parallel safe return nullif(access.word(1), '')::uuid;
create function access.account() returns uuid language sql stable parallel safe return nullif(access.word(2), '')::uuid;
create function access.own_client() returns uuid language sql stable parallel safe return nullif(access.word(3), '')::uuid;
create function access.role() returns text language sql stable parallel safe return access.word(4);
create function access.relation() returns text language sql stable parallel safe return access.word(5);
create function access.action() returns text language sql stable parallel safe return access.word(6);
create function access.resource() returns text language sql stable parallel safe return split_part(access.word(6), '.', 1);
-- Which column binds the rows of this request: practice, client, couple, group or author.
create function access.bound() returns text language sql stable parallel safe return access.word(7);
create function access.whole() returns boolean language sql stable parallel safe return access.word(7) = 'practice';
-- The practice, if the request's resource is one of these, else null: what a policy compares practice_id with, so that
-- being of another practice and having no business in a table are one comparison, made once for a query.
create function access.practice_reading(resources text[]) returns uuid language sql stable parallel safe
return case when split_part(access.word(6), '.', 1) = any (resources) then access.practice() end;
create function access.practice_writing(actions text[]) returns uuid language sql stable parallel safe
return case when access.word(6) = any (actions) then access.practice() end;
-- Does the proven rule show this group of fields?
create function access.shows(field text) returns boolean language sql stable parallel safe
return coalesce(nullif(access.word(8), ''), '{}')::text[] && array['all', field];

create function access.clients() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.clients', true), ''), '{}')::uuid[];
create function access.couples() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.couples', true), ''), '{}')::uuid[];
create function access.groups() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.groups', true), ''), '{}')::uuid[];

-- A variable that is assigned is computed without the executor; `perform` would cost three times as much.
create function access.set_scope(
    practice uuid, account uuid, client uuid, role text, relation text, action text, shows text[], bound text,
    clients uuid[], couples uuid[], groups uuid[], reads boolean
) returns void language plpgsql as $$
declare done text;
begin
    done := set_config('cairn.scope', practice::text || '/' || coalesce(account::text, '') || '/' || coalesce(client::text, '') || '/'
        || role || '/' || relation || '/' || action || '/' || bound || '/' || shows::text, true);
    done := set_config('cairn.clients', clients::text, true);
    done := set_config('cairn.couples', couples::text, true);
    done := set_config('cairn.groups', groups::text, true);
    if reads then done := set_config('synchronous_commit', 'off', true); end if;
end $$;

-- The caller behind a token, or null.
create function access.caller(practice uuid, token_hash bytea, at timestamptz) returns access.principal language plpgsql as $$
declare p access.principal;
begin
    select i.practice_id, i.account_id, i.sign_in_id, i.roles, i.client_id, at, (at at time zone i.time_zone)::date into p
    from public.sign_ins i
    where i.practice_id = practice and i.token_hash = caller.token_hash
      and i.ended_at is null and i.expires_at > at and i.last_seen_at + i.idle_limit > at;
    return p;
end $$;

-- Answers account, sign-in, role, relation, own client and shows, as text, in one value: a value costs less than a row set.
-- It has no search_path of its own, which would cost as much as the roster: all names in it and in what it calls are
-- qualified, and the roles that may call it can create nothing, temporary tables included (7_grants.sql).
create function access.enter(
    practice uuid, token_hash bytea, action text, kind text, resource uuid, at timestamptz, request uuid, proof bytea
) returns text[] language plpgsql security definer as $$
declare
    p access.principal;
    s access.subject;
    first_reach access.subject;
    rule record;
    first_rule record;
    reached boolean := false;
    ruled boolean := false;
    proven boolean := false;
begin
    -- The sign-in and the rules its roles have for this action, tried in the order of their rank.
    for rule in
        select i.practice_id, i.account_id, i.sign_in_id, i.client_id, i.time_zone, i.last_seen_at,
               r.role, r.relation, r.shows, r.resource, r.bound, r.reads
        from public.sign_ins i join access.rules r on r.role = any (i.roles)
        where i.practice_id = practice and i.token_hash = enter.token_hash
          and i.ended_at is null and i.expires_at > at and i.last_seen_at + i.idle_limit > at
          and r.action = enter.action
        order by case when kind = 'none' then r.list_rank else r.rank end
    loop
        if not ruled then
            p := (rule.practice_id, rule.account_id, rule.sign_in_id, null, rule.client_id, at, (at at time zone rule.time_zone)::date);
            if kind <> 'none' then s := access.locate(p, kind, resource, rule.resource); end if;
            ruled := true;
        end if;
        if kind = 'none' then
            s := access.reach(rule.relation, p, rule.resource);
            proven := s.kind is not null and (rule.bound in ('practice', 'author') or cardinality(s.clients || s.groups) > 0);
            -- A tie that reaches nobody leaves the list to the next; when none reaches anybody, the list is empty.
            if s.kind is not null and not reached then
                first_rule := rule;
                first_reach := s;
                reached := true;
            end if;
        else
            exit when s.kind is null;
            proven := access.holds(rule.relation, p, s);
        end if;
        exit when proven;
    end loop;

    if reached and not proven then
        rule := first_rule;
        s := first_reach;
    elsif not proven then
        if ruled then
            raise exception 'not_found' using errcode = 'PC404';
        elsif (access.caller(practice, token_hash, at)).account_id is null then
            raise exception 'not_signed_in' using errcode = '28000';
        end if;
        raise exception 'role_can_never' using errcode = '42501';
    end if;

    -- Who merely sits in a group, or whose child does, is shown the group and nobody in it.
    if rule.relation = 'enrolled_in' then
        s.clients := array[p.client_id];
    elsif rule.relation = 'guards_member' then
        s.clients := '{}';
    end if;
    if rule.last_seen_at < at - interval '1 minute' then
        update public.sign_ins i set last_seen_at = at
        where i.practice_id = p.practice_id and i.sign_in_id = p.sign_in_id and i.last_seen_at < at - interval '1 minute';
    end if;
    perform access.set_scope(p.practice_id, p.account_id, p.client_id, rule.role, rule.relation, action, rule.shows,
        case when rule.bound <> 'unit' then rule.bound when s.couple_id is not null then 'couple'
             when s.client_id is null then 'group' else 'client' end,
        s.clients, s.couples, s.groups, rule.reads);
    insert into public.audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, relation, action, kind, resource_id, client_ids, outcome)
    values (p.practice_id, at, request, proof, p.account_id, p.sign_in_id, rule.role, rule.relation, action, kind, resource, s.clients, 'allowed');
    return array[p.account_id::text, p.sign_in_id::text, rule.role, rule.relation, p.client_id::text] || rule.shows;
end $$;

-- Written in a transaction of its own after a refused request was rolled back. Outcome is a fixed word of the server.
create function access.refused(
    practice uuid, token_hash bytea, action text, kind text, resource uuid, at timestamptz, request uuid, proof bytea, outcome text
) returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare p access.principal;
begin
    if not exists (select from practices t where t.practice_id = refused.practice) then return; end if;
    p := access.caller(practice, token_hash, at);
    insert into audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, action, kind, resource_id, outcome)
    values (practice, at, request, proof, p.account_id, p.sign_in_id, p.roles[1], action, kind, resource, outcome);
end $$;

-- The door of requests without a sign-in: the practice is the one the path names, the scope is empty,
-- and only what the matrix gives to `public` may be written.
create function access.enter_public(slug text, action text, at timestamptz, request uuid, proof bytea)
returns table (practice_id uuid, time_zone text)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare p access.principal; rule record; zone text;
begin
    select t.practice_id, t.time_zone into p.practice_id, zone from practices t where t.slug = enter_public.slug;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    select r.relation, r.shows into rule from access.rules r where r.action = enter_public.action and r.role = 'public';
    if not found then
        raise exception 'not_signed_in' using errcode = '28000';
    end if;
    perform access.set_scope(p.practice_id, null, null, 'public', rule.relation, action, rule.shows, 'none', '{}', '{}', '{}', false);
    insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, outcome)
    values (p.practice_id, at, request, proof, 'public', rule.relation, action, 'none', 'allowed');
    return query select p.practice_id, zone;
end $$;

-- The door of the operator's commands (import, seed, staff add): only cairn_worker may call it.
create function access.enter_work(practice uuid, action text, at timestamptz, request uuid, proof bytea)
returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare rule record;
begin
    select r.role, r.relation, r.shows into rule from access.rules r where r.action = enter_work.action and r.role = 'worker';
    if not found then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    perform access.set_scope(practice, null, null, rule.role, rule.relation, action, rule.shows, 'practice', '{}', '{}', '{}', false);
    insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, outcome)
    values (practice, at, request, proof, rule.role, rule.relation, action, 'none', 'allowed');
end $$;
