create function inquiry_state_follows() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and not public.inquiry_follows(old.state, new.state) then
        raise exception 'inquiry_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;

-- Answers are taken while somebody can still be helped by them; those that give cause for concern raise the flag, again
-- if it was taken note of before.
create function inquiry_screening_is_taken() returns trigger language plpgsql as $$
declare standing text;
begin
    select i.state into standing from inquiries i
    where i.practice_id = new.practice_id and i.inquiry_id = new.inquiry_id for no key update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif not public.inquiry_waits(standing) then
        raise exception 'inquiry_is_closed' using errcode = 'PC409';
    elsif new.raises_risk then
        update inquiries i
        set risk_raised_at = new.taken_at, risk_acknowledged_at = null, risk_acknowledged_by = null,
            version = i.version + 1
        where i.practice_id = new.practice_id and i.inquiry_id = new.inquiry_id;
    end if;
    return new;
end $$;

create trigger versioned before update on inquiries for each row execute function versioned();
create trigger state_follows before update on inquiries for each row execute function inquiry_state_follows();

create trigger never_changes before update or delete on questionnaire_versions for each row
    execute function never_changes();

create trigger never_changes before update or delete on inquiry_screenings for each row
    execute function never_changes();
create trigger is_taken before insert on inquiry_screenings for each row execute function inquiry_screening_is_taken();
