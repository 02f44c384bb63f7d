-- Accounts for people who come: made with the address that somebody gave, or with a sign-in name where there is none.
--
-- An address may be that of somebody whom the caller may not see. So the answer never depends on it: the account is
-- made all the same, waits for an address (`wanted_email`), and who may see both has a task to settle it: by putting
-- the new role on the account that exists, or by another address. Who may see whose address it is, is told plainly.

-- Whether the caller may know that an account of these roles has this address: clients' and guardians' are for the
-- desk, those of staff for who may change staff.
create function access.holder_is_shown(roles text[]) returns boolean language sql stable as $$
    select access.whole() and (not access.is_staff(roles) or access.role() = 'worker' or exists (
        select from access.rules x where x.action = 'staff.change' and x.relation = 'any' and x.role = access.role()))
$$;

-- Which of these addresses the caller is told to be somebody's.
create function access.addresses_taken(addresses text[]) returns text[]
language sql stable security definer set search_path = public, access, pg_temp as $$
    select coalesce(array_agg(a.email), '{}') from accounts a
    where a.practice_id = access.practice() and a.email = any (addresses) and access.holder_is_shown(a.roles)
      and access.action() = 'inquiry.change'
$$;
grant execute on function access.addresses_taken to cairn_server;

-- Opens the task to settle an address, for who may know whose it is; one a day for an account, which says the last of
-- them.
create function access.settle_address(a public.accounts, holder public.accounts, client uuid, at timestamptz)
returns void language sql as $$
    insert into public.tasks
        (practice_id, task_id, kind, client_id, account_id, holder_id, for_roles, due_on, opened_at)
    select (a).practice_id, public.uuid_v7(at), 'settle_address', settle_address.client, (a).account_id,
        (holder).account_id,
        array(select distinct x.role from access.rules x
              where x.relation = 'any' and x.role <> 'worker' and x.action =
                  case when access.is_staff((holder).roles) then 'staff.change' else 'guardianship.change' end
              order by x.role),
        access.today(), at
    on conflict (practice_id, client_id, kind, due_on, coalesce(account_id, '00000000-0000-0000-0000-000000000000'))
    do update set holder_id = excluded.holder_id, for_roles = excluded.for_roles, opened_at = excluded.opened_at,
        done_at = null, done_by = null
$$;

-- Closes what was to be settled of an account's address, by whoever settled it.
create function access.address_is_settled(a public.accounts, at timestamptz) returns void language sql as $$
    update public.tasks t set done_at = at, done_by = access.account()
    where t.practice_id = (a).practice_id and t.account_id = (a).account_id and t.done_at is null
$$;

-- Who wrote a chart's e-mail address. It is the desk's, and so are an inquiry's and an import's; what a treating
-- counselor or the client writes is theirs.
create function access.email_is_written_by() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    -- What a merge of charts puts back is as it was.
    if access.action() = 'client.merge' then return new; end if;
    if tg_op = 'INSERT' or access.whole() or new.email is distinct from old.email then
        new.email_by_desk := access.account() is null or access.whole();
    end if;
    return new;
end $$;
create trigger email_is_written_by before insert or update of email on public.client_contacts
    for each row execute function access.email_is_written_by();

-- Whether the caller alone may say by which address somebody signs in: the desk may, and whoever repeats what the desk
-- wrote into the chart. Whoever treats somebody could else make the account on an address of their own, and be that
-- person.
create function access.may_give_address(address text, chart uuid) returns boolean language sql stable as $$
    select access.account() is null or access.whole() or exists (
        select from public.client_contacts k
        where k.practice_id = access.practice() and k.client_id = chart and k.email_by_desk
          and k.email_key = public.email_key(address))
$$;

-- That an address is confirmed is not said by ticking a task off: it is by inviting to it, or to another. A closed
-- chart asks for nothing any more.
create function access.address_is_confirmed_first() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if exists (
        select from accounts a join clients c on c.practice_id = a.practice_id and c.client_id = new.client_id
        where a.practice_id = new.practice_id and a.account_id = new.account_id and a.unconfirmed
          and a.disabled_at is null and c.status = 'active')
    then
        raise exception 'address_is_unconfirmed' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger address_is_confirmed_first before update on public.tasks for each row
    when (new.kind = 'confirm_address' and new.done_at is not null and old.done_at is null)
    execute function access.address_is_confirmed_first();

