-- Keys to accounts: the links and codes on paper by which somebody sets a password.
--
-- The rule, in one place: a token leaves the database once, and never for an account in use. Who may invite a role over
-- the whole practice is told the key of an account that nobody has used: in the answer that made it, or by reading its
-- letter, not both. Everything else goes by mail, to the address with which the account signs in. Inviting an account
-- in use starts a reset: nothing of the account changes until whoever reads that address, and has its second factor,
-- has finished it.
--
-- Locks are taken in one order: client, guardian, account, key, letter. Whoever comes second finds what the first left.

-- In use: a password was set, or somebody has ever signed in.
create function access.is_in_use(a public.accounts) returns boolean language sql stable as $$
    select (a).password_hash is not null
        or exists (
            select from public.sign_ins s where s.practice_id = (a).practice_id and s.account_id = (a).account_id)
$$;

-- Until when a key is good that goes by mail or is told. Of a forgotten password it is an hour
-- (accounts/own_accounts.sql), on paper half of one.
create function access.key_ends(at timestamptz) returns timestamptz language sql immutable
return at + interval '72 hours';

-- Whether the caller may invite somebody of these roles, and so be told a key: each role by its own rule over the whole
-- practice, an owner by owners. A role that is neither client's nor guardian's is invited by who invites staff.
create function access.may_invite(roles text[]) returns boolean language sql stable as $$
    select access.whole() and (access.role() = 'worker' or not exists (
        select from unnest(roles) r
        where (r = 'owner' and access.role() <> 'owner')
           or not exists (
            select from access.rules x
            where x.role = access.role() and x.relation = 'any'
              and x.action = case r when 'client' then 'client.change' when 'guardian' then 'guardianship.change'
                                    else 'staff.invite' end)))
$$;

-- Whether a key opens its account at this instant. It is asked when somebody reads the invitation, and again, under the
-- locks, when somebody accepts it.
create function access.key_opens(i public.invitations, a public.accounts, at timestamptz) returns boolean
language sql stable as $$
    select (i).accepted_at is null and (i).expires_at > at and (a).disabled_at is null
        and ((i).kind = 'reset') = access.is_in_use(a)
        and ((i).kind = 'reset' or (a).roles <@ (i).roles)
        and ((i).carrier <> 'paper' or (i).reason is not null or (i).confirmed_at is not null)
$$;

-- What is done with keys stands in the audit under actions of its own, beside what the door wrote: as a request of its
-- own, with a proof of its own, since of one request the audit says one thing.
create function access.note_key(action text, a public.accounts, at timestamptz, request uuid, proof bytea) returns void
language sql as $$
    insert into public.audit_events
        (practice_id, at, request_id, proof, account_id, role, relation, action, kind, resource_id, client_ids, outcome)
    select (a).practice_id, at, request, note_key.proof, access.account(), nullif(access.role(), ''),
        nullif(access.relation(), ''), note_key.action, 'account', (a).account_id,
        array_remove(array[(a).client_id], null), 'allowed'
$$;

-- Whose safe contact a letter to an account honours. Staff know the practice, and have said nothing.
create function access.safe_contact_of(a public.accounts) returns uuid language sql immutable as $$
    select case when access.is_staff((a).roles) then null else (a).client_id end
$$;

-- Tells the holder of an account what others did to it: where the account is signed in, and by a letter that says
-- nothing but that there is a message.
create function access.notify(a public.accounts, kind text, at timestamptz, by_letter boolean) returns void
language plpgsql as $$
declare notice constant uuid := public.uuid_v7(at);
begin
    insert into public.account_notices (practice_id, notice_id, account_id, kind, at)
    values (a.practice_id, notice, a.account_id, notify.kind, at);
    if by_letter and a.email is not null then
        insert into public.outbox
            (practice_id, letter_id, event, kind, account_id, client_id, sealed, state_since, created_at, expires_at)
        values (a.practice_id, notice, 'notice/' || notice, 'notice', a.account_id, access.safe_contact_of(a), '', at,
                at, at + interval '7 days');
    end if;
end $$;

-- An account, locked until the end of the transaction.
create function access.locked_account(account uuid) returns public.accounts language plpgsql as $$
declare a public.accounts;
begin
    select * into a from public.accounts x
    where x.practice_id = access.practice() and x.account_id = locked_account.account for update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    return a;
end $$;

-- Refuses to send a key to an account that is none of the request's business. A request about a client sends none to
-- anybody at work in the practice, as far as the caller may know who that is.
create function access.refuse_key(a public.accounts) returns void language plpgsql as $$
declare
    staffing constant boolean :=
        access.action() in ('staff.invite', 'staff.change', 'staff.add', 'staff.reset', 'seed.run');
