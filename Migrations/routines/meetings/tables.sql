-- What is noted later is later, if by a microsecond: what was noted before always has a time in which it was believed.
create function attendance_is_recorded_later() returns trigger language plpgsql as $$
begin
    new.recorded_at := greatest(new.recorded_at, old.recorded_at + interval '1 microsecond');
    return new;
end $$;

create function attendance_keeps_history() returns trigger language plpgsql as $$
begin
    insert into attendance_history (practice_id, meeting_id, client_id, group_id, mark, arrived_at, left_at, recorded,
        recorded_by)
    values (old.practice_id, old.meeting_id, old.client_id, old.group_id, old.mark, old.arrived_at, old.left_at,
            tstzrange(old.recorded_at, new.recorded_at), old.recorded_by);
    return null;
end $$;

create trigger versioned before update on meetings for each row execute function versioned();

create trigger is_recorded_later before update on attendance for each row
    when ((old.mark, old.arrived_at, old.left_at) is distinct from (new.mark, new.arrived_at, new.left_at))
    execute function attendance_is_recorded_later();
create trigger keeps_history after update on attendance for each row
    when ((old.mark, old.arrived_at, old.left_at) is distinct from (new.mark, new.arrived_at, new.left_at))
    execute function attendance_keeps_history();

create trigger versioned before update on appointments for each row execute function versioned();
