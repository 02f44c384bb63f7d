-- A couple's homework: what one partner's row must keep depends on the other's, which the request may not see.

-- The partner's piece beside the caller's own, once both have submitted and both have agreed to share; else null.
create function access.partner_homework(homework uuid) returns uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select theirs.homework_id
    from homework mine join homework theirs using (practice_id, assignment_id, occurrence, couple_id)
    where mine.practice_id = access.practice() and mine.homework_id = partner_homework.homework
      and mine.client_id = access.own_client() and theirs.client_id <> mine.client_id
      and mine.state in ('submitted', 'reviewed') and mine.shared_at is not null
      and theirs.state in ('submitted', 'reviewed') and theirs.shared_at is not null;
end;

-- When the caller and the partner first opened a piece to each other; null where they have not.
create function access.first_shared_together() returns timestamptz
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select min(greatest(mine.shared_at, theirs.shared_at))
    from homework mine join homework theirs using (practice_id, assignment_id, occurrence, couple_id)
    where mine.practice_id = access.practice() and mine.client_id = access.own_client() and theirs.client_id <> mine.client_id
      and mine.shared_at is not null and theirs.shared_at is not null;
end;

-- Both open at the same moment, and nobody edits after hearing the other: what both partners have opened is neither
-- closed again nor returned for rework. The lock makes two who turn their keys at once go one after the other.
create function access.opened_homework_stays_open() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform from homework theirs
    where theirs.practice_id = old.practice_id and theirs.assignment_id = old.assignment_id
      and theirs.occurrence = old.occurrence and theirs.couple_id = old.couple_id and theirs.client_id <> old.client_id
      and theirs.state in ('submitted', 'reviewed') and theirs.shared_at is not null
    for share;
    if found then
        raise exception 'already_opened' using errcode = 'PC409';
    end if;
    return new;
end $$;
drop trigger if exists opened_stays_open on public.homework;
create trigger opened_stays_open before update on public.homework for each row
    when (old.couple_id is not null and old.shared_at is not null and old.state in ('submitted', 'reviewed')
          and (new.shared_at is null or new.state = 'returned'))
    execute function access.opened_homework_stays_open();
