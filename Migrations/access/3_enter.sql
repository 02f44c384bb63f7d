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
-- Does the proven rule show this group of fields?
create function access.shows(field text) returns boolean language sql stable parallel safe
return coalesce(nullif(access.word(8), ''), '{}')::text[] && array['all', field];

create function access.clients() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.clients', true), ''), '{}')::uuid[];
create function access.couples() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.couples', true), ''), '{}')::uuid[];
create function access.groups() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('cairn.groups', true), ''), '{}')::uuid[];

create function access.bound_by(relation text, s access.subject) returns text language plpgsql immutable as $$
begin
    return case
        when relation = 'any' then 'practice'
        when relation in ('authored', 'own', 'assigned_inquiry', 'attends') then 'author'
        when relation in ('facilitates', 'oversees_group', 'enrolled_in', 'guards_member') then 'group'
        when relation in ('treats_couple', 'oversees_couple') then 'couple'
        when relation = 'supervises_author' and s.couple_id is not null then 'couple'
        when relation = 'supervises_author' and s.client_id is null then 'group'
        else 'client' end;
end $$;

create function access.set_scope(
    p access.principal, role text, relation text, action text, shows text[], bound text, s access.subject
) returns void language plpgsql as $$
begin
    perform set_config('cairn.scope', concat_ws('/', p.practice_id, coalesce(p.account_id::text, ''), coalesce(p.client_id::text, ''),
                                                role, relation, action, bound, shows), true),
            set_config('cairn.clients', s.clients::text, true),
            set_config('cairn.couples', s.couples::text, true),
            set_config('cairn.groups', s.groups::text, true);
end $$;

-- The caller behind a token, or null. Moves last_seen_at at most once a minute.
create function access.caller(practice uuid, token_hash bytea, at timestamptz) returns access.principal language plpgsql as $$
declare p access.principal; stale boolean;
begin
    select s.practice_id, s.account_id, s.sign_in_id, a.roles, a.client_id, caller.at,
           (caller.at at time zone t.time_zone)::date, s.last_seen_at < caller.at - interval '1 minute'
    into p.practice_id, p.account_id, p.sign_in_id, p.roles, p.client_id, p.at, p.today, stale
    from public.sign_ins s
        join public.accounts a on a.practice_id = s.practice_id and a.account_id = s.account_id
        join public.practices t on t.practice_id = s.practice_id
    where s.practice_id = caller.practice and s.token_hash = caller.token_hash
      and s.ended_at is null and s.expires_at > caller.at and s.last_seen_at + s.idle_limit > caller.at
      and a.disabled_at is null;
    if not found then return null; end if;
    if stale then
        update public.sign_ins s set last_seen_at = caller.at
        where s.practice_id = p.practice_id and s.sign_in_id = p.sign_in_id
          and s.last_seen_at < caller.at - interval '1 minute';
    end if;
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
    rule access.rules;
    ruled boolean := false;
    proven boolean := false;
begin
    p := access.caller(practice, token_hash, at);
    if p.account_id is null then
        raise exception 'not_signed_in' using errcode = '28000';
    end if;

    for rule in
        select * from access.rules r
        where r.action = enter.action and r.role = any (p.roles)
        order by case when kind = 'none' then r.list_rank else r.rank end
    loop
        if kind = 'none' then
            s := access.reach(rule.relation, p, split_part(action, '.', 1));
            proven := s.kind is not null;
        else
            if not ruled then
                s := access.locate(p, kind, resource, split_part(action, '.', 1));
            end if;
            proven := s.kind is not null and access.holds(rule.relation, p, s);
        end if;
        ruled := true;
        exit when proven or (kind <> 'none' and s.kind is null);
    end loop;

    if not ruled then
        raise exception 'role_can_never' using errcode = '42501';
    elsif not proven then
        raise exception 'not_found' using errcode = 'PC404';
    end if;

    perform access.set_scope(p, rule.role, rule.relation, action, rule.shows, access.bound_by(rule.relation, s), s);
    if rule.reads then
        perform set_config('synchronous_commit', 'off', true);
    end if;
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
