-- Accounts that exist, and are given one more role: somebody who works here, another child's parent, or a client
-- becomes a guardian, or who works here is in care too, with the sign-in that there is.

-- Whether the caller may name an account of these roles as whose it is. Of whom the account is known by its address
-- (`holder_is_shown`), that one; as a guardian whoever works here too, by who sees who works here: that is no secret of
-- theirs, and nothing is told of their addresses.
create function access.may_name_holder(roles text[], as_role text) returns boolean language sql stable as $$
    select access.holder_is_shown(roles) or (
        as_role = 'guardian' and access.whole() and access.is_staff(roles) and exists (
            select from access.rules x
            where x.action = 'staff.read' and x.relation = 'any' and x.role = access.role()))
$$;

-- The guardian of a guardianship that lasts, or is to begin, held for who puts an account to it.
create function access.held_guardian(client uuid, guardianship uuid) returns public.guardians language plpgsql as $$
declare g public.guardians;
begin
    select x.* into g from public.guardians x join public.guardianships r using (practice_id, guardian_id)
    where r.practice_id = access.practice() and r.guardianship_id = guardianship and r.client_id = client
      and not isempty(r.during * daterange(access.today(), null)) for no key update of x;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    return g;
end $$;

-- Refuses to put a role on an account: `own`, the one that is there in its place, `h`, the one that is named.
create function access.refuse_link(
    as_role text, client uuid, g public.guardians, own public.accounts, h public.accounts
) returns void language plpgsql as $$
begin
    if h.account_id is null or h.disabled_at is not null or not access.may_name_holder(h.roles, as_role)
        or (h.wanted_email is not null and h.sign_in_name is null)
    then
        raise exception 'no_such_account' using errcode = 'PC422', column = 'account_id';
    elsif own.account_id is not null and access.is_in_use(own) then
        raise exception 'account_in_use' using errcode = 'PC409';
    elsif h.account_id = access.account() then
        -- Nobody lets oneself into another's chart, not even one that nobody has opened yet.
        raise exception 'account_of_oneself' using errcode = 'PC409';
    elsif as_role = 'client' and h.client_id is not null then
        raise exception 'account_has_a_chart' using errcode = 'PC409';
    elsif as_role = 'client' and exists (
        select from public.guardians x join public.guardianships r using (practice_id, guardian_id)
            join public.clients c on c.practice_id = r.practice_id and c.client_id = client
        where x.practice_id = h.practice_id and x.account_id = h.account_id
          and access.goes_on(r.during, access.today())
          and (r.client_id = c.client_id or public.is_under_age(c.born_from, access.today())))
    then
        -- The chart of a ward, or of a minor, is not a guardian's own.
        raise exception 'guardian_is_a_minor' using errcode = 'PC409';
    elsif as_role = 'guardian' and access.guardian_has_died(h.practice_id, h.account_id) then
        raise exception 'guardian_has_died' using errcode = 'PC409';
    elsif as_role = 'guardian' and access.guards_nobody(h.practice_id, h.account_id, client, access.today()) then
        raise exception 'guardian_is_a_minor' using errcode = 'PC409';
    elsif as_role = 'guardian' and exists (
        select from public.guardians x join public.guardianships mine using (practice_id, guardian_id)
            join public.guardianships r on r.practice_id = mine.practice_id and r.guardian_id = g.guardian_id
                and r.client_id = mine.client_id and r.during && mine.during
        where x.practice_id = h.practice_id and x.account_id = h.account_id and x.guardian_id <> g.guardian_id)
    then
        raise exception 'already_guardian' using errcode = 'PC409';
    end if;
end $$;

-- Closes an account that nobody has used, and that another takes the place of.
create function access.replace_account(a public.accounts, at timestamptz) returns void language plpgsql as $$
begin
    if a.account_id is null then return; end if;
    perform access.end_keys(a, at);
    update public.accounts x
    set disabled_at = coalesce(x.disabled_at, at), client_id = null, version = x.version + 1
    where x.practice_id = a.practice_id and x.account_id = a.account_id;
    perform access.address_is_settled(a, at);
end $$;

