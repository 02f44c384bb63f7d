-- Who may be at the head of a group. It looks further than the request may see.

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
create trigger professional before insert on public.group_facilitators
    for each row execute function access.facilitator_is_a_professional();

-- Nobody is put at the head of a group with whom a member is in conflict.
create function access.facilitator_has_one_role() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform from groups g where g.practice_id = new.practice_id and g.group_id = new.group_id for no key update;
    perform from clients c
    where c.practice_id = new.practice_id and c.client_id in (
        select s.client_id from enrollment_spans s
        where s.practice_id = new.practice_id and s.group_id = new.group_id and upper_inf(s.recorded)
          and public.has_seat_or_offer(s.status) and s.during && new.during
        union
        select a.client_id from accounts a where a.practice_id = new.practice_id and a.account_id = new.account_id)
    order by c.client_id for key share;
    if exists (
        select from enrollment_spans s
        where s.practice_id = new.practice_id and s.group_id = new.group_id and upper_inf(s.recorded)
          and public.has_seat_or_offer(s.status) and s.during && new.during
          and access.has_dual_role(new.practice_id, new.account_id, s.client_id))
    then
        raise exception 'dual_role' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger without_dual_role before insert on public.group_facilitators
    for each row execute function access.facilitator_has_one_role();
create trigger without_dual_role_still before update of during on public.group_facilitators
    for each row when (not new.during <@ old.during) execute function access.facilitator_has_one_role();
