create function guardianship_keeps_history() returns trigger language plpgsql as $$
begin
    insert into guardianship_history (practice_id, guardianship_id, version, guardian_id, client_id, legal_basis,
        document_reference, scopes, during, recorded, recorded_by)
    values (old.practice_id, old.guardianship_id, old.version, old.guardian_id, old.client_id, old.legal_basis,
        old.document_reference, old.scopes, old.during,
        tstzrange(old.recorded_at, greatest(new.recorded_at, old.recorded_at), '[)'), old.recorded_by);
    return new;
end $$;

create trigger versioned before update on clients for each row execute function versioned();

create trigger versioned before update on guardianships for each row execute function versioned();
create trigger keeps_history after update on guardianships for each row
    when (current_user <> 'cairn_access') execute function guardianship_keeps_history();

create trigger never_changes before update or delete on guardianship_history
    for each row execute function never_changes_but_its_client();

create trigger versioned before update on couples for each row execute function versioned();
