-- Intake: what must hold, or be answered, by looking further than the request may see.

-- The clock of a state stops when the next one starts. Nothing but this writes it.
create function access.inquiry_keeps_clocks() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare last int := 0;
begin
    if tg_op = 'UPDATE' then
        update inquiry_states s set until = greatest(new.state_since, s.since)
        where s.practice_id = new.practice_id and s.inquiry_id = new.inquiry_id and s.until is null
        returning s.number into last;
    end if;
    insert into inquiry_states (practice_id, inquiry_id, number, state, since, entered_by, reason_code, reason)
    values (new.practice_id, new.inquiry_id, coalesce(last, 0) + 1, new.state, new.state_since, access.account(),
            new.reason_code, new.reason);
    return null;
end $$;
create trigger keeps_clock after insert on public.inquiries for each row execute function access.inquiry_keeps_clocks();
create trigger keeps_clocks after update on public.inquiries for each row when (new.state <> old.state)
    execute function access.inquiry_keeps_clocks();

-- What comes within half an hour from the same address or number was perhaps sent twice: both are kept, and the desk is
-- shown them beside each other. Of two that come at once the second waits, and sees the first.
create function access.inquiry_may_repeat() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(concat('inquiry/', new.practice_id, '/', contact), 0))
    from unnest(array[email_key(new.email), phone_key(new.phone)]) contact where contact is not null order by contact;
    select coalesce(i.repeats_id, i.inquiry_id) into new.repeats_id from inquiries i
    where i.practice_id = new.practice_id and i.inquiry_id <> new.inquiry_id
      and i.received_at between new.received_at - interval '30 minutes' and new.received_at
      and (email_key(i.email) = email_key(new.email) or phone_key(i.phone) = phone_key(new.phone))
    order by i.received_at desc, i.inquiry_id desc limit 1;
    return new;
end $$;
create trigger may_repeat before insert on public.inquiries for each row execute function access.inquiry_may_repeat();

-- A reason is one that the practice uses for this ending.
create function access.inquiry_reason_fits() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare known inquiry_reasons;
begin
    select * into known from inquiry_reasons r where r.practice_id = new.practice_id and r.code = new.reason_code;
    if not found or not known.in_use then
        raise exception 'no_such_reason' using errcode = 'PC409';
    elsif not new.state = any (known.states) then
        raise exception 'reason_of_another_state' using errcode = 'PC409';
    elsif known.needs_text and new.reason is null then
        raise exception 'reason_needs_text' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger reason_fits before update on public.inquiries for each row
    when (new.reason_code is not null and (new.reason_code, new.state) is distinct from (old.reason_code, old.state))
    execute function access.inquiry_reason_fits();

-- The clients somebody treats today, alone or in a couple.
create function access.caseload(practice uuid, account uuid) returns int
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select count(*)::int from (
        select m.client_id from care_team_memberships m
        where m.practice_id = practice and m.account_id = account and m.client_id is not null
            and m.during @> access.today()
        union
        select p.client_id from care_team_memberships m join couple_members p using (practice_id, couple_id)
        where m.practice_id = practice and m.account_id = account and m.during @> access.today()
            and p.during @> access.today()
    ) treated;
end;

-- Whether somebody treats a partner, of now or before, of who is known to ask. Nobody is told whom.
create function access.treats_a_partner(practice uuid, account uuid, client uuid) returns boolean
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select exists (
        select from couple_members me
            join couple_members other on other.practice_id = me.practice_id and other.couple_id = me.couple_id
                and other.client_id <> me.client_id
            join care_team_memberships m on m.practice_id = other.practice_id and m.client_id = other.client_id
        where me.practice_id = practice and me.client_id = client and m.account_id = account
            and m.during @> access.today());
end;

-- Whether somebody may treat people of a region today: by an own licence, or, an intern, by that of a supervisor.
create function access.licensed(practice uuid, account uuid, region text) returns boolean
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select exists (
        select from staff_licenses l
        where l.practice_id = practice and l.region = licensed.region
          and (l.valid_until is null or l.valid_until >= access.today())
          and (l.account_id = account
               or l.account_id = any (select v.supervisor_id from supervisions v
                   join accounts a on a.practice_id = v.practice_id and a.account_id = v.supervisee_id
                                      where v.practice_id = practice and v.supervisee_id = account
                                          and v.during @> access.today()
                                        and 'intern' = any (a.roles))));
