-- What nobody makes of a guardianship, by whichever way it is asked for: one's own, one by a minor or of oneself, and
-- one that was ended already.

-- Whether an account's own chart is of a minor, or is this client's: nobody guards oneself, and a minor guards nobody.
create function access.guards_nobody(practice uuid, account uuid, client uuid, today date) returns boolean
language sql stable as $$
    select exists (
        select from public.accounts a join public.clients c using (practice_id, client_id)
        where a.practice_id = practice and a.account_id = account
          and (c.client_id = client or public.is_under_age(c.born_from, today)))
$$;

-- Whether who is to guard has died. Their chart is held, so that of a death at this very moment it is known before, or
-- that it ends what was begun.
create function access.guardian_has_died(practice uuid, account uuid) returns boolean language plpgsql as $$
begin
    perform from public.accounts a join public.clients c using (practice_id, client_id)
    where a.practice_id = practice and a.account_id = account for key share of c;
    return exists (
        select from public.accounts a join public.clients c using (practice_id, client_id)
        where a.practice_id = practice and a.account_id = account and c.status = 'deceased');
end $$;

create function access.guardianship_is_anothers() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    of_account uuid;
    is_ending boolean := false;
begin
    -- A merge moves what is there; a closing ends it, and gives it back by rules of its own.
    if access.action() not in ('guardianship.change', 'inquiry.change') then return new; end if;
    if tg_op = 'UPDATE' then
        -- Whoever ends one that has ended says so for today.
        if (old.ended_at is not null or access.last_day(old.during, old.empty_on) <= access.today())
            and (new.during <> old.during or new.scopes <> old.scopes
                or new.said_until is distinct from old.said_until and new.said_until is distinct from access.today())
        then
            raise exception 'guardianship_has_ended' using errcode = 'PC409';
        end if;
        is_ending := new.ended_at is not null and new.scopes = old.scopes;
    end if;
    select g.account_id into of_account from guardians g
    where g.practice_id = new.practice_id and g.guardian_id = new.guardian_id;
    if of_account = access.account() and not is_ending then
        raise exception 'account_of_oneself' using errcode = 'PC409';
    elsif not is_ending and access.guardian_has_died(new.practice_id, of_account) then
        raise exception 'guardian_has_died' using errcode = 'PC409';
    elsif not is_ending and access.guards_nobody(new.practice_id, of_account, new.client_id, access.today()) then
        raise exception 'guardian_is_a_minor' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger is_anothers before insert or update on public.guardianships
    for each row execute function access.guardianship_is_anothers();

-- Who is found to be a minor after all does not go on guarding: first the guardianships end.
create function access.guardian_stays_of_age() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if access.action() = 'client.change' and is_under_age(new.born_from, access.today()) and exists (
        select from accounts a join guardians g using (practice_id, account_id)
            join guardianships r using (practice_id, guardian_id)
        where a.practice_id = new.practice_id and a.client_id = new.client_id
          and access.goes_on(r.during, access.today()))
    then
        raise exception 'guardian_is_a_minor' using errcode = 'PC409';
    end if;
    return null;
end $$;
create trigger guardian_stays_of_age after update on public.clients for each row
    when (new.born_from is distinct from old.born_from)
    execute function access.guardian_stays_of_age();

-- Of whom the caller is guardian today: who is also a client, or works here, finds them so, whichever tie a list takes.
create function access.own_wards() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(
        select r.client_id from guardians g join guardianships r using (practice_id, guardian_id)
        where g.practice_id = access.practice() and g.account_id = access.account() and r.during @> access.today()
        order by r.client_id);
end;
grant execute on function access.own_wards to cairn_server;

-- A guardian who signs in is called, and written to, as the account is: what else somebody typed of the guardian is the
-- desk's own.
create function access.guardian_follows_account() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update guardians g
    set name = case when g.name = old.name then new.name else g.name end,
        email = case when email_key(g.email) = email_key(old.email) then new.email else g.email end
    where g.practice_id = new.practice_id and g.account_id = new.account_id;
    return null;
end $$;
create trigger guardian_follows_account after update of name, email on public.accounts for each row
    when (new.email is not null and (old.name, old.email) is distinct from (new.name, new.email))
    execute function access.guardian_follows_account();
