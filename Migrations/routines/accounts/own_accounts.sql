-- What whoever has an account does about it: a forgotten password, a new one, another address to sign in with.

-- A forgotten password: whoever says a name is answered alike, whether it is anybody's or not. The link goes by mail to
-- the account's own address, is good for an hour, and is finished like any other reset, with the second factor that
-- there is (accounts/keys.sql). It ends no key that there is, so that nobody is kept from finishing one by asking for
-- others; one within a quarter of an hour, and three within an hour, are enough. The audit has who was asked for; of an
-- address that asks too often (`is_flood`) only what was sent, so that nobody fills it. A letter goes all the same: who
-- lives behind the address of somebody who asks and asks is kept from none.
create function access.forget_password(
    practice uuid, name text, key uuid, token_hash bytea, sealed bytea, is_flood boolean, at timestamptz, request uuid,
    proof bytea
) returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts; is_sent boolean;
begin
    select x.* into a from accounts x
    where x.practice_id = practice
      and (x.email = email_key(forget_password.name) or x.sign_in_name = lower(forget_password.name)) for update;
    is_sent := a.email is not null and a.disabled_at is null and access.is_in_use(a) and not exists (
        select from invitations i
        where i.practice_id = a.practice_id and i.account_id = a.account_id and i.kind = 'reset' and i.carrier = 'link'
          and i.accepted_at is null and i.expires_at > at and i.created_at > at - interval '15 minutes')
        and (select count(*) < 3 from invitations i
             where i.practice_id = a.practice_id and i.account_id = a.account_id and i.kind = 'reset'
               and i.made_by is null and i.created_at > at - interval '1 hour');
    insert into audit_events
        (practice_id, at, request_id, proof, role, action, kind, resource_id, client_ids, outcome)
    select practice, at, request, forget_password.proof, 'public', 'reset.ask', 'account', a.account_id,
        array_remove(array[a.client_id], null),
        case when a.account_id is null then 'not_found' when is_sent then 'allowed' else 'conflict' end
    where coalesce(is_sent, false) or not is_flood;
    if is_sent then
        insert into invitations
            (practice_id, invitation_id, account_id, token_hash, created_at, expires_at, kind, roles)
        values (a.practice_id, key, a.account_id, forget_password.token_hash, at, at + interval '1 hour', 'reset',
                a.roles);
        insert into outbox (practice_id, letter_id, event, kind, account_id, client_id, sealed, state_since, created_at,
                            expires_at)
        values (a.practice_id, key, 'invitation/' || key, 'reset', a.account_id, access.safe_contact_of(a),
                forget_password.sealed, at, at, at + interval '1 hour');
        perform access.notify(a, 'reset_started', at, false);
    end if;
end $$;
grant execute on function access.forget_password to cairn_server;

-- Sets the own password in place of the one that the server has just verified: `was` is its hash. The sign-in that asks
-- stays, and its device is known; every other sign-in, every key and every change of address ends. Told by a letter.
create function access.set_own_password(
    was text, password_hash text, sign_in uuid, at timestamptz, request uuid, proof bytea
) returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts; device bytea;
begin
    if access.action() is distinct from 'me.change' then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    a := access.locked_account(access.account());
    if a.password_hash is distinct from was then
        raise exception 'password_changed_meanwhile' using errcode = 'PC409';
    end if;
    update accounts x set password_hash = set_own_password.password_hash, version = x.version + 1
    where x.practice_id = a.practice_id and x.account_id = a.account_id;
    update sign_ins s set ended_at = at
    where s.practice_id = a.practice_id and s.account_id = a.account_id and s.sign_in_id <> sign_in
      and s.ended_at is null;
    select s.device_hash into device from sign_ins s
    where s.practice_id = a.practice_id and s.account_id = a.account_id and s.sign_in_id = sign_in;
    perform access.end_keys(a, at), access.end_email_changes(a, at), access.forget_devices(a, device);
    perform access.notify(a, 'password_changed', at, true), access.note_key('password.change', a, at, request, proof);
end $$;
grant execute on function access.set_own_password to cairn_server;

-- The letters of a change of address that leads nowhere any more are not sent.
create function access.withdraw_letters(practice uuid, letters uuid[], at timestamptz) returns void language sql as $$
    update public.outbox o set state = 'withdrawn', reason = null, sealed = null, state_since = at
    where o.practice_id = practice and o.letter_id = any (letters) and o.state in ('waiting', 'kept')
$$;

-- Ends the change of address that an account waits for, if any.
create function access.end_email_changes(a public.accounts, at timestamptz) returns void language plpgsql as $$
declare c public.email_changes;
begin
    update public.email_changes x set withdrawn_at = at
    where x.practice_id = a.practice_id and x.account_id = a.account_id and x.done_at is null
      and x.withdrawn_at is null
    returning * into c;
    if found then
        perform access.withdraw_letters(a.practice_id, array[c.new_letter_id, c.old_letter_id], at);
    end if;
end $$;