end;

-- Who could answer an inquiry, and what speaks for and against: for who assigns, and for nobody else.
create function access.inquiry_counselors(inquiry uuid)
returns table (account_id uuid, name text, credentials text, roles text[], regions text[], licensed boolean,
               caseload int, maximum smallint, conflict boolean, assignable boolean)
language plpgsql stable security definer set search_path = public, access, pg_temp as $$
#variable_conflict use_column
declare asked inquiries;
begin
    if not access.whole() or access.action() <> 'inquiry.read' then
        raise exception 'inquiry_not_yours_to_assign' using errcode = '42501';
    end if;
    select * into asked from inquiries i where i.practice_id = access.practice() and i.inquiry_id = inquiry;
    return query
        select c.*, coalesce(c.licensed, true) and not c.conflict and coalesce(c.caseload < c.maximum, true)
        from (
            select a.account_id, a.name, s.credentials, a.roles,
                array(select l.region from staff_licenses l
                      where l.practice_id = a.practice_id and l.account_id = a.account_id
                        and (l.valid_until is null or l.valid_until >= access.today()) order by l.region),
                case when asked.region is not null then access.licensed(a.practice_id, a.account_id,
                    asked.region) end as licensed,
                access.caseload(a.practice_id, a.account_id) as caseload, s.maximum_caseload as maximum,
                access.treats_a_partner(a.practice_id, a.account_id,
                    coalesce(asked.client_id, asked.known_client_id)) as conflict
            from accounts a join staff s using (practice_id, account_id)
            where a.practice_id = access.practice() and a.roles && '{counselor,supervisor,intern}'
                and a.disabled_at is null
        ) c;
end $$;
grant execute on function access.inquiry_counselors to cairn_server;

-- An inquiry is given to a professional who may treat there, has room, and treats nobody it is a secret from. What is
-- given again to the same one stays as it is.
create function access.inquiry_is_assignable() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare asked inquiries; maximum smallint; professional boolean;
begin
    if access.action() = 'seed.run' then return new; end if;
    if not access.shows('assignment') then
        raise exception 'inquiry_not_yours_to_assign' using errcode = '42501';
    end if;
    select * into asked from inquiries i
    where i.practice_id = new.practice_id and i.inquiry_id = new.inquiry_id for no key update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif not public.inquiry_waits(asked.state) then
        raise exception 'inquiry_is_closed' using errcode = 'PC409';
    end if;
    select a.roles && '{counselor,supervisor,intern}' and a.disabled_at is null, s.maximum_caseload into professional,
        maximum
    from accounts a join staff s using (practice_id, account_id)
    where a.practice_id = new.practice_id and a.account_id = new.account_id;
    if not found then
        raise exception 'no_such_counselor' using errcode = 'PC409';
    elsif not professional then
        raise exception 'not_a_counselor' using errcode = 'PC409';
    elsif exists (select from inquiry_assignments x where x.practice_id = new.practice_id
        and x.inquiry_id = new.inquiry_id
                    and x.account_id = new.account_id and x.until is null)
    then
        return null;
    elsif asked.region is not null and not access.licensed(new.practice_id, new.account_id, asked.region) then
        raise exception 'counselor_not_licensed' using errcode = 'PC409';
    elsif access.caseload(new.practice_id, new.account_id) >= maximum then
        raise exception 'caseload_full' using errcode = 'PC409';
    elsif access.treats_a_partner(new.practice_id, new.account_id, coalesce(asked.client_id, asked.known_client_id))
        then
        raise exception 'counselor_in_conflict' using errcode = 'PC409';
    end if;
    update inquiry_assignments x set until = greatest(new.since, x.since)
    where x.practice_id = new.practice_id and x.inquiry_id = new.inquiry_id and x.until is null;
    return new;
end $$;
create trigger assignable before insert on public.inquiry_assignments
    for each row execute function access.inquiry_is_assignable();

