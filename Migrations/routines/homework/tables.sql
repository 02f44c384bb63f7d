-- Whoever changes the state of a piece takes one of its steps (homework/steps.sql). What a death had withdrawn, and was
-- over before the day that is right, is what it was (people/open_things_moved.sql).
create function homework_state_follows() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and not public.homework_follows(old.state, new.state)
        and not (old.state = 'withdrawn' and current_user = 'cairn_access'
            and public.homework_is_outstanding(new.state))
    then
        raise exception 'homework_state_does_not_follow' using errcode = 'PC409';
    end if;
    if old.state = 'withdrawn' and (new.due_at, new.opens_at, new.closes_at) is distinct from (old.due_at,
        old.opens_at, old.closes_at) then
        raise exception 'homework_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;

-- The other guards of a row's state keep their rules for what stays in its chart.
create function homework_submission_never_changes() returns trigger language plpgsql as $$
begin
    if old.number > 0 then
        if tg_op = 'UPDATE' and current_user = 'cairn_access' then
            if moves_with_its_client(to_jsonb(old), to_jsonb(new)) then return new; end if;
        end if;
        if tg_op = 'UPDATE' and old.withdrawn_at is null and to_jsonb(new) - 'withdrawn_at'
            = to_jsonb(old) - 'withdrawn_at' then return new; end if;
        raise exception 'never_changes' using errcode = 'PC409';
    end if;
    return coalesce(new, old);
end $$;

create trigger versioned before update of
    practice_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, schedule, skips_closures,
        ends_with_phase,
    phase_id, phase_step_id, remind_minutes, ended_at, version on homework_assignments
    for each row execute function versioned();

create trigger state_follows before update on homework for each row
    when (old.client_id = new.client_id) execute function homework_state_follows();
create trigger moves before update on homework for each row
    when (old.client_id <> new.client_id) execute function never_changes_but_its_client();
create trigger versioned before update on homework for each row
    when ((old.practice_id, old.homework_id, old.assignment_id, old.exercise_version_id, old.client_id, old.couple_id,
        old.group_id, old.occurrence, old.title, old.opens_at, old.due_at, old.closes_at, old.state, old.submissions,
        old.submitted_at, old.submitted_digest, old.reviewed_at, old.shared_at, old.private, old.discussed_at,
        old.version)
        is distinct from (new.practice_id, new.homework_id, new.assignment_id, new.exercise_version_id, new.client_id,
            new.couple_id,
        new.group_id, new.occurrence, new.title, new.opens_at, new.due_at, new.closes_at, new.state, new.submissions,
        new.submitted_at, new.submitted_digest, new.reviewed_at, new.shared_at, new.private, new.discussed_at,
        new.version))
    execute function versioned();

create trigger never_changes before update or delete on homework_answers
    for each row execute function homework_submission_never_changes();

create trigger never_changes before update or delete on homework_reviews
    for each row execute function never_changes_but_its_client();

create trigger never_changes before update or delete on homework_comments
    for each row execute function never_changes_but_its_client();

create trigger versioned before update on risk_words for each row execute function versioned();

create trigger versioned before update on risk_records for each row execute function versioned();

create trigger never_changes before update or delete on risk_assessments
    for each row execute function never_changes_but_its_client();