begin
    if 'owner' = any (a.roles) and access.whole() and access.role() not in ('owner', 'worker') then
        raise exception 'owner_not_yours_to_invite' using errcode = '42501';
    elsif access.is_staff(a.roles) and access.whole() and not staffing then
        raise exception 'staff_not_yours_to_invite' using errcode = '42501';
    elsif not coalesce(case
        when staffing or access.action() = 'inquiry.change' then access.whole()
        when access.action() = 'client.change'
            then access.shows('identity') and (access.whole() or a.client_id = any (access.clients()))
        when access.action() = 'guardianship.change' then access.whole() or exists (
            select from public.guardians g where g.practice_id = a.practice_id and g.account_id = a.account_id
                                             and g.guardian_id = any (access.guardians())) end, false)
    then
        raise exception 'key_not_yours_to_send' using errcode = '42501';
    end if;
end $$;

-- Ends the keys that an account has.
create function access.end_keys(a public.accounts, at timestamptz) returns void language sql as $$
    update public.invitations i set expires_at = at
    where i.practice_id = (a).practice_id and i.account_id = (a).account_id
      and i.accepted_at is null and i.expires_at > at
$$;

-- With a role that is added, and with the account, its keys end for good: they were made for less, or for somebody who
-- may come no more. Enabled again, or with more to do, somebody is invited anew.
create function access.keys_end_with_the_account() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update invitations i set expires_at = i.created_at
    where i.practice_id = new.practice_id and i.account_id = new.account_id and i.accepted_at is null
      and (new.disabled_at is not null or not new.roles <@ i.roles)
      -- What a merge of charts disables comes back with its reversal, and its keys with it.
      and not exists (
        select from client_merges m where m.practice_id = new.practice_id and m.merged_at = new.disabled_at);
    return null;
end $$;
create trigger keys_end after update on public.accounts for each row
    when ((old.roles, old.disabled_at) is distinct from (new.roles, new.disabled_at))
    execute function access.keys_end_with_the_account();

-- Makes a key in place of those that the account has, and its letter where something was sealed for one. A reset that
-- was sent or printed within the last quarter of an hour stands: whoever asks for one after the other must not keep the
-- holder from finishing any. `tells`: whether the answer may show the token, where the caller may be told it at all.
create function access.put_key(
    a public.accounts, key uuid, token_hash bytea, sealed bytea, why text, tells boolean, at timestamptz, request uuid,
    proof bytea
) returns public.invitations language plpgsql as $$
declare
    is_reset constant boolean := access.is_in_use(a);
    is_told constant boolean := tells and not is_reset and access.may_invite(a.roles);
    k public.invitations;
begin
    select * into k from public.invitations i
    where i.practice_id = a.practice_id and i.account_id = a.account_id and i.kind = 'reset'
        and i.carrier in ('link', 'terminal')
      and i.accepted_at is null and i.expires_at > at and i.created_at > at - interval '15 minutes';
    if found and is_reset and why is null then return k; end if;
    perform access.end_keys(a, at);
    insert into public.invitations (practice_id, invitation_id, account_id, token_hash, created_at, expires_at, kind,
                                    roles, made_by, reason, told_at, told_to)
    values (a.practice_id, key, a.account_id, put_key.token_hash, at, access.key_ends(at),
            case when is_reset then 'reset' else 'invitation' end, a.roles, access.account(), why,
            case when is_told then at end, case when is_told then access.account() end)
    returning * into k;
    if sealed is not null then
        insert into public.outbox
            (practice_id, letter_id, event, kind, account_id, client_id, sealed, state_since, created_at, expires_at)
        values (a.practice_id, key, 'invitation/' || key, k.kind, a.account_id, access.safe_contact_of(a),
                put_key.sealed, at, at, k.expires_at);
    end if;
    if is_reset then
        perform access.notify(a, 'reset_started', at, sealed is null);
    end if;
    if is_reset and why is null then
        perform access.note_key('reset.start', a, at, request, proof);
    elsif is_told then
        perform access.note_key('invitation.tell', a, at, request, proof);
    end if;
    return k;
end $$;

-- The desk confirms an account's address by inviting to it, or by handing over a code.
create function access.confirmed(a public.accounts, at timestamptz) returns public.accounts language plpgsql as $$
begin
    if not a.unconfirmed or not access.whole() then return a; end if;
    update public.accounts x set unconfirmed = false, version = x.version + 1
    where x.practice_id = a.practice_id and x.account_id = a.account_id
    returning * into a;
    update public.tasks t set done_at = at, done_by = access.account()
    where t.practice_id = a.practice_id and t.account_id = a.account_id and t.kind = 'confirm_address'
      and t.done_at is null;
    return a;
end $$;

