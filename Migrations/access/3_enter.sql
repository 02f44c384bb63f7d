-- The one door. access.enter is the first statement of every segment: it finds who is asking, proves the relation that a
-- rule asks for, sets what this transaction may touch, and writes the audit row, in one transaction with the work.
--
-- Refusals: 28000 not signed in (401) · 42501 no role of the caller can ever do this (403) · PC404 not visible (404).

-- What the rest of the transaction may ask about itself. Unset settings mean nobody, nothing and no rows.
create function access.practice() returns uuid language sql stable parallel safe
return nullif(current_setting('cairn.practice', true), '')::uuid;
create function access.account() returns uuid language sql stable parallel safe
return nullif(current_setting('cairn.account', true), '')::uuid;
create function access.own_client() returns uuid language sql stable parallel safe
return nullif(current_setting('cairn.own_client', true), '')::uuid;
create function access.role() returns text language sql stable parallel safe
return coalesce(current_setting('cairn.role', true), '');
create function access.relation() returns text language sql stable parallel safe
return coalesce(current_setting('cairn.relation', true), '');
create function access.action() returns text language sql stable parallel safe
return coalesce(current_setting('cairn.action', true), '');
create function access.resource() returns text language sql stable parallel safe
return split_part(coalesce(current_setting('cairn.action', true), ''), '.', 1);
-- Which column binds the rows of this request: practice, client, couple, group or author.
create function access.bound() returns text language sql stable parallel safe
return coalesce(current_setting('cairn.bound', true), '');
create function access.whole() returns boolean language sql stable parallel safe
return coalesce(current_setting('cairn.bound', true), '') = 'practice';
create function access.clients() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.clients', true), ''), '{}')::uuid[];
create function access.couples() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.couples', true), ''), '{}')::uuid[];
create function access.groups() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.groups', true), ''), '{}')::uuid[];
-- Does the proven rule show this group of fields?
create function access.shows(field text) returns boolean language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.shows', true), ''), '{}')::text[] && array['all', field];

create function access.bound_by(relation text, s access.subject) returns text language sql immutable
return case
    when relation = 'any' then 'practice'
    when relation in ('authored', 'own', 'assigned_inquiry', 'attends') then 'author'
    when relation in ('facilitates', 'oversees_group', 'enrolled_in', 'guards_member') then 'group'
    when relation in ('treats_couple', 'oversees_couple') then 'couple'
    when relation = 'supervises_author' and (s).couple_id is not null then 'couple'
    when relation = 'supervises_author' and (s).client_id is null then 'group'
    else 'client' end;

create function access.set_scope(
    p access.principal, role text, relation text, action text, shows text[], bound text, s access.subject
) returns void language plpgsql as $$
begin
    perform set_config('cairn.practice', p.practice_id::text, true),
            set_config('cairn.account', coalesce(p.account_id::text, ''), true),
            set_config('cairn.own_client', coalesce(p.client_id::text, ''), true),
            set_config('cairn.role', role, true),
            set_config('cairn.relation', relation, true),
            set_config('cairn.action', action, true),
            set_config('cairn.bound', bound, true),
            set_config('cairn.clients', s.clients::text, true),
            set_config('cairn.couples', s.couples::text, true),
            set_config('cairn.groups', s.groups::text, true),
            set_config('cairn.shows', shows::text, true);
end $$;

-- The caller behind a token, or null. Moves last_seen_at at most once a minute.
create function access.caller(practice uuid, token_hash bytea, at timestamptz) returns access.principal language plpgsql as $$
declare p access.principal; stale boolean;
begin
    select s.practice_id, s.account_id, s.sign_in_id, a.roles, a.client_id, caller.at,
           (caller.at at time zone t.time_zone)::date, s.last_seen_at < caller.at - interval '1 minute'
    into p.practice_id, p.account_id, p.sign_in_id, p.roles, p.client_id, p.at, p.today, stale
    from sign_ins s
        join accounts a on a.practice_id = s.practice_id and a.account_id = s.account_id
        join practices t on t.practice_id = s.practice_id
    where s.practice_id = caller.practice and s.token_hash = caller.token_hash
      and s.ended_at is null and s.expires_at > caller.at and s.last_seen_at + s.idle_limit > caller.at
      and a.disabled_at is null;
    if not found then return null; end if;
    if stale then
        update sign_ins s set last_seen_at = caller.at
        where s.practice_id = p.practice_id and s.sign_in_id = p.sign_in_id
          and s.last_seen_at < caller.at - interval '1 minute';
    end if;
    return p;
