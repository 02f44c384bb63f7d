-- Couples: what is known of the partners at the end, and what stays as it was then.

-- Who becomes a couple is held while it is made, each partner in the order of the insert: whoever is placing one of
-- them into a group just now is done before, or finds the other a partner. Who holds whole charts gives way
-- (people/merges.sql).
create function access.partners_are_held() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
begin
    perform from clients c where c.practice_id = new.practice_id and c.client_id = new.client_id for update;
    return new;
end $$;
create trigger are_held before insert on public.couple_members
    for each row execute function access.partners_are_held();

-- The span of a couple is kept with each member too, so that nobody is in two couples at once: the two move together.
create function access.members_follow_their_couple() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update couple_members m set during = new.during
    where m.practice_id = new.practice_id and m.couple_id = new.couple_id;
    return null;
end $$;
create trigger members_follow after update on public.couples for each row
    when (new.during is distinct from old.during) execute function access.members_follow_their_couple();

-- Ends a couple, on a day or today. To say the same day again, or no day, changes nothing; another day corrects the one
-- that was said (decision 0047), and that of a death which ended the couple stands then by itself. The day on which it
-- began it may end; not before it, and not after a death. When it was ended stays: what partners handed in since then,
-- each of them did alone. Of a couple of before that ended on its first day nobody knows the day: nothing is corrected.
-- `seen` is the version that was read; it is asked for where the day on which it ended changes.
create function access.end_couple(couple uuid, day date, seen bigint) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare c couples; first date; last date; today constant date := access.today();
begin
    perform access.hold_partners(couple);
    select * into c from couples u where u.practice_id = access.practice() and u.couple_id = couple for no key update;
    first := access.first_day(c.during, c.empty_on);
    last := access.last_day(c.during, c.empty_on);
    if first is null or c.ended_at is not null and (day is null or day = c.said_until) then
        return;
    elsif day < first then
        raise exception using errcode = 'PC422', hint = first::text,
            message = case when first > today then 'ends_before_it_is_to_begin' else 'ends_before_it_begins' end;
    elsif c.ended_at is not null and day <> last and seen is null then
        raise exception 'if_match_required' using errcode = 'PC428';
    elsif c.ended_at is not null and access.a_partner_died_before(couple, day) then
        raise exception 'ends_after_a_death' using errcode = 'PC422';
    end if;
    update couples u
    set said_until = coalesce(day, today), ended_at = coalesce(c.ended_at, access.at()),
        version = coalesce(seen, c.version) + 1
    where u.practice_id = c.practice_id and u.couple_id = couple;
end $$;
grant execute on function access.end_couple to cairn_server;

-- What the span of a couple becomes that begins on another day: it ends as it was said to, or with a death; one that
-- could not be moved to the day of that, when it did.
create function access.couple_from(couple uuid, first date) returns daterange
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare c couples;
begin
    select * into c from couples u
    where u.practice_id = access.practice() and u.couple_id = couple
      and (access.whole() or u.couple_id = any (access.couples()));
    if first > access.last_day(c.during, c.empty_on) then
        raise exception 'after_until' using errcode = 'PC422', column = 'from';
    elsif c.during <> access.span_of(c) then
        return access.span(first, access.last_day(c.during, c.empty_on));
    end if;
    c.empty_on := case when c.empty_on is not null then first end;
    c.during := case when isempty(c.during) then c.during else daterange(first, null) end;
    return access.span_of(c);
end $$;
grant execute on function access.couple_from to cairn_server;

-- Holds the charts of both, in the order of their ids: a death that is recorded at this moment is known before, or
-- finds the couple as it is then.
create function access.hold_partners(couple uuid) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform from clients c
    where c.practice_id = access.practice() and (access.whole() or hold_partners.couple = any (access.couples()))
      and c.client_id in (
          select m.client_id from couple_members m
          where m.practice_id = access.practice() and m.couple_id = hold_partners.couple)
    order by c.client_id for key share;
end $$;
grant execute on function access.hold_partners to cairn_server;

-- Of a death whose day nobody knows the day counts on which it ended things.
create function access.a_partner_died_before(couple uuid, day date) returns boolean
language sql stable security definer set search_path = public, access, pg_temp as $$
    select exists (
        select from couples u
        where u.practice_id = access.practice() and u.couple_id = couple
          and (access.whole() or u.couple_id = any (access.couples()))
          and access.first_death(u.practice_id, access.people_of(u), 'couple', u.couple_id) < day)
$$;
grant execute on function access.a_partner_died_before to cairn_server;

-- When a couple ends the partners' names and charts are written down as they are then. From then on these are shown to
-- whoever may not look into the chart itself: a later name, a merge, anything that came after, is nobody's business
-- there.
create function access.partners_known_at_the_end() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if not isempty(new.during) and upper_inf(new.during) then
        new.known_id := null;
        new.known_as := null;
    elsif new.known_as is null then
        select c.client_id, called(c.given_name, c.preferred_name, c.family_name) into new.known_id, new.known_as
        from clients c where c.practice_id = new.practice_id and c.client_id = new.client_id;
    end if;
    return new;
end $$;
create trigger known_at_the_end before insert or update of during on public.couple_members
    for each row execute function access.partners_known_at_the_end();

-- What a couple agreed on about confidences stays as it was at its end.
create function access.confidentiality_stays_as_it_was() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    raise exception 'couple_has_ended' using errcode = 'PC409';
end $$;
create trigger confidentiality_stays before update on public.couples for each row
    when (new.confidentiality <> old.confidentiality and old.ended_at is not null)
    execute function access.confidentiality_stays_as_it_was();
