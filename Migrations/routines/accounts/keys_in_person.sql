-- Codes on paper, for whom no mail reaches; and the ways out for who has lost the second factor.

-- The account of who stands at the desk, held, for whoever may invite to its roles.
create function access.account_at_the_desk(account uuid) returns public.accounts language plpgsql as $$
declare a public.accounts;
begin
    a := access.locked_account(account);
    perform access.refuse_key(a);
    if not access.may_invite(a.roles) then
        raise exception 'key_not_yours_to_hand_over' using errcode = '42501';
    elsif a.disabled_at is not null then
        raise exception 'account_is_disabled' using errcode = 'PC409';
    end if;
    return a;
end $$;

-- A code that the desk hands over in person: for half an hour, once, and only until somebody has used the account. With
-- a reason it works at once; without one, a second member of staff confirms that it was handed over.
create function access.make_paper_code(
    account uuid, code uuid, code_hash bytea, why text, at timestamptz, request uuid, proof bytea
) returns table (account_id uuid, sign_in_name text, is_usable boolean, expires_at timestamptz)
language plpgsql security definer set search_path = public, access, pg_temp as $$
#variable_conflict use_column
declare a accounts; k invitations;
begin
    a := access.account_at_the_desk(account);
    if access.is_in_use(a) then
        raise exception 'account_in_use' using errcode = 'PC409';
    end if;
    a := access.confirmed(a, at);
    perform access.end_keys(a, at);
    insert into invitations (practice_id, invitation_id, account_id, token_hash, created_at, expires_at, carrier, roles,
                             made_by, reason, told_at, told_to)
    values (a.practice_id, code, a.account_id, code_hash, at, at + interval '30 minutes', 'paper', a.roles,
            access.account(), why, at, access.account())
    returning * into k;
    perform access.note_key('paper_code.make', a, at, request, proof);
    return query select a.account_id, a.sign_in_name, k.reason is not null, k.expires_at;
end $$;
grant execute on function access.make_paper_code to cairn_server;

-- A code on paper that the caller has a say in, held behind its account.
create function access.held_paper_code(code uuid) returns public.invitations language plpgsql as $$
declare a public.accounts; k public.invitations;
begin
    select x.* into k from public.invitations x
    where x.practice_id = access.practice() and x.invitation_id = code and x.carrier = 'paper'
      and access.action() = 'client.change' and access.whole();
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    a := access.locked_account(k.account_id);
    select x.* into strict k from public.invitations x
    where x.practice_id = a.practice_id and x.invitation_id = code for update;
    if not access.may_invite(a.roles) then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    return k;
end $$;

-- The second member of staff saw the code handed over. To say so again is harmless.
create function access.confirm_paper_code(code uuid, at timestamptz, request uuid, proof bytea) returns timestamptz
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    k constant invitations := access.held_paper_code(code);
    a constant accounts := access.locked_account(k.account_id);
begin
    if k.made_by = access.account() then
        raise exception 'confirmed_by_another' using errcode = 'PC409';
    elsif k.accepted_at is not null or k.expires_at <= at then
        raise exception 'paper_code_is_over' using errcode = 'PC409';
    elsif k.confirmed_at is null then
        update invitations x set confirmed_by = access.account(), confirmed_at = at
        where x.practice_id = a.practice_id and x.invitation_id = code;
        perform access.note_key('paper_code.confirm', a, at, request, proof);
    end if;
    return k.expires_at;
end $$;
grant execute on function access.confirm_paper_code to cairn_server;

-- The codes that are good still, or wait for a second member of staff: for whom, by whom and until when. Each is shown
-- to who may invite the account's very roles; the code itself to nobody.
create function access.paper_codes(at timestamptz) returns table (
    code_id uuid, account_id uuid, name text, roles text[], client_id uuid, is_usable boolean, made_by uuid,
    made_by_name text, reason text, made_at timestamptz, expires_at timestamptz
) language sql stable security definer set search_path = public, access, pg_temp as $$
    select i.invitation_id, a.account_id, a.name, a.roles, a.client_id, num_nonnulls(i.reason, i.confirmed_at) > 0,
        i.made_by, m.name, i.reason, i.created_at, i.expires_at
    from invitations i join accounts a using (practice_id, account_id)
        join accounts m on m.practice_id = i.practice_id and m.account_id = i.made_by
    where i.practice_id = access.practice() and i.carrier = 'paper' and i.accepted_at is null and i.expires_at > at
      and a.disabled_at is null and not access.is_in_use(a)
      and access.action() = 'client.read' and access.may_invite(a.roles)
$$;
grant execute on function access.paper_codes to cairn_server;

