-- waiting -> done | dead, dead -> waiting.
create function job_state_follows() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and (old.state = 'done' or (old.state = 'dead' and new.state <> 'waiting')) then
        raise exception 'job_is_done' using errcode = 'PC409';
    end if;
    return new;
end $$;

-- Wakes the workers at the commit; what one of them misses it finds by looking.
create function job_wakes() returns trigger language plpgsql as $$
begin
    perform pg_notify('cairn_jobs', '');
    return null;
end $$;

-- waiting -> handed | kept | withdrawn; handed -> sent | waiting | kept; kept -> handed | withdrawn. A letter whose
-- fate is unknown is never handed to the mail program again: it may have gone.
create function letter_state_follows() returns trigger language plpgsql as $$
begin
    if not (case old.state
        when 'waiting' then new.state in ('handed', 'kept', 'withdrawn')
        when 'handed' then new.state in ('sent', 'waiting', 'kept')
        when 'kept' then new.state = 'withdrawn' or (new.state in ('handed', 'kept')
            and old.reason <> 'outcome_unknown')
        else false end)
    then
        raise exception 'letter_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;

create trigger state_follows before update of state on jobs for each row execute function job_state_follows();
create trigger wakes after insert or update of run_at on jobs for each row
    when (new.state = 'waiting' and new.lease is null) execute function job_wakes();

create trigger state_follows before update on outbox for each row
    when (current_user <> 'cairn_access' or (old.client_id, old.homework_id) is not distinct from (new.client_id,
        new.homework_id))
    execute function letter_state_follows();