-- Nor that it is settled, while the account waits for it and has nothing else to sign in with: it is by putting the
-- role on the account that has the address, or by another address.
create function access.address_is_settled_first() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if exists (
        select from accounts a join clients c on c.practice_id = a.practice_id and c.client_id = new.client_id
        where a.practice_id = new.practice_id and a.account_id = new.account_id and a.wanted_email is not null
          and num_nonnulls(a.email, a.sign_in_name) = 0 and a.disabled_at is null and c.status = 'active')
    then
        raise exception 'address_is_unsettled' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger address_is_settled_first before update on public.tasks for each row
    when (new.kind = 'settle_address' and new.done_at is not null and old.done_at is null)
    execute function access.address_is_settled_first();

-- Has the desk confirm an account's address, where somebody else gave it: once, however often it is asked for.
create function access.confirm_address(a public.accounts, at timestamptz) returns void language sql as $$
    insert into public.tasks (practice_id, task_id, kind, client_id, account_id, for_roles, due_on, opened_at)
    select (a).practice_id, public.uuid_v7(at), 'confirm_address', c.client_id, (a).account_id,
        array(select distinct x.role from access.rules x
              where x.relation = 'any' and x.role <> 'worker' and x.action = 'guardianship.change' order by x.role),
        access.today(), at
    from (
        select coalesce((a).client_id, (
            select r.client_id from public.guardians g join public.guardianships r using (practice_id, guardian_id)
            where g.practice_id = (a).practice_id and g.account_id = (a).account_id
                and r.client_id = any (access.clients())
            limit 1)) as client_id) c
    where c.client_id is not null and not exists (
        select from public.tasks t
        where t.practice_id = (a).practice_id and t.account_id = (a).account_id and t.kind = 'confirm_address'
          and t.done_at is null)
    on conflict (practice_id, client_id, kind, due_on, coalesce(account_id, '00000000-0000-0000-0000-000000000000'))
    do update set done_at = null, done_by = null, opened_at = excluded.opened_at
$$;

-- Makes an account. `client` is whose chart it is of, or whose guardian's. Where the address is another account's, who
-- may know that is refused, and for everybody else the account is made to wait.
create function access.put_account(
    account uuid, address text, sign_in_name text, name text, roles text[], client uuid, at timestamptz
) returns void language plpgsql as $$
declare
    chart constant uuid := case when 'client' = any (roles) then client end;
    open_to_doubt constant boolean := address is not null and not access.may_give_address(address, chart);
    a public.accounts;
    holder public.accounts;
    broken text;
begin
    begin
        insert into public.accounts
            (practice_id, account_id, email, sign_in_name, name, roles, client_id, created_at, unconfirmed)
        values (access.practice(), account, lower(address), put_account.sign_in_name, put_account.name,
                put_account.roles, chart, at, open_to_doubt);
        return;
    exception when unique_violation then
        get stacked diagnostics broken = constraint_name;
        select * into holder from public.accounts x
        where x.practice_id = access.practice() and x.email = lower(address);
        if broken <> 'accounts_email_is_taken' or holder.account_id is null or access.holder_is_shown(holder.roles) then
            raise;
        end if;
    end;
    insert into public.accounts
        (practice_id, account_id, wanted_email, name, roles, client_id, created_at, unconfirmed)
    values (access.practice(), account, lower(address), put_account.name, put_account.roles, chart, at, open_to_doubt)
    returning * into a;
    perform access.settle_address(a, holder, client, at);
end $$;

-- An account for somebody who is being invited, made by a request that may make one.
create function access.make_account(account uuid, address text, name text, roles text[], client uuid, at timestamptz)
returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if not coalesce(case
        when access.is_staff(roles) then access.action() in ('staff.invite', 'staff.add') and access.whole()
        when access.action() = 'inquiry.change' then access.whole()
        when access.action() = 'guardianship.change'
            then roles = '{guardian}' and (access.whole() or client = any (access.clients())) end, false)
    then
        raise exception 'account_not_yours_to_make' using errcode = '42501';
    end if;
    perform access.put_account(account, address, null, name, roles, client, at);
end $$;
grant execute on function access.make_account to cairn_server, cairn_worker;

