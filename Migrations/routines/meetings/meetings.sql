-- What must hold of groups and their meetings, and needs to look further than the request may see.

-- Where a group stands in its program's path is part of the history of whoever had a seat in it: it says what they
-- completed.
create function access.group_keeps_its_place() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if exists (select from enrollments e
               where e.practice_id = new.practice_id and e.group_id = new.group_id and not isempty(e.seat))
    then
        raise exception 'group_has_history' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger keeps_its_place before update of phase_id, track_id on public.groups for each row
    when ((old.phase_id is not null and new.phase_id is distinct from old.phase_id)
        or (old.track_id is not null and new.track_id is distinct from old.track_id))
    execute function access.group_keeps_its_place();

-- A calendar program takes an event that was stamped anew for one that has changed.
create function access.meeting_says_when_it_changed() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    new.changed_at := access.at();
    return new;
end $$;
create trigger says_when_it_changed before insert or update on public.meetings for each row
    execute function access.meeting_says_when_it_changed();

-- A meeting that somebody attended took place, and when it did. What was noted before it was to begin says only who
-- would come: it stays with the meeting as long as that is on the same day of its group, and is cleared where it is on
-- another or on none. The row of the meeting is locked by now, and by whoever records attendance: who comes second sees
-- what the first has done.
create function access.attended_meeting_took_place() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if exists (select from attendance a
               where a.practice_id = new.practice_id and a.meeting_id = new.meeting_id
                   and a.recorded_at >= old.starts_at)
    then
        raise exception 'meeting_has_attendance' using errcode = 'PC409';
    elsif new.cancelled or access.day_in(new.practice_id, new.group_id, new.starts_at)
        <> access.day_in(old.practice_id, old.group_id, old.starts_at)
    then
        perform access.clear_marks(new.practice_id, array[new.meeting_id], null, access.at());
    end if;
    return new;
end $$;
create trigger took_place before update of starts_at, cancelled on public.meetings for each row
    when (new.starts_at <> old.starts_at or (new.cancelled and not old.cancelled))
    execute function access.attended_meeting_took_place();

-- The rule of every group of the practice is gone through anew when its closures change. All rows are touched, those
-- too that are without a plan just now: the worker may hold one of them, and has read the closures before this change.
create function access.closures_change_plans() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    -- The practice first, as who gives homework that heeds closures does. Then the groups in the order in which
    -- everybody holds several: who moves a member from one to another would else wait for this, and this for that one.
    perform from practices p where p.practice_id = coalesce(new.practice_id, old.practice_id) for no key update;
    perform from groups g where g.practice_id = coalesce(new.practice_id, old.practice_id)
        order by g.group_id for no key update;
    update groups g set planned_until = null where g.practice_id = coalesce(new.practice_id, old.practice_id);
    return null;
end $$;
create trigger change_plans after insert or update of during or delete on public.closures
    for each row execute function access.closures_change_plans();

-- Groups whose meetings are not made up to a day, or not by their present rule.
create function access.is_behind(g public.groups, horizon date) returns boolean language sql immutable
return g.planned_until is null or (g.planned_until < horizon and (g.ends_on is null or g.ends_on >= g.planned_until));
grant execute on function access.is_behind to cairn_worker;

-- The practices that have such groups: the worker asks before it enters.
create function access.practices_to_plan(horizon date) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select distinct g.practice_id from groups g where access.is_behind(g, horizon);
end;
grant execute on function access.practices_to_plan to cairn_worker;

-- Which meetings of a group that are to come somebody has attended or written about: the worker leaves them alone.
create function access.meetings_in_use(practice uuid, of_group uuid, after timestamptz) returns setof uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select m.meeting_id from meetings m
    where access.action() = 'meeting.plan' and m.practice_id = practice and practice = access.practice()
      and m.group_id = of_group and m.starts_at > after
      and (exists (select from attendance a where a.practice_id = m.practice_id and a.meeting_id = m.meeting_id)
        or exists (select from progress_notes n where n.practice_id = m.practice_id and n.group_id = m.group_id
            and n.meeting_id = m.meeting_id));
end;
grant execute on function access.meetings_in_use to cairn_worker;