-- Sends a key to an account, by whoever the request's door lets invite it. To an address that the desk has not
-- confirmed nothing goes, and the answer is the same. `is_told`: the answer shows the token. Who does not see the whole
-- practice is told nothing but that something was sent: not whether there was an account before, whose it is, or
-- whether it is in use.
create function access.send_key(
    account uuid, key uuid, token_hash bytea, sealed bytea, at timestamptz, request uuid, proof bytea
) returns table (account_id uuid, kind text, expires_at timestamptz, is_told boolean)
language plpgsql security definer set search_path = public, access, pg_temp as $$
#variable_conflict use_column
declare a accounts; k invitations;
begin
    a := access.locked_account(account);
    perform access.refuse_key(a);
    if a.disabled_at is not null then
        raise exception 'account_is_disabled' using errcode = 'PC409';
    elsif sealed is not null and num_nonnulls(a.email, a.wanted_email) = 0 then
        raise exception 'account_has_no_address' using errcode = 'PC409';
    end if;
    a := access.confirmed(a, at);
    if a.unconfirmed then
        perform access.confirm_address(a, at);
        return query select null::uuid, 'sent', access.key_ends(at), false;
        return;
    end if;
    k := access.put_key(a, key, token_hash, sealed, null, true, at, request, proof);
    return query select case when access.whole() then a.account_id end,
        case when access.whole() then k.kind else 'sent' end,
        case when access.whole() then k.expires_at else access.key_ends(at) end,
        k.invitation_id = key and k.told_at is not null;
end $$;
grant execute on function access.send_key to cairn_server, cairn_worker;

-- Sends the letter of a key once more, with another token, for the desk: it is told to nobody, and read at most as any
-- other letter is. A letter whose key was used is over.
create function access.send_again(
    letter uuid, key uuid, token_hash bytea, sealed bytea, at timestamptz, request uuid, proof bytea
) returns uuid language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts; i invitations; k invitations;
begin
    select x.* into i from invitations x
    where x.practice_id = access.practice() and x.invitation_id = letter
      and access.action() = 'inquiry.change' and access.whole();
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    a := access.locked_account(i.account_id);
    select x.* into strict i from invitations x
    where x.practice_id = a.practice_id and x.invitation_id = letter for update;
    if i.accepted_at is not null or i.carrier <> 'link' or a.disabled_at is not null
        or i.created_at <= at - interval '30 days' or (i.kind = 'reset') <> access.is_in_use(a)
    then
        raise exception 'letter_is_over' using errcode = 'PC409';
    elsif (i.kind = 'reset' or not a.roles <@ i.roles) and not access.may_invite(a.roles) then
        raise exception 'reset_not_yours_to_start' using errcode = '42501';
    end if;
    k := access.put_key(a, key, token_hash, sealed, null, false, at, request, proof);
    return k.invitation_id;
end $$;
grant execute on function access.send_again to cairn_server;

-- The sealed link of a letter, once, and only to who may invite the account's very roles. Null where it is not told.
create function access.open_letter(letter uuid, at timestamptz, request uuid, proof bytea) returns bytea
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts; i invitations; sealed bytea;
begin
    if access.looks() then return null; end if;
    select x.* into i from invitations x
    where x.practice_id = access.practice() and x.invitation_id = letter and x.told_at is null
      and access.action() = 'inquiry.read' and access.whole();
    if not found then return null; end if;
    a := access.locked_account(i.account_id);
    select x.* into strict i from invitations x
    where x.practice_id = a.practice_id and x.invitation_id = letter for update;
    select o.sealed into sealed from outbox o
    where o.practice_id = a.practice_id and o.letter_id = letter and o.kind = 'invitation';
    if sealed is null or i.told_at is not null or not access.key_opens(i, a, at) or i.kind <> 'invitation'
        or not access.may_invite(a.roles)
    then return null; end if;
    update invitations x set told_at = at, told_to = access.account()
    where x.practice_id = a.practice_id and x.invitation_id = letter;
    perform access.note_key('invitation.tell', a, at, request, proof);
    perform set_config('synchronous_commit', 'on', true); -- What was told once must not be forgotten.
    return sealed;
end $$;
grant execute on function access.open_letter to cairn_server;

-- Where the worker sends a letter: the address with which the account signs in, or was to. A letter about another
-- address goes to the side that it is for.
create function access.letter_address(letter uuid) returns text
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select case when c.change_id is null then coalesce(a.email, a.wanted_email)
                when o.letter_id = c.new_letter_id then c.email else c.old_email end
    from outbox o join accounts a using (practice_id, account_id)
        left join email_changes c on c.practice_id = o.practice_id and c.account_id = o.account_id
            and o.letter_id in (c.new_letter_id, c.old_letter_id, c.told_letter_id)
    where o.practice_id = access.practice() and o.letter_id = letter and access.action() = 'outbox.send';
end;
grant execute on function access.letter_address to cairn_worker;
