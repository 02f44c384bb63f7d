-- What goes on after an entry: an answer that is given again, and a body that is still being sent. Each is the caller's
-- only as far as the entry of now lets him reach. The server keeps and gets kept answers by these functions alone.

-- Claims an Idempotency-Key for the request that has entered, or says what came of the request that claimed it before.
-- Who comes with the same key meanwhile waits here for the first to end. What is older than a day is claimed anew.
--
-- The kept headers come to who sends the same body; the kept answer, besides, only where account, roles and scope are
-- what they were.
create function access.claim_answer(route text, key bytea, body_digest bytea, request uuid, at timestamptz)
returns table (claimed boolean, same_body boolean, first_request uuid, account uuid, status smallint, headers jsonb,
    body bytea)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    caller constant uuid := access.account();
    scope constant bytea := sha256(convert_to(access.standing()::text, 'UTF8'));
    stored idempotency_keys;
begin
    insert into idempotency_keys as k (practice_id, account_id, route, key_hash, body_hash, request_id, scope_digest,
        created_at)
    values (access.practice(), caller, claim_answer.route, claim_answer.key, body_digest, request, scope, at)
    on conflict on constraint idempotency_keys_pkey do update set
        body_hash = excluded.body_hash, request_id = excluded.request_id, scope_digest = excluded.scope_digest,
        created_at = excluded.created_at, status = null, headers = null, body = null
        where k.created_at <= excluded.created_at - interval '1 day';
    if found then
        return query select true, true, request, caller, null::smallint, null::jsonb, null::bytea;
        return;
    end if;
    select * into strict stored from idempotency_keys k
    where k.practice_id = access.practice() and k.account_id = caller
      and k.route = claim_answer.route and k.key_hash = claim_answer.key;
    return query select false, stored.body_hash = body_digest, stored.request_id, caller, stored.status,
        case when stored.body_hash = body_digest then stored.headers end,
        case when stored.body_hash = body_digest and stored.scope_digest = scope then stored.body end;
end $$;
grant execute on function access.claim_answer to cairn_server;

-- Keeps the answer of the request that has claimed the key, once.
create function access.keep_answer(route text, key bytea, request uuid, status smallint, headers jsonb, body bytea)
    returns boolean
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update idempotency_keys k set status = keep_answer.status, headers = keep_answer.headers, body = keep_answer.body
    where k.practice_id = access.practice() and k.account_id = access.account()
      and k.route = keep_answer.route and k.key_hash = keep_answer.key and k.request_id = request and k.status is null;
    return found;
end $$;
grant execute on function access.keep_answer to cairn_server;

-- Whether somebody who entered a while ago, and whose standing was this, would be let in to all of it now. It asks the
-- door itself, and undoes what the door writes: looking again is no request, keeps no sign-in awake and is in no audit.
create function access.still_stands(
    practice uuid, token bytea, action text, kind text, resource uuid, at timestamptz, request uuid, was jsonb
) returns boolean
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare now jsonb; reach text;
begin
    begin
        perform set_config('cairn.lasts', 'on', true);
        execute format('select access.%I($1, $2, $3, $4, $5, $6)', access.door_name(action, kind))
        using practice, token, resource, at, request, ''::bytea;
        now := access.standing();
        raise exception 'looked' using errcode = 'PC200';
    exception
        when sqlstate 'PC200' then null;
        when sqlstate '28000' or sqlstate '42501' or sqlstate 'PC404' then return false;
    end;
    foreach reach in array '{shows,clients,couples,groups}'::text[] loop
        if exists (select jsonb_array_elements_text(was -> reach) except select jsonb_array_elements_text(now -> reach))
            then
            return false;
        end if;
        was := was - reach;
    end loop;
    return now @> (was - 'roles');
end $$;
grant execute on function access.still_stands to cairn_server;

-- Before an entry: this transaction may last for minutes (access/doors.sql).
create function access.lasts() returns void
language sql security definer set search_path = public, access, pg_temp
begin atomic
    select set_config('cairn.lasts', 'on', true);
end;
grant execute on function access.lasts to cairn_server;

-- Says of who entered into a transaction that lasts that he was seen, in a transaction of its own.
create function access.seen(practice uuid, token bytea, at timestamptz) returns void
language sql security definer set search_path = public, access, pg_temp
begin atomic
    update sign_ins i set last_seen_at = at
    where i.practice_id = practice and i.token_hash = token and i.ended_at is null and i.expires_at > at
      and i.last_seen_at + i.idle_limit > at and i.last_seen_at < at - interval '1 minute';
end;
grant execute on function access.seen to cairn_server;
