create function guardianship_keeps_history() returns trigger language plpgsql as $$
begin
    insert into guardianship_history (practice_id, guardianship_id, version, guardian_id, client_id, legal_basis,
        document_reference, scopes, during, empty_on, recorded, recorded_by)
    values (old.practice_id, old.guardianship_id, old.version, old.guardian_id, old.client_id, old.legal_basis,
        old.document_reference, old.scopes, old.during, old.empty_on,
        tstzrange(old.recorded_at, greatest(new.recorded_at, old.recorded_at), '[)'), old.recorded_by);
    return new;
end $$;

create trigger versioned before update on clients for each row execute function versioned();

create trigger versioned before update on guardianships for each row execute function versioned();
create trigger keeps_history after update on guardianships for each row
    when (current_user <> 'cairn_access' and old.version <> new.version) execute function guardianship_keeps_history();

create trigger never_changes before update or delete on guardianship_history
    for each row execute function never_changes_but_its_client();

create trigger versioned before update on couples for each row execute function versioned();

-- What ended on the day on which it began has an empty span, which says no day: it is kept beside it, so that whoever
-- reads of it is told the day (decision 0044).
create function empty_span_keeps_its_day() returns trigger language plpgsql as $$
begin
    if not isempty(new.during) then
        new.empty_on := null;
    elsif tg_op = 'UPDATE' and new.empty_on is null then
        new.empty_on := lower(old.during);
    end if;
    return new;
end $$;
do $$
declare spanned text;
begin
    foreach spanned in array '{couples,guardianships,care_team_memberships}'::text[] loop
        execute format('create trigger empty_span_keeps_its_day before insert or update of during on %I
            for each row execute function empty_span_keeps_its_day()', spanned);
    end loop;
end $$;
