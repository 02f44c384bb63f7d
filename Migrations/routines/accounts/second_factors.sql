-- The second factor of an account. The server has checked a code against the secret and says which step it is of;
-- whether that step, or that recovery code, is still good, is judged here. Nobody reads a secret but through these
-- functions.

-- Uses up a step of the authenticator or a recovery code; for the functions of this folder alone.
create function access.spend_second_factor(practice uuid, account uuid, step bigint, recovery bytea, at timestamptz)
returns void language plpgsql as $$
begin
    if step is not null then
        update public.second_factors f set last_step = step
        where f.practice_id = practice and f.account_id = account and f.last_step < step;
    else
        update public.recovery_codes c set used_at = at
        where c.practice_id = practice and c.account_id = account and c.code_hash = recovery and c.used_at is null;
    end if;
    if not found then
        raise exception 'second_factor_is_spent' using errcode = 'PC409';
    end if;
end $$;

create function access.replace_second_factor(practice uuid, account uuid, secret bytea, step bigint, codes bytea[],
    at timestamptz)
returns void language plpgsql as $$
begin
    delete from public.second_factors f where f.practice_id = practice and f.account_id = account;
    if secret is not null then
        insert into public.second_factors (practice_id, account_id, secret, last_step, created_at)
        values (practice, account, replace_second_factor.secret, step, at);
        insert into public.recovery_codes (practice_id, account_id, code_hash)
        select practice, account, code from unnest(codes) code;
    end if;
end $$;

-- What a caller who changes how he signs in is checked against: his own, and nobody else's.
create function access.own_credentials()
returns table (practice_name text, name text, is_required boolean, password_hash text, secret bytea, since timestamptz)
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select p.name, coalesce(a.email, a.sign_in_name), access.is_staff(a.roles), a.password_hash, f.secret, f.created_at
    from accounts a join practices p using (practice_id) left join second_factors f using (practice_id, account_id)
    where a.practice_id = access.practice() and a.account_id = access.account()
        and access.action() in ('me.read', 'me.change');
end;
grant execute on function access.own_credentials to cairn_server;

-- Sets one's own authenticator. Where there is one already, a code of that one is spent first.
create function access.set_own_second_factor(secret bytea, step bigint, codes bytea[], present_step bigint,
    present_recovery bytea, at timestamptz)
returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare practice uuid := access.practice(); account uuid := access.account();
begin
    if access.action() is distinct from 'me.change' then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    -- Who becomes staff meanwhile has one: that waits for this, or this for that.
    perform from accounts a where a.practice_id = practice and a.account_id = account for no key update;
    if exists (select from second_factors f where f.practice_id = practice and f.account_id = account) then
        perform access.spend_second_factor(practice, account, present_step, present_recovery, at);
    end if;
    if secret is null and exists (select from accounts a where a.practice_id = practice and a.account_id = account
        and access.is_staff(a.roles)) then
        raise exception 'second_factor_is_required' using errcode = 'PC409';
    end if;
    perform access.replace_second_factor(practice, account, secret, step, codes, at);
end $$;
grant execute on function access.set_own_second_factor to cairn_server;

-- New recovery codes in place of the old, for who shows a code.
create function access.set_own_recovery_codes(codes bytea[], step bigint, recovery bytea, at timestamptz)
returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare practice uuid := access.practice(); account uuid := access.account();
begin
    if access.action() is distinct from 'me.change' then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    perform access.spend_second_factor(practice, account, step, recovery, at);
    delete from recovery_codes c where c.practice_id = practice and c.account_id = account;
    insert into recovery_codes (practice_id, account_id, code_hash) select practice, account, code
        from unnest(codes) code;
end $$;
grant execute on function access.set_own_recovery_codes to cairn_server;
