-- What must be asked before anybody is signed in. Each function answers one question and nothing else.

-- The practice a public path names, or no row.
create function access.practice_named(slug text) returns table (practice_id uuid, name text)
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select p.practice_id, p.name from practices p where p.slug = practice_named.slug;
end;
grant execute on function access.practice_named to cairn_server, cairn_worker;

-- Opens a sign-in for an account whose password the server has just verified, or gives the one that has this token
-- already: a token that was derived from an Idempotency-Key and comes again. An account with a second factor spends a
-- step of it, or a recovery code; without one there is no sign-in, whatever the server says. From the day that the
-- practice has set, staff who have none set one with it (`secret`), or do not get in.
-- Staff: 15 minutes idle, 12 hours in all; clients and guardians: 30 minutes idle, 12 hours in all.
create function access.open_sign_in(
    practice uuid, account uuid, sign_in uuid, token_hash bytea, step bigint, recovery bytea, at timestamptz,
    request uuid, proof bytea, place bytea default null, device bytea default null, words text default null,
    secret bytea default null, codes bytea[] default '{}', note uuid default null, note_proof bytea default null,
    verified text default null
) returns table (sign_in_id uuid, name text, roles text[], client_id uuid, idle_minutes int, expires_at timestamptz,
                 second_factor text, replayed boolean)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    a accounts;
    p practices;
    s sign_ins;
    idle interval;
    opened boolean;
    factor text;
begin
    -- Locked, and asked again whether the password is the one that was verified: whoever resets or disables the account
    -- at the same time, or changes its roles, goes first, and then nobody is signed in by what was; or finds this
    -- sign-in.
    select * into a from accounts x where x.practice_id = practice and x.account_id = account for no key update;
    if a.account_id is null or a.disabled_at is not null or a.must_reset
        or a.password_hash is null or a.password_hash is distinct from verified
    then
        raise exception 'not_signed_in' using errcode = '28000';
    end if;
    select * into strict p from practices x where x.practice_id = practice;
    factor := case when exists (select from second_factors f where f.practice_id = practice and f.account_id = account)
        then 'given'
                   when access.is_staff(a.roles) then 'missing' else 'not_required' end;
    idle := case when access.is_staff(a.roles) then interval '15 minutes' else interval '30 minutes' end;
    insert into sign_ins (practice_id, sign_in_id, account_id, token_hash, created_at, last_seen_at, idle_limit,
                          expires_at, place, device, device_hash)
    values (practice, sign_in, account, open_sign_in.token_hash, at, at, idle, at + interval '12 hours',
            open_sign_in.place, words, open_sign_in.device)
    on conflict on constraint sign_ins_token_is_unique do nothing;
    opened := found;
    if opened and factor = 'given' then
        perform access.spend_second_factor(practice, account, step, recovery, at);
    elsif opened and factor = 'missing' and secret is not null then
        perform access.replace_second_factor(practice, account, secret, step, codes, at),
            access.notify(a, 'second_factor_set', at, true),
            access.note_key('second_factor.set', a, at, note, note_proof);
        factor := 'given';
    elsif opened and factor = 'missing' and access.must_have_factor(p, a.roles, at) then
        raise exception 'second_factor_must_be_set' using errcode = 'PC409';
    end if;
    select * into strict s from sign_ins x where x.practice_id = practice and x.token_hash = open_sign_in.token_hash;
    if s.ended_at is not null or s.expires_at <= at or s.last_seen_at + s.idle_limit <= at then
        raise exception 'sign_in_ended' using errcode = 'PC409';
    end if;
    if opened then perform access.know_device(a, open_sign_in.device, at); end if;
    insert into audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, action, kind,
        resource_id, outcome)
    values (practice, at, request, proof, account, s.sign_in_id, a.roles[1], 'sign_in.create', 'sign_in', s.sign_in_id,
        'allowed');
    return query select s.sign_in_id, a.name, a.roles, a.client_id, (extract(epoch from s.idle_limit) / 60)::int,
        s.expires_at, factor, not opened;
end $$;
grant execute on function access.open_sign_in to cairn_server;

