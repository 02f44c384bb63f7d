-- What has been lies in the past, by the day of the practice, or of the group: births, deaths, and what a note is
-- about. Shapes refuse days that have come nowhere on earth; the day here is judged here, whoever writes it. What
-- stands there from before is judged when somebody changes it. Names of before that a request names are judged with its
-- days (access/references.sql): another system may know since when somebody is to be called otherwise.

create function access.refuse_not_yet(day date, today date, written_from text) returns void language plpgsql as $$
begin
    if day > today then
        -- Since when it may lie is told with it: SensibleDays.past and .life, which a test compares.
        raise exception 'not_yet' using errcode = 'PC422', column = written_from,
            hint = case written_from when 'held_at' then '1970-01-01' else '1900-01-01' end;
    end if;
end $$;

create function access.practice_day(practice uuid, at timestamptz) returns date
language sql stable security definer set search_path = public, access, pg_temp as $$
    select (practice_day.at at time zone p.time_zone)::date from practices p where p.practice_id = practice
$$;

-- Of a year or a month the first day counts: it has come when its first day has.
create function access.life_is_past() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    today constant date := access.practice_day(new.practice_id, access.at());
    was clients;
begin
    if tg_op = 'UPDATE' then was := old; end if;
    if new.died_on is distinct from was.died_on then
        perform access.refuse_not_yet(new.died_on, today, 'died_on');
    end if;
    if (new.birth_date, new.born_in) is distinct from (was.birth_date, was.born_in) then
        perform access.refuse_not_yet(coalesce(new.birth_date, first_day_of(new.born_in)), today, 'birth_date');
    end if;
    return new;
end $$;
create trigger life_is_past before insert or update of birth_date, born_in, died_on on public.clients
    for each row execute function access.life_is_past();

create function access.birth_is_past() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if tg_op = 'INSERT' or (new.birth_date, new.born_in) is distinct from (old.birth_date, old.born_in) then
        perform access.refuse_not_yet(
            coalesce(new.birth_date, first_day_of(new.born_in)), access.practice_day(new.practice_id, access.at()),
            'birth_date');
    end if;
    return new;
end $$;
create trigger birth_is_past before insert or update of birth_date, born_in on public.inquiries
    for each row execute function access.birth_is_past();

-- A note is of a meeting of today or before, though it may be begun before the hour.
create function access.note_is_of_the_past() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if tg_op = 'UPDATE' and new.held_at = old.held_at then
        return new;
    elsif new.group_id is not null then
        perform access.refuse_not_yet(access.day_in(new.practice_id, new.group_id, new.held_at),
            access.day_in(new.practice_id, new.group_id, access.at()), 'held_at');
    else
        perform access.refuse_not_yet(access.practice_day(new.practice_id, new.held_at),
            access.practice_day(new.practice_id, access.at()), 'held_at');
    end if;
    return new;
end $$;
create trigger note_is_of_the_past before insert or update of held_at on public.progress_notes
    for each row execute function access.note_is_of_the_past();
