-- The steps of an enrollment. Nothing else writes its spans: each function here asks whether the request may, locks the
-- group (two of them in the order of their ids), judges, ends what is believed no longer, and writes what is believed
-- now. Steps hold from days of the group, past or to come; they are recorded now, and of each enrollment strictly later
-- than what was recorded before, so that nothing that was believed is ever lost.

create function access.lock_groups(practice uuid, ids uuid[]) returns void language plpgsql as $$
begin
    perform from public.groups g where g.practice_id = practice and g.group_id = any (ids)
        order by g.group_id for no key update;
end $$;

-- The enrollment that a request is to change, under the locks; `beside` is another group that it is about.
create function access.enrollment_at_hand(enrollment uuid, beside uuid default null) returns public.enrollments
language plpgsql set search_path = public, access, pg_temp as $$
declare e enrollments;
begin
    select * into e from enrollments t where t.practice_id = access.practice() and t.enrollment_id = enrollment;
    if not found or access.action() is distinct from 'enrollment.change'
        or not (access.whole() or coalesce(access.bound() = 'group' and e.group_id = any (access.groups()), false))
    then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    -- In the order group, client, enrollment: a merge of charts takes the latter two in this order as well.
    perform access.lock_groups(e.practice_id, array[e.group_id, beside]);
    perform from clients c where c.practice_id = e.practice_id and c.client_id = e.client_id for key share;
    select * into e from enrollments t where t.practice_id = e.practice_id and t.enrollment_id = e.enrollment_id
        for no key update;
    return e;
end $$;

