-- What must hold when someone is put into a group or at its head, and needs to look further than the request may see.

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
