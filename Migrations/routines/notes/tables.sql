-- A signed note never changes: only the cosignature may still be added to it, once.
create function progress_note_is_final() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'note_cannot_be_deleted' using errcode = 'PC409';
    elsif old.state = 'draft' and new.state in ('draft', 'signed')
        and (new.practice_id, new.note_id, new.kind, new.author_id, new.created_at)
            is not distinct from (old.practice_id, old.note_id, old.kind, old.author_id, old.created_at)
        and (new.client_id, new.couple_id, new.group_id, new.head_note_id)
            is not distinct from (old.client_id, old.couple_id, old.group_id, old.head_note_id)
    then
        return new;
    elsif old.state = 'signed' and new.state = 'cosigned'
        and (to_jsonb(new) - '{state,version,cosigned_at,cosigner_id,cosigner_name,cosigner_credentials}'::text[])
            = (to_jsonb(old) - '{state,version,cosigned_at,cosigner_id,cosigner_name,cosigner_credentials}'::text[])
    then
        if not old.needs_cosignature then
            raise exception 'note_needs_no_cosignature' using errcode = 'PC409';
        end if;
        return new;
    end if;
    raise exception 'note_is_signed' using errcode = 'PC409';
end $$;

create trigger versioned before update on progress_notes for each row execute function versioned();
create trigger final before delete on progress_notes for each row execute function progress_note_is_final();
create trigger final_but_its_client before update on progress_notes for each row
    when (old.client_id is not distinct from new.client_id) execute function progress_note_is_final();
create trigger moves before update on progress_notes for each row
    when (old.client_id is distinct from new.client_id) execute function never_changes_but_its_client();

create trigger never_changes before update or delete on note_addenda
    for each row execute function never_changes_but_its_client();

create trigger versioned before update on process.notes for each row execute function versioned();