-- Ends what is believed no longer and writes what is believed now.
create function access.believe(e public.enrollments, line access.step[], at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare since timestamptz;
begin
    select greatest(at, max(greatest(lower(s.recorded), upper(s.recorded))) + interval '1 microsecond') into since
    from enrollment_spans s where s.practice_id = e.practice_id and s.group_id = e.group_id
        and s.client_id = e.client_id;
    update enrollment_spans s set recorded = tstzrange(lower(s.recorded), since)
    where s.practice_id = e.practice_id and s.enrollment_id = e.enrollment_id and upper_inf(s.recorded)
      and not exists (select from access.spans_of(line) t
                      where (t.status, t.during, t.reason) is not distinct from (s.status, s.during, s.reason));
    insert into enrollment_spans (practice_id, span_id, enrollment_id, group_id, client_id, status, during, reason,
        recorded, recorded_by)
    select e.practice_id, uuid_v7(since), e.enrollment_id, e.group_id, e.client_id, t.status, t.during, t.reason,
        tstzrange(since, null), access.account()
    from access.spans_of(line) t
    where not exists (select from enrollment_spans s
                      where s.practice_id = e.practice_id and s.enrollment_id = e.enrollment_id
                          and upper_inf(s.recorded)
                        and (t.status, t.during, t.reason) is not distinct from (s.status, s.during, s.reason));
end $$;

-- Makes one line of another, and what goes with it: the version, the end of an offer and the task to tell of it, and
-- the consents that are asked of who waits.
create function access.rewrite(e public.enrollments, former access.step[], line access.step[], today date,
    at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare
    ahead constant daterange := daterange(today, null);
    offered constant datemultirange := access.offered_by(line) - access.offered_by(former);
    offers constant boolean := offered && ahead;
    expires timestamptz := e.offer_expires_at;
    due date;
begin
    if offers then
        select public.offer_expires(lower(offered), at, g.time_zone, g.offer_days) into expires
        from groups g where g.practice_id = e.practice_id and g.group_id = e.group_id;
    end if;
    update enrollments t set version = t.version + 1, offer_expires_at = expires,
        waiting_since = case when 'waitlisted' = any (array(select u.status from unnest(line) u))
            then coalesce(t.waiting_since, at)
                             else t.waiting_since end
    where t.practice_id = e.practice_id and t.enrollment_id = e.enrollment_id;
    perform access.believe(e, line, at);
    select (e.offer_expires_at at time zone t.time_zone)::date into due from practices t
        where t.practice_id = e.practice_id;
    if access.offered_by(former) && ahead and not access.offered_by(line) && ahead and access.account() is not null then
        update tasks t set done_at = at, done_by = access.account()
        where t.practice_id = e.practice_id and t.client_id = e.client_id and t.kind = 'offer_seat' and t.due_on = due
            and t.done_at is null;
    end if;
    if offers then
        insert into tasks (practice_id, task_id, kind, client_id, due_on, opened_at)
        select e.practice_id, uuid_v7(at), 'offer_seat', e.client_id, (expires at time zone t.time_zone)::date, at
        from practices t where t.practice_id = e.practice_id
        on conflict do nothing;
    end if;
    -- What members sign is signed before the seat is taken.
    if former = '{}' and (line[1]).status in ('waitlisted', 'offered') then
        insert into consents (practice_id, consent_id, client_id, kind, requested_at, requested_by)
        select e.practice_id, uuid_v7(at), e.client_id, k.kind, at, access.account()
        from (select unnest(p.kinds) as kind from consent_packets p where p.practice_id = e.practice_id
            and p.audience = 'group'
              union
              select unnest(c.consents) from groups g join programs c using (practice_id, program_id)
              where g.practice_id = e.practice_id and g.group_id = e.group_id) k
        where not access.consent_in_force(e.practice_id, e.client_id, null, k.kind, at)
        on conflict do nothing;
    end if;
end $$;

-- Begins an episode.
create function access.begin_episode(e public.enrollments, line access.step[], today date, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
begin
    perform access.refuse_placement(e.practice_id, e.client_id, e.group_id, '{}', line, today, at);
    insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at, transferred_from, version)
    values (e.practice_id, e.enrollment_id, e.group_id, e.client_id, at, e.transferred_from, 0);
    perform access.rewrite(e, '{}', line, today, at);
end $$;

-- Gives a client a seat, or a place in the waitlist; answers the first day.
create function access.enroll(enrollment uuid, into_group uuid, client uuid, begins_as text, starts date,
    at timestamptz) returns date
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    today constant date := access.day_in(access.practice(), into_group, at);
    day constant date := coalesce(starts, today);
    e enrollments;
begin
    if access.action() is distinct from 'enrollment.create'
        or not (access.whole() or coalesce(access.bound() = 'group' and into_group = any (access.groups()), false))
    then
        raise exception 'not_found' using errcode = 'PC404';
    elsif begins_as not in ('active', 'waitlisted') then
        raise exception 'not_a_choice' using errcode = 'PC422', column = 'status';
    end if;
    perform access.lock_groups(access.practice(), array[into_group]);
    perform from clients c where c.practice_id = access.practice() and c.client_id = enroll.client;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    e.practice_id := access.practice();
    e.enrollment_id := enrollment;
    e.group_id := into_group;
    e.client_id := client;
    perform access.begin_episode(e, array[row(day, begins_as, null)::access.step], today, at);
    return day;
end $$;
grant execute on function access.enroll to cairn_server;

-- Takes a step. To take the same again changes nothing.
create function access.take_step(enrollment uuid, seen bigint, status text, starts date, until date, reason text,
    at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    e constant enrollments := access.enrollment_at_hand(enrollment);
    today constant date := access.day_in(e.practice_id, e.group_id, at);
    line constant access.step[] := access.line_of(e.practice_id, e.enrollment_id);
    first constant date := (line[1]).day;
    day constant date := coalesce(starts, greatest(today, first));
    base constant access.step[] := case when status in ('completed', 'withdrawn')
        then access.without_planned_end(line, status, day, reason, today) else line end;
    was constant text := access.status_on(base, day);
    was_before constant text := access.status_on(base, day - 1);
    next access.step[];
begin
    if first is null then
        raise exception 'enrollment_status_does_not_follow' using errcode = 'PC409';
    elsif day < first then
        raise exception 'before_first_day' using errcode = 'PC422', column = 'from';
    elsif until is not null and (status <> 'paused' or until <= day) then
        raise exception 'not_an_end' using errcode = 'PC422', column = 'until';
    end if;
    next := access.with_step(base, status, day, until, reason);
    if next = line and seen in (e.version, e.version - 1) then
        return;
    elsif e.version <> seen then
        raise exception 'stale_version' using errcode = 'PC412';
    elsif status = 'transferred' then
        raise exception 'transfer_needs_a_group' using errcode = 'PC409';
    elsif access.has_ended(line, today)
        -- What is said of a day to come may be taken back; what has come stands, and is corrected.
        or not (was = status or access.step_follows(was, status)
                or (day > today and (coalesce(was_before = status, false) or access.step_follows(was_before, status))))
    then
        raise exception 'enrollment_status_does_not_follow' using errcode = 'PC409';
    elsif was = 'offered' and status = 'active' and not public.offer_stands(e.offer_expires_at, at) then
        raise exception 'offer_expired' using errcode = 'PC409';
    end if;
    perform access.refuse_placement(e.practice_id, e.client_id, e.group_id, line, next, today, at);
    perform access.rewrite(e, line, next, today, at);
    perform access.offer_what_is_free(e, line, next, today, at);
end $$;
grant execute on function access.take_step to cairn_server;

-- Closes one episode and opens the other, which goes on as the first was: paused where it was paused. Answers the
-- other.
create function access.transfer(enrollment uuid, seen bigint, successor uuid, into_group uuid, starts date,
    reason text, at timestamptz)
returns table (successor_id uuid, status text, starts_on date)
language plpgsql security definer set search_path = public, access, pg_temp as $$
#variable_conflict use_variable
declare
    e constant enrollments := access.enrollment_at_hand(enrollment, into_group);
    today constant date := access.day_in(e.practice_id, e.group_id, at);
    today_there constant date := access.day_in(e.practice_id, into_group, at);
    line constant access.step[] := access.line_of(e.practice_id, e.enrollment_id);
    first constant date := (line[1]).day;
    onset constant date := coalesce(starts, greatest(today, first));
    was constant text := access.status_on(line, onset);
    f enrollments;
    next access.step[];
    going access.step[];
begin
    -- A group into which the caller may not place is a group that is not there.
    if not exists (
        select from groups g
        where g.practice_id = e.practice_id and g.group_id = into_group
          and (access.whole() or exists (
              select from group_facilitators l
              where l.practice_id = g.practice_id and l.group_id = g.group_id and l.account_id = access.account()
                  and l.during @> today_there)))
    then
        raise exception 'unknown' using errcode = 'PC422', column = 'group_id';
    elsif into_group = e.group_id then
        raise exception 'same_group' using errcode = 'PC422', column = 'group_id';
    end if;
    select * into f from enrollments t
    where t.practice_id = e.practice_id and t.transferred_from = e.enrollment_id and t.group_id = into_group
      and access.line_of(t.practice_id, t.enrollment_id) <> '{}'
    order by t.recorded_at desc limit 1;
    if found and (line[cardinality(line)]).status = 'transferred' and seen in (e.version, e.version - 1) then
        going := access.line_of(f.practice_id, f.enrollment_id);
        return query select f.enrollment_id, access.status_on(going, greatest(today_there, (going[1]).day)),
            (going[1]).day;
        return;
    elsif e.version <> seen then
        raise exception 'stale_version' using errcode = 'PC412';
    elsif onset < first then
        raise exception 'before_first_day' using errcode = 'PC422', column = 'on';
    elsif first is null or access.has_ended(line, today) or not access.step_follows(was, 'transferred') then
        raise exception 'enrollment_status_does_not_follow' using errcode = 'PC409';
    end if;
    -- Both groups' assignments in one order, before the seats of either are written.
    perform from homework_assignments a
    where a.practice_id = e.practice_id and a.group_id in (e.group_id, into_group) and a.ended_at is null
    order by a.assignment_id for no key update;
    next := access.with_step(line, 'transferred', onset, null, reason);
    select access.told_once(array_agg(row(greatest(s.day, onset), s.status, null)::access.step)) into going
    from (select t.day, t.status, lead(t.day) over (order by t.day) as ends from unnest(line) t) s
    where public.has_seat(s.status) and (s.ends is null or s.ends > onset);
    perform access.rewrite(e, line, next, today, at);
    f := null;
    f.practice_id := e.practice_id;
    f.enrollment_id := successor;
    f.group_id := into_group;
    f.client_id := e.client_id;
    f.transferred_from := e.enrollment_id;
    perform access.begin_episode(f, going, today_there, at);
    perform access.offer_what_is_free(e, line, next, today, at);
    return query select successor, was, onset;
end $$;
grant execute on function access.transfer to cairn_server;
