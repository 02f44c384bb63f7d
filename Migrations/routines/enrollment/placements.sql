-- Who may have a seat, judged when somebody is placed: conditions, conflicts, partners. All of it looks further than a
-- request may see. Lines of days are in enrollment/lines.sql, how many seats there are in enrollment/seats.sql, and the
-- steps themselves in enrollment/enrollments.sql.

-- Partners, of now or before, without anybody having named it.
create function access.were_partners(practice uuid, one uuid, other uuid) returns boolean language sql stable as $$
    select exists (select from public.couple_members a join public.couple_members b using (practice_id, couple_id)
                   where a.practice_id = practice and a.client_id = one and b.client_id = other and one <> other)
$$;
create function access.noted_conflict(practice uuid, one uuid, other uuid) returns text language sql stable as $$
    select min(c.kind) from public.placement_conflicts c
    where c.practice_id = practice and c.ended_at is null
      and ((c.client_id = one and c.other_id = other) or (c.client_id = other and c.other_id = one))
$$;
-- Whether somebody at the head of a group is to a client what a counselor must not be: the client, the client's
-- partner, or marked in conflict.
create function access.has_dual_role(practice uuid, account uuid, client uuid) returns boolean language sql stable as $$
    select exists (select from public.placement_conflicts c
                   where c.practice_id = practice and c.client_id = client and c.account_id = account
                       and c.ended_at is null)
        or exists (select from public.accounts a
                   where a.practice_id = practice and a.account_id = account and a.client_id is not null
                     and (a.client_id = client or access.were_partners(practice, a.client_id, client)
                          or access.noted_conflict(practice, a.client_id, client) is not null))
$$;

-- What speaks against a client in a group on these days, in one word: against those who have a seat or are offered one,
-- and against who leads it.
create function access.placement_conflict(practice uuid, client uuid, grp uuid, days datemultirange, at timestamptz)
    returns text
language sql stable security definer set search_path = public, access, pg_temp as $$
    with others as (
        select distinct s.client_id
        from enrollment_spans s join enrollments e using (practice_id, enrollment_id)
        where s.practice_id = practice and s.group_id = grp and s.client_id <> client and upper_inf(s.recorded)
            and s.during && days
          and public.takes_seat(s.status, e.offer_expires_at, at)),
    words as (
        select 1 as n, 'partner' as kind from others o where access.were_partners(practice, client, o.client_id)
        union all
        select 2, access.noted_conflict(practice, client, o.client_id) from others o
        union all
        select 3, 'dual_role' from group_facilitators f
        where f.practice_id = practice and f.group_id = grp and f.during && days
            and access.has_dual_role(practice, f.account_id, client))
    select w.kind from words w where w.kind is not null order by w.n, w.kind limit 1
$$;

-- What the caller is told of why somebody gets no seat, where the reason lies in the chart or in other groups: the
-- reason, to who may read the chart; to who merely leads a group, that it cannot be. (Which consents a member lacks a
-- roster tells; of who has no seat, who may read the chart is told.)
create function access.told(client uuid, reason text) returns text language sql stable as $$
    select case when access.may_read_chart(client) then reason else 'not_placeable' end
$$;

-- A seat is for who is in care and meets the program's conditions, in a group that still takes people. Who waits for it
-- meets what does not come by waiting; who is offered it, or takes it, meets the rest too: the phases before, one track
-- at a time, the consents. Who asks is told which condition, not whose data. `joined` is the day by which a closed
-- group must not have started.
create function access.refuse_ineligible(
    practice uuid, client uuid, grp uuid, days datemultirange, waits boolean, joined date, today date, at timestamptz)
returns void language plpgsql set search_path = public, access, pg_temp as $$
declare
    person clients; course record; day constant date := lower(days);
    meets_on date; youngest int; oldest int; missing text[];
