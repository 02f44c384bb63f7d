-- What must hold when someone is put into a group or at its head, and needs to look further than the request may see.

-- A seat is for who is in care and meets the program's conditions, in a group that still takes people: judged when the
-- enrollment begins, and again when a seat is taken by who waited for it. Who asks is told which condition, not whose data.
create function access.enrollment_is_eligible() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare client clients; course record; recorded date; day date; age int;
begin
    if tg_op = 'UPDATE' and not (new.status = 'active' and old.status in ('waitlisted', 'offered')) then
        return new;
    end if;
    select * into client from clients c where c.practice_id = new.practice_id and c.client_id = new.client_id;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif client.status <> 'active' then
        raise exception 'client_is_not_active' using errcode = 'PC409';
    end if;
    select g.open, g.starts_on, g.ends_on, g.time_zone, p.minimum_age, p.maximum_age into course
    from groups g join programs p using (practice_id, program_id)
    where g.practice_id = new.practice_id and g.group_id = new.group_id;
    recorded := (new.recorded_at at time zone course.time_zone)::date;
    day := case tg_op when 'INSERT' then lower(new.during) else recorded end;
    if course.ends_on < greatest(day, recorded) then
        raise exception 'group_has_ended' using errcode = 'PC409';
    elsif not course.open and greatest(day, recorded) > course.starts_on then
        raise exception 'group_is_closed' using errcode = 'PC409';
    end if;
    age := extract(year from age(day, client.birth_date));
    if (course.minimum_age is not null or course.maximum_age is not null)
        and coalesce(age < course.minimum_age or age > course.maximum_age, age is null, true)
    then
        raise exception 'not_eligible' using errcode = 'PC409';
    end if;
    return new;
end $$;
drop trigger if exists eligible on public.enrollments;
create trigger eligible before insert or update of status on public.enrollments
    for each row execute function access.enrollment_is_eligible();

-- Who leads a group is a professional of the practice: leading makes the members' names and homework visible.
create function access.facilitator_is_a_professional() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare professional boolean;
begin
    select a.roles && '{counselor,supervisor,intern}' and a.disabled_at is null into professional
    from accounts a join staff s using (practice_id, account_id)
    where a.practice_id = new.practice_id and a.account_id = new.account_id;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif not professional then
        raise exception 'not_a_counselor' using errcode = 'PC409';
    end if;
    return new;
end $$;
drop trigger if exists professional on public.group_facilitators;
create trigger professional before insert on public.group_facilitators
    for each row execute function access.facilitator_is_a_professional();
