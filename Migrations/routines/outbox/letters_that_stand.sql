-- Whether a letter still goes when its hour has come. At which hours it may go is in
-- Sources/Cairn/Worker/LetterSending.swift.

-- Whether a letter still has something to say to somebody who may hear it, asked when it goes, and not only when it was
-- written: no row where it has not. With it the address of now, where the letter must not go to another one, and what a
-- digest says now. The lock has whoever is handing in at this moment go first, or wait until the letter is gone.
create function access.letter_stands(letter uuid, at timestamptz)
    returns table (address text, waiting bigint, oldest timestamptz)
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare o outbox; reader accounts; day date; waits boolean;
begin
    select * into o from outbox x where x.practice_id = access.practice() and x.letter_id = letter;
    if access.action() is distinct from 'outbox.send' or o.letter_id is null
        or (o.client_id is not null and not o.client_id = any (access.clients())) then return; end if;
    select * into reader from accounts a where a.practice_id = o.practice_id and a.account_id = o.account_id
        and a.disabled_at is null;
    if not found then return; end if;
    select (at at time zone p.time_zone)::date into day from practices p where p.practice_id = o.practice_id;

    case o.kind
    when 'invitation' then
        return query select null::text, null::bigint, null::timestamptz where access.leads_somewhere(reader, day);
    -- Who keeps the account while the chart is closed may set another password for it.
    when 'reset' then
        return query select null::text, null::bigint, null::timestamptz where access.is_in_use(reader);
    when 'notice' then
        return query select null::text, null::bigint, null::timestamptz;
    when 'email_change' then
        return query select null::text, null::bigint, null::timestamptz
        from email_changes c
        where c.practice_id = o.practice_id and o.letter_id in (c.new_letter_id, c.old_letter_id)
          and c.done_at is null and c.withdrawn_at is null and c.expires_at > at;
    when 'homework_digest' then
        return query
        select d.email, d.waiting, d.oldest from access.waiting_reviews(o.practice_id, at) d
        where d.account_id = o.account_id;
    when 'homework_reminder' then
        select access.is_open(h, at) and h.opens_at <= at into waits
        from homework h where h.practice_id = o.practice_id and h.homework_id = o.homework_id for share;
        return query
        select coalesce(k.email, reader.email), null::bigint, null::timestamptz
        from homework h join clients c using (practice_id, client_id)
            join client_contacts k using (practice_id, client_id)
        where h.practice_id = o.practice_id and h.homework_id = o.homework_id and waits
          and h.client_id = o.client_id and reader.client_id = o.client_id and 'client' = any (reader.roles)
          and reader.password_hash is not null and c.status = 'active' and k.homework_reminders
          and (h.couple_id is null or exists (
              select from couples u where u.practice_id = h.practice_id and u.couple_id = h.couple_id
                  and u.during @> day))
          and (h.group_id is null or exists (
              select from enrollments e where e.practice_id = h.practice_id and e.group_id = h.group_id
                  and e.client_id = h.client_id and e.seat @> access.day_in(e.practice_id, e.group_id,
                      letter_stands.at)));
    else
        raise exception 'letter_of_no_known_kind';
    end case;
end $$;
grant execute on function access.letter_stands to cairn_worker;

-- Whether an invitation leads anywhere: to work in the practice, to a chart in use, or to a child.
create function access.leads_somewhere(reader accounts, day date) returns boolean language sql stable as $$
    select access.is_staff(reader.roles)
        or ('client' = any (reader.roles) and exists (
            select from public.clients c
            where c.practice_id = reader.practice_id and c.client_id = reader.client_id and c.status = 'active'))
        or ('guardian' = any (reader.roles) and exists (
            select from public.guardians g join public.guardianships r using (practice_id, guardian_id)
            where g.practice_id = reader.practice_id and g.account_id = reader.account_id
              and not isempty(r.during * daterange(day, null))))
$$;
