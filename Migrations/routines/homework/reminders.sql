-- Letters about homework. Who sends them knows how many there are, and nothing of what is in the homework.

-- The accounts with which clients sign in: somebody has set a password, and the chart is in use.
create function access.accounts_in_use(clients uuid[]) returns table (client_id uuid, account_id uuid, email text)
language sql stable security definer set search_path = public, access, pg_temp as $$
    select a.client_id, a.account_id, a.email
    from accounts a join clients c using (practice_id, client_id)
    where a.practice_id = access.practice() and a.client_id = any (accounts_in_use.clients)
        and access.action() = 'homework.remind'
      and a.password_hash is not null and a.email is not null and a.disabled_at is null and c.status = 'active'
$$;
grant execute on function access.accounts_in_use to cairn_worker;

-- The practices where it is the hour of the digest: seven on a weekday, by the practice's clock.
create function access.practices_to_digest(at timestamptz) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select p.practice_id from practices p
    where extract(isodow from at at time zone p.time_zone) between 1 and 5
      and extract(hour from at at time zone p.time_zone) = 7
      and exists (select from homework h where h.practice_id = p.practice_id and h.state = 'submitted');
end;
grant execute on function access.practices_to_digest to cairn_worker;

-- Whom a digest would tell something now, and what: what their queue would show, as the rules have it for their roles
-- and ties of now.
create function access.waiting_reviews(practice uuid, at timestamptz)
returns table (account_id uuid, email text, day date, waiting bigint, oldest timestamptz)
language sql stable as $$
    select who.account_id, who.email, (who.p).today, count(*), min(mine.submitted_at)
    from (
        select a.account_id, a.email,
            row(a.practice_id, a.account_id, null, a.roles, null, at,
                (at at time zone t.time_zone)::date)::access.principal as p
        from public.staff s join public.accounts a using (practice_id, account_id)
            join public.practices t using (practice_id)
        where s.practice_id = practice and s.homework_digest
          and a.password_hash is not null and a.email is not null and a.disabled_at is null
          and exists (select from access.rules r where r.action = 'review_queue.read' and r.role = any (a.roles))) who
        cross join lateral access.reach_reviews(who.p) reach
        cross join lateral (
            select h.homework_id, h.submitted_at from unnest(reach.clients) c join public.homework h
                on h.practice_id = (who.p).practice_id and h.client_id = c and h.state = 'submitted'
            union
            select h.homework_id, h.submitted_at from unnest(reach.groups) g join public.homework h
                on h.practice_id = (who.p).practice_id and h.group_id = g and h.state = 'submitted') mine
    group by who.account_id, who.email, (who.p).today
$$;

-- Who is to be told today that homework waits for them, and how much, and has not been told.
create function access.digests(at timestamptz)
returns table (account_id uuid, email text, day date, waiting bigint, oldest timestamptz)
language sql stable security definer set search_path = public, access, pg_temp as $$
    select d.* from access.waiting_reviews(access.practice(), at) d
    where access.action() = 'homework.digest' and not exists (
        select from outbox o where o.practice_id = access.practice()
            and o.event = concat('digest/', d.account_id, '/', d.day))
$$;
grant execute on function access.digests to cairn_worker;

-- Whether one wants the digest: that of staff, and nothing else of a member of staff.
create function access.set_own_digest(wanted boolean) returns boolean
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if access.action() is distinct from 'me.change' then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    update staff s set homework_digest = wanted where s.practice_id = access.practice()
        and s.account_id = access.account();
    return found;
end $$;
grant execute on function access.set_own_digest to cairn_server;
