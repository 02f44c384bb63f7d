-- Tries to sign in that failed, and whom they keep from trying on (decision 0035). How many are allowed in which time
-- stands in Sources/Features/Common/Limits/Limits.swift.
--
-- Only failures are counted. A try is refused where one of its buckets is full, before the password is looked at and
-- again before it lets anybody in: so parallel guesses learn no more than those one after the other. Buckets:
--   1 the account from this network address; of a device that is known, the account from this device alone
--   2 the account from anywhere, but for known devices
--   3 this network address, whatever the account, but for known devices
-- Known is a device that was signed in with before, and whoever has the link of a letter to the account, or a code that
-- the desk handed over (accounts/entry_codes.sql): nobody who lives behind the same network address has one of these.
-- Staff at an address from which they signed in within 90 days fill and meet the first bucket only. What is refused
-- must not tell who has an account here, so nothing else depends on it: nobody else can have a device's secret, and who
-- works in a practice is no secret of theirs.

-- Whether an account of these roles signs in with a second factor only: staff, from the day that the practice set.
create function access.must_have_factor(p public.practices, roles text[], at timestamptz) returns boolean
language sql stable as $$
    select access.is_staff(roles)
        and coalesce((p).second_factor_from <= (at at time zone (p).time_zone)::date, false)
$$;

-- Whether what was shown with a try tells the account's holder from everybody else behind the same address: the hash of
-- a secret that a known device keeps, or of a link that came by letter and was told to nobody else, as long as it opens
-- the account and for an hour after it was used. Links come to the account's own mailbox, whoever asks for them: who
-- floods cannot keep them away.
create function access.tells_holder(practice uuid, account uuid, shown bytea, at timestamptz) returns boolean
language sql stable as $$
    select exists (
        select from public.known_devices d
        where d.practice_id = practice and d.account_id = account and d.device_hash = shown
          and d.seen_at > at - interval '90 days')
        or exists (
        select from public.invitations i
        where i.practice_id = practice and i.account_id = account and i.token_hash = shown
          and i.carrier = 'link' and i.told_at is null
          and coalesce(i.accepted_at + interval '1 hour', i.expires_at) > at)
$$;

-- Of a try: by whom, and which buckets. `nameless` stands for who has no account: the keyed hash of the name. `shown`:
-- hashes of what may tell the holder.
create function access.buckets(
    what text, practice uuid, account uuid, roles text[], nameless bytea, place bytea, shown bytea[], at timestamptz
) returns bytea[] language sql stable as $$
    select case
        when k.known is not null then array[sha256(convert_to(what || '/device/', 'UTF8') || k.subject || k.known)]
        when k.is_at_work then array[sha256(convert_to(what || '/place/', 'UTF8') || k.subject || place)]
        else array[sha256(convert_to(what || '/place/', 'UTF8') || k.subject || place),
                   sha256(convert_to(what || '/account/', 'UTF8') || k.subject),
                   sha256(convert_to(what || '/address/', 'UTF8') || place)] end
    from (
        select coalesce(uuid_send(practice) || uuid_send(account), nameless) as subject,
            (select s.hash from unnest(buckets.shown) with ordinality s (hash, place)
             where access.tells_holder(practice, account, s.hash, at) order by s.place limit 1) as known,
            access.is_staff(coalesce(roles, '{client}')) and exists (
                select from public.sign_ins s
                where s.practice_id = practice and s.account_id = account and s.place = buckets.place
                  and s.created_at > at - interval '90 days') as is_at_work) k
$$;

-- The bucket of these that keeps longest from trying: how many failures it takes, and when it is empty again. No row
-- where one may try.
create function access.full_bucket(buckets bytea[], most int[], seconds int[], at timestamptz)
returns table (allowed int, resets_at timestamptz)
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select b.most, r.window_start + make_interval(secs => b.seconds)
    from unnest(full_bucket.buckets, full_bucket.most, full_bucket.seconds) b (bucket, most, seconds)
        join rate_limits r using (bucket)
    where r.taken >= b.most and r.window_start + make_interval(secs => b.seconds) > full_bucket.at
    order by 2 desc limit 1;
end;
grant execute on function access.full_bucket to cairn_server;