-- A key that opens its account, and what whoever has it is asked for: `present`, a code of the second factor that there
-- is; `required` or `optional`, a new one.
create function access.invitation(practice uuid, token_hash bytea, at timestamptz)
returns table (practice_id uuid, slug text, practice_name text, account_id uuid, account_name text, email text,
               sign_in_name text, kind text, factor text, secret bytea, expires_at timestamptz)
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select p.practice_id, p.slug, p.name, a.account_id, a.name, coalesce(a.email, a.wanted_email), a.sign_in_name,
        i.kind,
        case when i.kind = 'reset' and f.secret is not null then 'present'
             when access.is_staff(a.roles) or a.must_reset then 'required' else 'optional' end,
        case when i.kind = 'reset' then f.secret end, i.expires_at
    from invitations i join accounts a using (practice_id, account_id) join practices p using (practice_id)
        left join second_factors f using (practice_id, account_id)
    where i.practice_id = invitation.practice and i.token_hash = invitation.token_hash
      and access.key_opens(i, a, invitation.at);
end;
grant execute on function access.invitation to cairn_server;

-- Uses a key up: sets the password, and the second factor, which staff must have; ends every sign-in and every other
-- key of the account. A reset takes a code of the second factor that there is, and keeps it. `device`: where it was
-- used; that one is known from then on, and no other.
create function access.accept_invitation(
    practice uuid, token_hash bytea, password_hash text, secret bytea, step bigint, codes bytea[], present_step bigint,
    present_recovery bytea, at timestamptz, request uuid, proof bytea, device bytea default null
) returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts; i invitations;
begin
    select x.* into i from invitations x where x.practice_id = practice and x.token_hash = accept_invitation.token_hash;
    select x.* into a from accounts x
    where x.practice_id = i.practice_id and x.account_id = i.account_id for update;
    select x.* into i from invitations x
    where x.practice_id = a.practice_id and x.invitation_id = i.invitation_id for update;
    if i.invitation_id is null or not access.key_opens(i, a, at) then
        raise exception 'not_found' using errcode = 'PC404';
    elsif num_nonnulls(a.email, a.sign_in_name) = 0 then
        raise exception 'address_in_use' using errcode = 'PC409';
    end if;
    if i.kind = 'reset' and exists (
        select from second_factors f where f.practice_id = practice and f.account_id = a.account_id)
    then
        perform access.spend_second_factor(practice, a.account_id, present_step, present_recovery, at);
    elsif secret is null and (access.is_staff(a.roles) or a.must_reset) then
        raise exception 'second_factor_is_required' using errcode = 'PC409';
    else
        perform access.replace_second_factor(practice, a.account_id, secret, step, codes, at);
    end if;
    update invitations x set accepted_at = accept_invitation.at
    where x.practice_id = practice and x.invitation_id = i.invitation_id;
    perform access.end_keys(a, at), access.end_email_changes(a, at);
    perform access.forget_devices(a, null), access.know_device(a, accept_invitation.device, at);
    update accounts x set password_hash = accept_invitation.password_hash, must_reset = false, version = x.version + 1
    where x.practice_id = practice and x.account_id = a.account_id;
    update sign_ins s set ended_at = accept_invitation.at
    where s.practice_id = practice and s.account_id = a.account_id and s.ended_at is null;
    if i.kind = 'reset' then perform access.notify(a, 'reset_finished', at, true); end if;
    insert into audit_events
        (practice_id, at, request_id, proof, account_id, action, kind, resource_id, client_ids, outcome)
    values (practice, accept_invitation.at, request, accept_invitation.proof, a.account_id,
            case i.kind when 'reset' then 'reset.finish' else 'invitation.accept' end, 'account', a.account_id,
            array_remove(array[a.client_id], null), 'allowed');
end $$;
grant execute on function access.accept_invitation to cairn_server;

-- Draws from a bucket: how many draws are left in the window (negative: refused), and when the window ends.
create function access.draw(bucket bytea, most int, per interval, at timestamptz)
returns table (remaining int, resets_at timestamptz)
language sql security definer set search_path = public, access, pg_temp
begin atomic
    insert into rate_limits as r (bucket, window_start, taken) values (draw.bucket, draw.at, 1)
    on conflict (bucket) do update set
        window_start = case when r.window_start + per <= draw.at then draw.at else r.window_start end,
        taken = case when r.window_start + per <= draw.at then 1 else least(r.taken, most) + 1 end
    returning most - r.taken, r.window_start + per;
end;
grant execute on function access.draw to cairn_server;

-- Whether an inquiry that came with an Idempotency-Key is this one. Whoever asks has sent both.
create function access.inquiry_was(practice uuid, inquiry uuid, digest bytea) returns boolean
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select exists (select from inquiries i where i.practice_id = practice and i.inquiry_id = inquiry
        and i.sent_digest = digest);
end;
grant execute on function access.inquiry_was to cairn_server;