-- Gives an account that nobody has used another address, by the desk: whoever wrote the first was wrong.
create function access.readdress(a public.accounts, address text, client uuid, at timestamptz) returns void
language plpgsql as $$
declare holder public.accounts;
begin
    if access.is_in_use(a) or lower(address) is not distinct from coalesce(a.email, a.wanted_email) then return; end if;
    perform access.end_keys(a, at);
    begin
        update public.accounts x
        set email = lower(address), wanted_email = null, unconfirmed = false, version = x.version + 1
        where x.practice_id = a.practice_id and x.account_id = a.account_id;
        perform access.address_is_settled(a, at);
    exception when unique_violation then
        select * into holder from public.accounts x where x.practice_id = a.practice_id and x.email = lower(address);
        if holder.account_id is null or access.holder_is_shown(holder.roles) then raise; end if;
        update public.accounts x set email = null, wanted_email = lower(address), version = x.version + 1
        where x.practice_id = a.practice_id and x.account_id = a.account_id;
        perform access.settle_address(a, holder, client, at);
    end;
end $$;

-- Gives a sign-in name to an account that has nothing to sign in with: one that waits for an address.
create function access.name_account(a public.accounts, sign_in_name text) returns void language sql as $$
    update public.accounts x set sign_in_name = name_account.sign_in_name, version = x.version + 1
    where x.practice_id = (a).practice_id and x.account_id = (a).account_id
      and num_nonnulls(x.email, x.sign_in_name) = 0 and name_account.sign_in_name is not null
$$;

-- The account of a client, made where there is none: with the address given, or the chart's, or else with a sign-in
-- name; without any of these it is refused. The chart is locked: who invites at the same time finds this account. Of an
-- account that nobody has used the desk may correct the address.
create function access.account_for_client(
    client uuid, account uuid, address text, sign_in_name text, at timestamptz
) returns uuid language plpgsql security definer set search_path = public, access, pg_temp as $$
declare c clients; a accounts; wanted text;
begin
    if access.action() is distinct from 'client.change' or not access.shows('identity') then
        raise exception 'key_not_yours_to_send' using errcode = '42501';
    end if;
    select * into c from clients x
    where x.practice_id = access.practice() and x.client_id = client
      and (access.whole() or x.client_id = any (access.clients())) for no key update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    select * into a from accounts x where x.practice_id = c.practice_id and x.client_id = c.client_id for update;
    if found then
        if address is not null and access.whole() then perform access.readdress(a, address, c.client_id, at); end if;
        perform access.name_account(a, sign_in_name);
        return a.account_id;
    end if;
    select coalesce(address, k.email) into wanted from (select) one
        left join client_contacts k on k.practice_id = c.practice_id and k.client_id = c.client_id;
    if wanted is null and sign_in_name is null then
        raise exception 'no_address' using errcode = 'PC422', column = 'email';
    end if;
    perform access.put_account(account, wanted, case when wanted is null then sign_in_name end,
        called(c.given_name, c.preferred_name, c.family_name), '{client}', c.client_id, at);
    return account;
end $$;
grant execute on function access.account_for_client to cairn_server;

-- The account of a guardian while the guardianship lasts, and with a sign-in name for one who has none, made.
create function access.account_for_guardian(
    client uuid, guardianship uuid, account uuid, sign_in_name text, at timestamptz
) returns uuid language plpgsql security definer set search_path = public, access, pg_temp as $$
declare g guardians; a accounts;
begin
    select x.* into g from guardians x join guardianships r using (practice_id, guardian_id)
    where r.practice_id = access.practice() and r.guardianship_id = guardianship and r.client_id = client
      and not isempty(r.during * daterange(access.today(), null)) and access.action() = 'guardianship.change'
      and (access.whole() or r.client_id = any (access.clients())) for no key update of x;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif g.account_id is not null then
        select * into a from accounts x where x.practice_id = g.practice_id and x.account_id = g.account_id for update;
        perform access.name_account(a, sign_in_name);
        return g.account_id;
    elsif sign_in_name is null then
        raise exception 'guardian_has_no_account' using errcode = 'PC409';
    end if;
    perform access.put_account(account, g.email, case when g.email is null then sign_in_name end, g.name, '{guardian}',
        client, at);
    update guardians x set account_id = account where x.practice_id = g.practice_id and x.guardian_id = g.guardian_id;
    return account;
end $$;
grant execute on function access.account_for_guardian to cairn_server;