-- How many failures are left, for the answer to tell: how many there may be, in how many seconds, how many are left,
-- and in how many seconds all of them are there again. Of who is not known, that is what the network address has left:
-- two names of one account share a bucket, and two names of nobody do not, so that no account's bucket may be told.
create function access.tries_left(buckets bytea[], most int[], seconds int[], at timestamptz) returns int[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array[b.most, b.seconds, greatest(b.most - coalesce(r.taken, 0), 0),
        ceil(coalesce(extract(epoch from r.window_start + make_interval(secs => b.seconds) - tries_left.at),
            b.seconds))::int]
    from unnest(tries_left.buckets, tries_left.most, tries_left.seconds) with ordinality b (bucket, most, seconds, n)
        left join rate_limits r on r.bucket = b.bucket
            and r.window_start + make_interval(secs => b.seconds) > tries_left.at
    where b.bucket is not null and b.n = case cardinality(tries_left.buckets) when 3 then 3 else 1 end;
end;
grant execute on function access.tries_left to cairn_server;

-- Counts a failure in each of these buckets, always in the same order, so that nobody waits in a circle. A row where
-- one was full: the try failed beyond the limit, and its end tells nothing.
create function access.count_failure(buckets bytea[], most int[], seconds int[], at timestamptz)
returns table (allowed int, resets_at timestamptz)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare b record; d record;
begin
    for b in
        select * from unnest(count_failure.buckets, count_failure.most, count_failure.seconds) u (bucket, most, seconds)
        where u.bucket is not null order by u.bucket
    loop
        select * into d from access.draw(b.bucket, b.most, make_interval(secs => b.seconds), at);
        if d.remaining < 0 and (resets_at is null or d.resets_at > resets_at) then
            allowed := b.most;
            resets_at := d.resets_at;
        end if;
    end loop;
    if resets_at is not null then return next; end if;
end $$;
grant execute on function access.count_failure to cairn_server;

-- The second judgement, in the transaction that would let somebody in.
create function access.refuse_beyond(buckets bytea[], most int[], seconds int[], at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if exists (select from access.full_bucket(buckets, most, seconds, at)) then
        raise exception 'too_many_failures' using errcode = 'PC429';
    end if;
end $$;
grant execute on function access.refuse_beyond to cairn_server;

-- A try to sign in: the practice, the account that the name is of, if anybody may sign in to it, what the password is
-- held against, and whether there may be a try at all. Always one row. An account that is disabled, that nobody has
-- used, or whose lost second factor was taken away, is as good as none.
create function access.try_to_sign_in(
    slug text, name text, nameless bytea, place bytea, shown bytea[], most int[], seconds int[], at timestamptz
) returns table (practice_id uuid, account_id uuid, password_hash text, second_factor bytea, must_set boolean,
                 practice_name text, account_name text, buckets bytea[], allowed int, resets_at timestamptz,
                 left_over int[])
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select p.practice_id, a.account_id, a.password_hash, f.secret,
        a.account_id is not null and f.secret is null and access.must_have_factor(p, a.roles, try_to_sign_in.at),
        p.name, coalesce(a.email, a.sign_in_name), t.buckets, full_one.allowed, full_one.resets_at,
        access.tries_left(t.buckets, try_to_sign_in.most, try_to_sign_in.seconds, try_to_sign_in.at)
    from (select) one
        left join practices p on p.slug = try_to_sign_in.slug
        left join lateral (
            select x.* from accounts x
            where x.practice_id = p.practice_id and x.email = email_key(try_to_sign_in.name)
            union all
            select x.* from accounts x
            where x.practice_id = p.practice_id and x.sign_in_name = lower(try_to_sign_in.name)
        ) a on a.password_hash is not null and a.disabled_at is null and not a.must_reset
        left join second_factors f on f.practice_id = a.practice_id and f.account_id = a.account_id
        cross join lateral (
            select access.buckets('sign-in', a.practice_id, a.account_id, a.roles, nameless, place, shown,
                                  try_to_sign_in.at) as buckets
        ) t
        left join lateral access.full_bucket(
            t.buckets, try_to_sign_in.most, try_to_sign_in.seconds, try_to_sign_in.at) full_one on true
    limit 1;
end;
grant execute on function access.try_to_sign_in to cairn_server;

-- A try of a code of the second factor, by who knows the password or has a key: the same, with buckets of its own.
create function access.try_second_factor(
    practice uuid, account uuid, place bytea, shown bytea[], most int[], seconds int[], at timestamptz
) returns table (buckets bytea[], allowed int, resets_at timestamptz, left_over int[])
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select t.buckets, full_one.allowed, full_one.resets_at,
        access.tries_left(t.buckets, try_second_factor.most, try_second_factor.seconds, try_second_factor.at)
    from (
        select (access.buckets('second-factor', a.practice_id, a.account_id, a.roles, null, place, shown,
                               try_second_factor.at))[:2] as buckets
        from accounts a where a.practice_id = practice and a.account_id = account
    ) t left join lateral access.full_bucket(
        t.buckets, try_second_factor.most, try_second_factor.seconds, try_second_factor.at) full_one on true;
end;
grant execute on function access.try_second_factor to cairn_server;

-- A device with which somebody has shown to be the account's holder is known from then on: twenty of them at most, so
-- that who once had the password cannot put by any number of them to guess with.
create function access.know_device(a public.accounts, device bytea, at timestamptz) returns void
language plpgsql as $$
begin
    if device is null then return; end if;
    insert into public.known_devices (practice_id, account_id, device_hash, seen_at)
    values (a.practice_id, a.account_id, device, at)
    on conflict (practice_id, account_id, device_hash) do update set seen_at = excluded.seen_at;
    delete from public.known_devices d
    where d.practice_id = a.practice_id and d.account_id = a.account_id and d.device_hash not in (
        select k.device_hash from public.known_devices k
        where k.practice_id = a.practice_id and k.account_id = a.account_id
        order by k.seen_at desc, k.device_hash = device desc, k.device_hash limit 20);
end $$;

-- After a new password: whoever signed in with the old one is a stranger again.
create function access.forget_devices(a public.accounts, except_device bytea) returns void language sql as $$
    delete from public.known_devices d
    where d.practice_id = (a).practice_id and d.account_id = (a).account_id
      and d.device_hash is distinct from except_device
$$;
