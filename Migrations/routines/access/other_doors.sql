-- The doors of those who do not come in by a request of a signed-in person, and the record of those who were turned
-- away.

-- The caller behind a token at an instant, or null. Who was signed in then is known although the sign-in has ended
-- since.
create function access.caller(practice uuid, token_hash bytea, at timestamptz)
    returns access.principal language plpgsql as $$
declare p access.principal;
begin
    select i.practice_id, i.account_id, i.sign_in_id, i.roles, i.client_id, at,
        (at at time zone i.time_zone)::date into p
    from public.sign_ins i
    where i.practice_id = practice and i.token_hash = caller.token_hash
      and (i.ended_at is null or i.ended_at > at) and i.expires_at > at and i.last_seen_at + i.idle_limit > at;
    return p;
end $$;

-- The row that the door of this transaction wrote into the audit, for rows that follow from the request; of nulls where
-- there was no door. Every door says which row is its own (access.set_scope), so that it is found however many rows
-- were written since, by others or by this very request. Of two doors of one transaction it is the later one's.
create function access.row_of_the_door(practice uuid) returns public.audit_events language plpgsql as $$
declare number constant bigint := nullif(current_setting('cairn.row_of_the_door', true), '')::bigint;
    written public.audit_events;
begin
    select * into written from public.audit_events e
    where e.practice_id = practice and e.audit_event_id = number and e.xmin = pg_current_xact_id()::xid;
    return written;
end $$;

-- The row of a refusal, in a transaction of its own after the refused request was rolled back. A refusal of no practice
-- is no row. `again` where it may be there already: it was kept because nobody knows whether it was written.
create function access.write_refusal(
    practice uuid, token_hash bytea, account uuid, role text, action text, kind text, resource uuid, at timestamptz,
        request uuid, proof bytea,
    outcome text, again boolean
) returns void language plpgsql set search_path = public, access, pg_temp as $$
declare p access.principal;
begin
    if not exists (select from practices t where t.practice_id = write_refusal.practice) then return; end if;
    if again and exists (
        select from audit_events e
        where e.practice_id = write_refusal.practice and e.at = write_refusal.at and e.request_id = request
          and (e.action, e.kind, e.outcome) = (write_refusal.action, write_refusal.kind, write_refusal.outcome))
    then return; end if;
    p := access.caller(practice, token_hash, at);
    insert into audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, action, kind,
        resource_id, outcome)
    values (practice, at, request, proof, coalesce(p.account_id, account), p.sign_in_id, coalesce(p.roles[1], role),
        action, kind, resource, outcome);
end $$;

-- Of a request: by whom is known by its token; of a sign-in that failed, the account, if there is one. The e-mail
-- address never is. Outcome is a fixed word of the server.
create function access.refused(
    practice uuid, token_hash bytea, account uuid, action text, kind text, resource uuid, at timestamptz, request uuid,
        proof bytea,
    outcome text, again boolean
) returns void language sql security definer set search_path = public, access, pg_temp
begin atomic
    select access.write_refusal(practice, token_hash, account, null, action, kind, resource, at, request, proof,
        outcome, again);
end;
grant execute on function access.refused to cairn_server;

-- Of the work of the worker, that the doors below did not let in.
create function access.refused_work(
    practice uuid, action text, kind text, resource uuid, at timestamptz, request uuid, proof bytea, outcome text,
        again boolean
) returns void language sql security definer set search_path = public, access, pg_temp
begin atomic
    select access.write_refusal(practice, null, null, 'worker', action, kind, resource, at, request, proof, outcome,
        again);
end;
grant execute on function access.refused_work to cairn_worker;

-- The door of requests without a sign-in: the practice is the one the path names, the scope is empty,
-- and only what the matrix gives to `public` may be written.
create function access.enter_public(slug text, action text, at timestamptz, request uuid, proof bytea)
returns table (practice_id uuid, time_zone text)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare p access.principal; rule record; zone text; audited bigint;
begin
    select t.practice_id, t.time_zone into p.practice_id, zone from practices t where t.slug = enter_public.slug;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    select r.relation, r.shows into rule from access.rules r where r.action = enter_public.action and r.role = 'public';
    if not found then
        raise exception 'not_signed_in' using errcode = '28000';
    end if;
    insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, outcome)
    values (p.practice_id, at, request, proof, 'public', rule.relation, action, 'none', 'allowed')
    returning audit_event_id into audited;
    perform access.set_scope(p.practice_id, null, null, 'public', rule.relation, action, rule.shows, 'none', '{}',
        '{}', '{}', (at at time zone zone)::date, false, at => at, audited => audited);
    return query select p.practice_id, zone;
end $$;
grant execute on function access.enter_public to cairn_server;

-- The door of the operator's commands (import, seed, staff add): only cairn_worker may call it.
create function access.enter_work(practice uuid, action text, at timestamptz, request uuid, proof bytea)
returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare rule record; audited bigint;
begin
    select r.role, r.relation, r.shows into rule from access.rules r where r.action = enter_work.action
        and r.role = 'worker' and r.relation = 'any';
    if not found then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, outcome)
    values (practice, at, request, proof, rule.role, rule.relation, action, 'none', 'allowed')
    returning audit_event_id into audited;
    perform access.set_scope(practice, null, null, rule.role, rule.relation, action, rule.shows, 'practice', '{}',
        '{}', '{}', null, false, at => at, audited => audited);
end $$;
grant execute on function access.enter_work to cairn_worker;