-- Begins to change the address with which the caller signs in, in place of a change that waits. A link goes to the new
-- address and one to the old; both must be followed. Whether the new one is somebody else's is told to who reads it,
-- and to nobody here. A client to whom mail is not safe is not sent any.
create function access.start_email_change(
    email text, change uuid, new_letter uuid, new_token_hash bytea, new_sealed bytea, old_letter uuid,
    old_token_hash bytea, old_sealed bytea, told_letter uuid, at timestamptz, request uuid, proof bytea
) returns timestamptz language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts; until constant timestamptz := at + interval '24 hours';
begin
    if access.action() is distinct from 'me.change' then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    a := access.locked_account(access.account());
    if email_key(start_email_change.email) = a.email then
        raise exception 'same_as_before' using errcode = 'PC422', column = 'email';
    elsif access.safe_contact_of(a) is not null and not exists (
        select from client_contacts k
        where k.practice_id = a.practice_id and k.client_id = a.client_id and 'email' = any (k.safe_channels))
    then
        raise exception 'mail_is_not_safe' using errcode = 'PC409';
    end if;
    perform access.end_email_changes(a, at);
    insert into email_changes (practice_id, change_id, account_id, email, old_email, new_token_hash, old_token_hash,
                               new_letter_id, old_letter_id, told_letter_id, created_at, expires_at)
    values (a.practice_id, change, a.account_id, lower(start_email_change.email), a.email,
            start_email_change.new_token_hash, case when a.email is not null then start_email_change.old_token_hash end,
            new_letter, case when a.email is not null then old_letter end, told_letter, at, until);
    insert into outbox (practice_id, letter_id, event, kind, account_id, client_id, sealed, state_since, created_at,
                        expires_at)
    select a.practice_id, l.letter, 'email/' || l.letter, 'email_change', a.account_id, access.safe_contact_of(a),
        l.sealed, at, at, until
    from (values (new_letter, new_sealed), (old_letter, old_sealed)) l (letter, sealed)
    where l.letter = new_letter or a.email is not null;
    perform access.notify(a, 'email_change_started', at, false),
        access.note_key('email.ask', a, at, request, proof);
    return until;
end $$;
grant execute on function access.start_email_change to cairn_server;

-- The caller does not want the other address after all.
create function access.withdraw_email_change(at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if access.action() is distinct from 'me.change' then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    perform access.end_email_changes(access.locked_account(access.account()), at);
end $$;
grant execute on function access.withdraw_email_change to cairn_server;

-- A change of address that a token is of, while it waits: from which side, what is proved, until when. Whoever has the
-- token has read one of the two mailboxes, and is told neither the other address nor whose account it is.
create function access.email_change(practice uuid, token_hash bytea, at timestamptz)
returns table (side text, is_new_proved boolean, is_old_proved boolean, expires_at timestamptz)
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select case when c.new_token_hash = email_change.token_hash then 'new' else 'old' end,
        c.new_proved_at is not null, c.old_email is null or c.old_proved_at is not null, c.expires_at
    from email_changes c join accounts a using (practice_id, account_id)
    where c.practice_id = email_change.practice
      and email_change.token_hash in (c.new_token_hash, c.old_token_hash)
      and c.done_at is null and c.withdrawn_at is null and c.expires_at > email_change.at and a.disabled_at is null
      and a.email is not distinct from c.old_email;
end;
grant execute on function access.email_change to cairn_server;

-- Proves one side. With the second the account signs in with the new address: every key that went to the old one ends,
-- and the old one is told. Where the new address is another account's, whoever reads it is told, and nothing changes.
create function access.prove_email(practice uuid, token_hash bytea, at timestamptz, request uuid, proof bytea)
returns table (side text, is_new_proved boolean, is_old_proved boolean, expires_at timestamptz)
language plpgsql security definer set search_path = public, access, pg_temp as $$
#variable_conflict use_column
declare c email_changes; a accounts; is_new boolean;
begin
    select x.* into c from email_changes x
    where x.practice_id = practice and prove_email.token_hash in (x.new_token_hash, x.old_token_hash);
    select x.* into a from accounts x
    where x.practice_id = c.practice_id and x.account_id = c.account_id for update;
    select x.* into c from email_changes x
    where x.practice_id = a.practice_id and x.change_id = c.change_id for update;
    if c.change_id is null or not exists (select from access.email_change(practice, prove_email.token_hash, at)) then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    is_new := c.new_token_hash = prove_email.token_hash;
    if is_new and exists (
        select from accounts x
        where x.practice_id = a.practice_id and x.email = c.email and x.account_id <> a.account_id)
    then
        raise exception 'address_in_use' using errcode = 'PC409';
    end if;
    update email_changes x set
        new_proved_at = case when is_new then coalesce(x.new_proved_at, at) else x.new_proved_at end,
        old_proved_at = case when is_new then x.old_proved_at else coalesce(x.old_proved_at, at) end
    where x.practice_id = c.practice_id and x.change_id = c.change_id returning * into c;
    if c.new_proved_at is not null and (c.old_email is null or c.old_proved_at is not null) then
        begin
            update accounts x
            set email = c.email, wanted_email = null, unconfirmed = false, version = x.version + 1
            where x.practice_id = a.practice_id and x.account_id = a.account_id;
        exception when unique_violation then
            raise exception 'address_in_use' using errcode = 'PC409';
        end;
        update email_changes x set done_at = at where x.practice_id = c.practice_id and x.change_id = c.change_id;
        perform access.end_keys(a, at), access.address_is_settled(a, at), access.notify(a, 'email_changed', at, false);
        insert into outbox (practice_id, letter_id, event, kind, account_id, client_id, sealed, state_since, created_at,
                            expires_at)
        select a.practice_id, c.told_letter_id, 'email/' || c.told_letter_id, 'notice', a.account_id,
            access.safe_contact_of(a), '', at, at, at + interval '7 days'
        where c.old_email is not null;
        perform access.note_key('email.change', a, at, request, proof);
    end if;
    return query select case when is_new then 'new' else 'old' end, c.new_proved_at is not null,
        c.old_email is null or c.old_proved_at is not null, c.expires_at;
end $$;
grant execute on function access.prove_email to cairn_server;