begin
    select * into person from clients c where c.practice_id = practice and c.client_id = client;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif person.status <> 'active' then
        raise exception '%', access.told(client, 'client_is_not_active') using errcode = 'PC409';
    end if;
    select g.program_id, g.phase_id, g.track_id, g.open, g.starts_on, g.ends_on, p.minimum_age, p.maximum_age,
        p.consents into course
    from groups g join programs p using (practice_id, program_id)
    where g.practice_id = practice and g.group_id = grp;
    if course.ends_on < greatest(day, today) then
        raise exception 'group_has_ended' using errcode = 'PC409';
    elsif not course.open and joined > course.starts_on then
        raise exception 'group_is_closed' using errcode = 'PC409';
    end if;
    meets_on := access.first_meeting_on(practice, grp, day);
    youngest := public.age_on(person.born_until, meets_on);
    oldest := public.age_on(person.born_from, meets_on);
    if (course.minimum_age is not null or course.maximum_age is not null)
        and coalesce(youngest < course.minimum_age or oldest > course.maximum_age, youngest is null, true)
    then
        -- Of who was born in a year or a month it may depend on the day, which is asked for.
        if oldest >= coalesce(course.minimum_age, 0) and youngest <= coalesce(course.maximum_age, oldest) then
            raise exception 'birth_day_needed' using errcode = 'PC409';
        end if;
        raise exception 'not_eligible' using errcode = 'PC409';
    elsif waits then
        return;
    elsif access.phases_lacking(practice, client, course.phase_id, day) <> '{}' then
        raise exception '%', access.told(client, 'phase_not_completed') using errcode = 'PC409';
    elsif exists (
        select from enrollment_spans s join groups g using (practice_id, group_id)
        where s.practice_id = practice and s.client_id = client and upper_inf(s.recorded)
            and public.has_seat(s.status)
          and s.during && days and g.program_id = course.program_id and g.track_id <> course.track_id)
    then
        raise exception '%', access.told(client, 'in_another_track') using errcode = 'PC409';
    end if;
    missing := access.consents_missing(practice, client, null, 'group', at)
        || access.treatment_consents_missing(practice, client, at)
        || array(select k from unnest(course.consents) k where not access.consent_in_force(practice, client, null, k,
            at));
    if missing <> '{}' and not access.may_read_chart(client) then
        raise exception 'not_placeable' using errcode = 'PC409';
    end if;
    perform access.refuse_for_consents(missing);
end $$;

-- Judges what becomes of an enrollment, under the group's lock and before anything is written. Who gets a seat from
-- today on, or is offered one, and had none, must be eligible. And whoever gets days that are new must be placeable on
-- them, be they over: what was is not undone by a rule about who is let in, but nobody was ever placed with an enemy.
create function access.refuse_placement(
    practice uuid, client uuid, grp uuid, former access.step[], line access.step[], today date, at timestamptz)
returns void language plpgsql set search_path = public, access, pg_temp as $$
declare
    had constant datemultirange := access.seat_of(former);
    has constant datemultirange := access.seat_of(line);
    offered constant datemultirange := access.offered_by(line);
    ahead constant daterange := daterange(today, null);
    new_offer constant boolean := offered && ahead and not access.offered_by(former) && ahead;
    admits constant boolean := has && ahead and not had && ahead;
    gained constant datemultirange := (has - had) + case when new_offer then offered else '{}' end;
    taken datemultirange;
    word text;
begin
    if isempty(gained) then
        if former = '{}' and line <> '{}' and (line[1]).status = 'waitlisted' then
            perform access.refuse_ineligible(practice, client, grp, datemultirange(daterange((line[1]).day, null)),
                true,
                greatest((line[1]).day, today), today, at);
        end if;
        return;
    end if;
    -- Seats of one client in two groups are given one after the other: of two tracks at once, one is refused. They wait
    -- for each other, and not for who has merely changed the chart: an import may have, and be waiting for a group.
    if not isempty(has - had) then
        perform from clients c where c.practice_id = practice and c.client_id = client for key share;
        perform pg_advisory_xact_lock(hashtextextended(concat('seats of ', practice, '/', client), 0));
    end if;
    if admits or new_offer then
        taken := case when admits then has else '{}' end + case when new_offer then offered else '{}' end;
        -- Who was in it already, and by mistake was said to have left, has joined when that was.
        perform access.refuse_ineligible(
            practice, client, grp, taken, false, case when had && has then lower(taken)
                else greatest(lower(taken), today) end, today, at);
    end if;
    word := access.placement_conflict(practice, client, grp, gained, at);
    if word is not null then
        -- Only who has the whole practice in scope may know why.
        raise exception '%', case when access.whole() then 'not_placeable_' || word else 'not_placeable' end
            using errcode = 'PC409';
    end if;
end $$;
create function access.is_placeable(
    practice uuid, client uuid, grp uuid, former access.step[], line access.step[], today date, at timestamptz)
returns boolean language plpgsql set search_path = public, access, pg_temp as $$
begin
    perform access.refuse_placement(practice, client, grp, former, line, today, at);
    return true;
exception when sqlstate 'PC409' then
    return false;
end $$;