-- Puts a role on an account that exists, in place of one that nobody has used: what somebody is besides. Nothing else
-- of the account changes, and its holder is told. Whose account the caller may not know of has none.
create function access.link_account(
    client uuid, guardianship uuid, holder uuid, at timestamptz, request uuid, proof bytea
) returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    role constant text := case when guardianship is null then 'client' else 'guardian' end;
    g guardians;
    own uuid;
    a accounts;
    h accounts;
    is_new boolean;
begin
    if not access.whole()
        or access.action() <> all (case role when 'client' then '{client.change}'::text[]
                                   else '{guardianship.change,inquiry.change}' end)
    then
        raise exception 'account_not_yours_to_link' using errcode = '42501';
    end if;
    perform from clients c where c.practice_id = access.practice() and c.client_id = client for no key update;
    if role = 'guardian' then
        g := access.held_guardian(client, guardianship);
        own := g.account_id;
    else
        select x.account_id into own from accounts x where x.practice_id = access.practice() and x.client_id = client;
    end if;
    perform from accounts x where x.practice_id = access.practice() and x.account_id in (own, holder)
    order by x.account_id for update;
    select * into h from accounts x where x.practice_id = access.practice() and x.account_id = holder;
    select * into a from accounts x where x.practice_id = access.practice() and x.account_id = own;
    if own = holder then return; end if;
    perform access.refuse_link(role, client, g, a, h), access.replace_account(a, at);
    update accounts x set version = x.version + 1, client_id = case role when 'client' then client else x.client_id end,
        roles = case when role = any (x.roles) then x.roles else x.roles || role end
    where x.practice_id = h.practice_id and x.account_id = h.account_id
    returning * into h;
    -- Of a guardian who is made with the account, in this very request, it says who that is, its address to who may
    -- know it (0045). Of one who was there, what was typed stays: whoever typed it is not shown by it that there is
    -- an account.
    is_new := exists (select from guardians x where x.practice_id = g.practice_id and x.guardian_id = g.guardian_id
        and x.xmin = pg_current_xact_id()::xid);
    update guardians x
    set account_id = h.account_id, name = case when is_new then h.name else x.name end,
        email = case when not is_new then x.email when access.holder_is_shown(h.roles) then h.email end
    where x.practice_id = g.practice_id and x.guardian_id = g.guardian_id;
    perform access.notify(h, 'role_added', at, true), access.note_key('account.link', h, at, request, proof);
end $$;
grant execute on function access.link_account to cairn_server;

-- Puts somebody who signs in here already to a guardianship that is just being made, of a client or of an inquiry that
-- is accepted: consents are signed with the sign-in that exists, and its holder is told so by a letter. An account that
-- nobody has used yet has no sign-in: its key would open it no more (accounts/keys.sql).
create function access.appoint_with_account(
    client uuid, guardianship uuid, holder uuid, at timestamptz, request uuid, proof bytea
) returns uuid language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.link_account(client, guardianship, holder, at, request, proof);
    if not exists (
        select from accounts a
        where a.practice_id = access.practice() and a.account_id = holder and access.is_in_use(a))
    then
        raise exception 'account_not_in_use' using errcode = 'PC409';
    end if;
    return holder;
end $$;
grant execute on function access.appoint_with_account to cairn_server;

-- Tells a guardian whom the practice knows, and who signs in here, of another child. Whether that was so is said to who
-- sees the whole practice.
create function access.tell_guardian(client uuid, guardianship uuid, at timestamptz) returns uuid
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare a accounts;
begin
    select x.* into a from guardianships r
        join guardians g using (practice_id, guardian_id)
        join accounts x on x.practice_id = g.practice_id and x.account_id = g.account_id
    where r.practice_id = access.practice() and r.guardianship_id = guardianship and r.client_id = client
      and access.action() in ('guardianship.change', 'inquiry.change')
      and (access.whole() or r.client_id = any (access.clients())) and x.disabled_at is null and access.is_in_use(x)
      and access.goes_on(r.during, access.today());
    if not found then return null; end if;
    perform access.notify(a, 'role_added', at, true);
    return case when access.whole() then a.account_id end;
end $$;
grant execute on function access.tell_guardian to cairn_server;