-- Takes a code back that was handed to the wrong person, or lost. To do so again is harmless.
create function access.withdraw_paper_code(code uuid, at timestamptz, request uuid, proof bytea) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    k constant invitations := access.held_paper_code(code);
    a constant accounts := access.locked_account(k.account_id);
begin
    if k.accepted_at is not null then
        raise exception 'paper_code_is_over' using errcode = 'PC409';
    elsif k.expires_at > at then
        update invitations x set expires_at = at
        where x.practice_id = a.practice_id and x.invitation_id = code;
        perform access.note_key('paper_code.withdraw', a, at, request, proof);
    end if;
end $$;
grant execute on function access.withdraw_paper_code to cairn_server;

-- Takes a lost second factor away: every sign-in ends, and nobody signs in until a reset, which goes to the account's
-- own address, has set another. For `remove_second_factor` and the operator's command.
create function access.take_second_factor(a public.accounts, at timestamptz) returns void language plpgsql as $$
begin
    delete from public.second_factors f where f.practice_id = a.practice_id and f.account_id = a.account_id;
    update public.accounts x set must_reset = true, version = x.version + 1
    where x.practice_id = a.practice_id and x.account_id = a.account_id;
    update public.sign_ins s set ended_at = at
    where s.practice_id = a.practice_id and s.account_id = a.account_id and s.ended_at is null;
    perform access.notify(a, 'second_factor_removed', at, true);
end $$;

-- By an owner, with a reason, and of nobody's own: it gives the owner nothing, since the link goes to the account.
create function access.remove_second_factor(
    account uuid, why text, key uuid, token_hash bytea, sealed bytea, at timestamptz, request uuid, proof bytea
) returns timestamptz language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts; k invitations;
begin
    if access.role() is distinct from 'owner' then
        raise exception 'second_factor_not_yours_to_remove' using errcode = '42501';
    end if;
    a := access.locked_account(account);
    perform access.refuse_key(a);
    if a.account_id = access.account() then
        raise exception 'second_factor_of_oneself' using errcode = 'PC409';
    elsif a.email is null then
        raise exception 'account_has_no_address' using errcode = 'PC409';
    elsif a.disabled_at is not null or not exists (
        select from second_factors f where f.practice_id = a.practice_id and f.account_id = a.account_id)
    then
        raise exception 'no_second_factor' using errcode = 'PC409';
    end if;
    perform access.take_second_factor(a, at), access.note_key('second_factor.remove', a, at, request, proof);
    k := access.put_key(a, key, token_hash, sealed, why, false, at, request, proof);
    return k.expires_at;
end $$;
grant execute on function access.remove_second_factor to cairn_server;

-- The account of a client or of a guardian, for a request that makes none; null where there is none.
create function access.account_of(client uuid, guardianship uuid) returns uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select case when guardianship is null then (
        select a.account_id from accounts a
        where a.practice_id = access.practice() and a.client_id = client
          and (access.whole() or a.client_id = any (access.clients())))
    else (
        select g.account_id from guardians g join guardianships r using (practice_id, guardian_id)
        where r.practice_id = access.practice() and r.guardianship_id = guardianship and r.client_id = client
          and (access.whole() or r.client_id = any (access.clients()))) end;
end;
grant execute on function access.account_of to cairn_server;

-- The operator's way in for somebody whom nothing else lets in: the owner who has lost everything, or who has no
-- address. The link is printed; who has the machine has the keys anyway.
create function access.reset_by_operator(
    practice uuid, name text, key uuid, token_hash bytea, takes_factor boolean, at timestamptz, request uuid,
    proof bytea
) returns table (account_name text, kind text)
language plpgsql security definer set search_path = public, access, pg_temp as $$
#variable_conflict use_column
declare a accounts; k invitations;
begin
    select x.* into a from accounts x
    where x.practice_id = access.practice()
      and lower(reset_by_operator.name) in (x.email, x.sign_in_name)
      and access.practice() = practice and access.role() = 'worker' and access.action() = 'staff.reset' for update;
    if not found then return;
    elsif a.disabled_at is not null then
        raise exception 'account_is_disabled' using errcode = 'PC409';
    end if;
    if takes_factor then perform access.take_second_factor(a, at); end if;
    k := access.put_key(a, key, token_hash, null, 'operator', false, at, request, proof);
    update invitations i set carrier = 'terminal', told_at = at
    where i.practice_id = a.practice_id and i.invitation_id = k.invitation_id;
    perform access.note_key(
        case when takes_factor then 'second_factor.remove' else 'reset.tell' end, a, at, request, proof);
    return query select a.name, k.kind;
end $$;
grant execute on function access.reset_by_operator to cairn_worker;