end $$;

create function access.enter(
    practice uuid, token_hash bytea, action text, kind text, resource uuid, at timestamptz, request uuid, proof bytea
) returns table (account_id uuid, sign_in_id uuid, role text, relation text, client_id uuid, shows text[])
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    p access.principal;
    s access.subject;
    rule record;
    ruled boolean := false;
begin
    p := access.caller(practice, token_hash, at);
    if p.account_id is null then
        raise exception 'not_signed_in' using errcode = '28000';
    end if;

    -- The richest rule first: one that ties the caller to the subject before one that is merely a role's, all before some.
    for rule in
        select r.role, r.relation, r.shows from access.rules r
        where r.action = enter.action and r.role = any (p.roles)
        order by (r.relation = 'any') = (kind <> 'none'), 'all' = any (r.shows) desc, r.rank
    loop
        if kind = 'none' then
            s := access.reach(rule.relation, p, split_part(action, '.', 1));
            exit when s.kind is not null;
        else
            if not ruled then
                s := access.locate(p, kind, resource, split_part(action, '.', 1));
                ruled := true;
                if s.kind is null then exit; end if;
            end if;
            exit when access.holds(rule.relation, p, s);
        end if;
        ruled := true;
        rule := null;
    end loop;

    if rule is null and not ruled then
        raise exception 'role_can_never' using errcode = '42501';
    elsif rule is null or s.kind is null then
        raise exception 'not_found' using errcode = 'PC404';
    end if;

    perform access.set_scope(p, rule.role, rule.relation, action, rule.shows, access.bound_by(rule.relation, s), s);
    if action like '%.read' or action like '%.search' then
        perform set_config('synchronous_commit', 'off', true);
    end if;
    insert into audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, relation, action, kind, resource_id, client_ids, outcome)
    values (p.practice_id, at, request, proof, p.account_id, p.sign_in_id, rule.role, rule.relation, action, kind, resource, s.clients, 'allowed');
    return query select p.account_id, p.sign_in_id, rule.role, rule.relation, p.client_id, rule.shows;
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
declare p access.principal; s access.subject; rule record; zone text;
begin
    select t.practice_id, t.time_zone into p.practice_id, zone from practices t where t.slug = enter_public.slug;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    select r.relation, r.shows into rule from access.rules r where r.action = enter_public.action and r.role = 'public';
    if not found then
        raise exception 'not_signed_in' using errcode = '28000';
    end if;
    s.clients := '{}'; s.couples := '{}'; s.groups := '{}';
    perform access.set_scope(p, 'public', rule.relation, action, rule.shows, 'none', s);
    insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, outcome)
    values (p.practice_id, at, request, proof, 'public', rule.relation, action, 'none', 'allowed');
    return query select p.practice_id, zone;
end $$;

-- The door of the operator's commands (import, seed, staff add): only cairn_worker may call it.
create function access.enter_work(practice uuid, action text, at timestamptz, request uuid, proof bytea)
returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare p access.principal; s access.subject; rule record;
begin
    select r.role, r.relation, r.shows into rule from access.rules r where r.action = enter_work.action and r.role = 'worker';
    if not found then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    p.practice_id := practice;
    s.clients := '{}'; s.couples := '{}'; s.groups := '{}';
    perform access.set_scope(p, rule.role, rule.relation, action, rule.shows, 'practice', s);
    insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, outcome)
    values (practice, at, request, proof, rule.role, rule.relation, action, 'none', 'allowed');
end $$;