-- Whom an inquiry is assigned to stands in its history too.
create function access.inquiry_assignment_is_recorded() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if not access.shows('assignment') then
        raise exception 'inquiry_not_yours_to_assign' using errcode = '42501';
    elsif (select x.account_id from inquiry_assignments x
        where x.practice_id = new.practice_id and x.inquiry_id = new.inquiry_id and x.until is null)
        is distinct from new.assigned_to
    then
        raise exception 'assignment_without_history' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger assignment_is_recorded before update on public.inquiries for each row
    when (new.assigned_to is distinct from old.assigned_to) execute function access.inquiry_assignment_is_recorded();

-- Groups that an inquiry could go to, the likeliest first, with the programs that fit though no group of theirs has a
-- seat. Seats are counted; who sits on them stays where it is.
create function access.inquiry_suggestions(inquiry uuid)
returns table (program_id uuid, program text, preferred boolean, age_known boolean, minimum_age smallint,
    maximum_age smallint,
               group_id uuid, group_name text, phase text, track text, preferred_track boolean, open boolean,
                   starts_on date,
               recurrence text, meets_at time, time_zone text, place text, capacity smallint, seats int)
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    with asked as (
        -- Without a birth date the kind says this much: minors are under age, adults and couples are not.
        select i.practice_id, i.program_id, i.track, coalesce(i.client_id, i.known_client_id) as person,
            certain_age(born_from, born_until, access.today()) is not null as age_known,
            coalesce(age_on(born_until, access.today()), case i.kind when 'minor' then 0 else years_of_age() end)
                as at_least,
            coalesce(age_on(born_from, access.today()), case i.kind when 'minor' then years_of_age() - 1 else 150 end)
                as at_most
        from inquiries i, lateral (select coalesce(i.birth_date, first_day_of(i.born_in)) as born_from,
                                          coalesce(i.birth_date, last_day_of(i.born_in)) as born_until) born
        where i.practice_id = access.practice() and i.inquiry_id = inquiry and access.action() = 'inquiry.read'
          and (access.whole() or i.assigned_to = access.account())
    ), fitting as (
        select p.practice_id, p.program_id, p.name, p.minimum_age, p.maximum_age, a.track as wanted, a.person,
            coalesce(p.program_id = a.program_id, false) as preferred, a.age_known
        from asked a join programs p using (practice_id)
        where p.published and coalesce(p.minimum_age, 0) <= a.at_most and coalesce(p.maximum_age, 150) >= a.at_least
    )
    select f.program_id, f.name, f.preferred, f.age_known, f.minimum_age, f.maximum_age, g.group_id, g.name, g.phase,
        g.track,
        coalesce(g.track = f.wanted, false), g.open, g.starts_on, g.recurrence, g.meets_at, g.time_zone, g.place,
            g.capacity,
        g.seats
    from fitting f left join lateral (
        select g.*, h.name as phase, k.name as track, g.capacity - taken.count as seats, row_number() over (
                order by coalesce(k.name = f.wanted, false) desc, g.capacity - taken.count desc, g.name,
                    g.group_id) as place_in_order
        from groups g left join phases h using (practice_id, phase_id)
            left join tracks k on k.practice_id = g.practice_id and k.track_id = g.track_id,
            lateral (select (access.at() at time zone g.time_zone)::date as today) here, lateral (
            select count(*)::int from enrollment_spans s join enrollments e using (practice_id, enrollment_id)
            where s.practice_id = g.practice_id and s.group_id = g.group_id and upper_inf(s.recorded)
                and s.during @> here.today
              and takes_seat(s.status, e.offer_expires_at, access.at())) taken
        where g.practice_id = f.practice_id and g.program_id = f.program_id
          and (g.open or g.starts_on >= here.today) and (g.ends_on is null or g.ends_on >= here.today)
          and taken.count < g.capacity
          and (f.person is null or access.placement_conflict(
              g.practice_id, f.person, g.group_id, datemultirange(daterange(here.today, null)), access.at()) is null)
    ) g on g.place_in_order <= 5
    order by f.preferred desc, g.group_id is null, f.name, f.program_id, g.place_in_order
    limit 250;
end;
grant execute on function access.inquiry_suggestions to cairn_server;
