-- Progress notes of every kind in one table under one policy, and process notes in a schema of their own.

create table progress_notes (
    practice_id uuid not null references practices,
    note_id uuid not null,
    kind text not null constraint progress_notes_kind check (kind in ('individual', 'couple', 'group', 'attendee')),
    client_id uuid,
    couple_id uuid,
    group_id uuid,
    meeting_id uuid,
    head_note_id uuid,
    author_id uuid not null,
    held_at timestamptz not null,
    minutes smallint constraint progress_notes_minutes check (minutes between 1 and 600),
    modality text not null default 'in_person' constraint progress_notes_modality check (modality in ('in_person', 'telehealth', 'phone')),
    body bytea not null,
    shared_body bytea,
    state text not null default 'draft' constraint progress_notes_state check (state in ('draft', 'signed', 'cosigned')),
    needs_cosignature boolean not null default false,
    created_at timestamptz not null,
    signed_at timestamptz,
    signer_name text,
    signer_credentials text,
    cosigned_at timestamptz,
    cosigner_id uuid,
    cosigner_name text,
    cosigner_credentials text,
    version bigint not null default 1,
    primary key (practice_id, note_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, meeting_id) references meetings,
    foreign key (practice_id, head_note_id) references progress_notes,
    foreign key (practice_id, author_id) references staff,
    foreign key (practice_id, cosigner_id) references staff,
    constraint progress_notes_belong_to_one_chart check (case kind
        when 'individual' then client_id is not null and num_nonnulls(couple_id, group_id, head_note_id) = 0
        when 'couple' then couple_id is not null and num_nonnulls(client_id, group_id, head_note_id) = 0
        when 'group' then group_id is not null and num_nonnulls(client_id, couple_id, head_note_id) = 0
        else num_nonnulls(client_id, group_id, head_note_id) = 3 and couple_id is null end),
    constraint progress_notes_shared_part_is_of_a_group check ((shared_body is not null) = (kind = 'attendee')),
    constraint progress_notes_signed_by_name check ((state = 'draft') = (signed_at is null) and (signed_at is null) = (signer_name is null)),
    constraint progress_notes_cosigned_by_name check ((state = 'cosigned') = (cosigned_at is not null) and (cosigned_at is null) = (cosigner_name is null))
);
comment on table progress_notes is 'The official record. A group note is one row of the group (kind group) and one row for the chart of each attendee.';
comment on column progress_notes.body is 'Encrypted. For an attendee: that person''s own part.';
comment on column progress_notes.shared_body is 'Encrypted copy of the group''s shared part, so that a chart is whole by itself and needs no other row.';
create index progress_notes_by_client on progress_notes (practice_id, client_id, held_at, note_id);
create index progress_notes_by_couple on progress_notes (practice_id, couple_id, held_at, note_id);
create index progress_notes_by_group on progress_notes (practice_id, group_id, held_at, note_id);
create index progress_notes_by_author on progress_notes (practice_id, author_id, held_at, note_id);
create index progress_notes_by_head on progress_notes (practice_id, head_note_id);
create trigger versioned before update on progress_notes for each row execute function versioned();

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
create trigger final before update or delete on progress_notes for each row execute function progress_note_is_final();

create table note_addenda (
    practice_id uuid not null,
    addendum_id uuid not null,
    note_id uuid not null,
    client_id uuid,
    couple_id uuid,
    group_id uuid,
    author_id uuid not null,
    body bytea not null,
    signed_at timestamptz not null,
    signer_name text not null,
    signer_credentials text,
    primary key (practice_id, addendum_id),
    foreign key (practice_id, note_id) references progress_notes,
    foreign key (practice_id, author_id) references staff
);
comment on table note_addenda is 'What is added to a signed note. The chart it belongs to is repeated from the note, for the one policy.';
create index note_addenda_by_note on note_addenda (practice_id, note_id, signed_at, addendum_id);
create trigger never_changes before update or delete on note_addenda for each row execute function never_changes();

create table process.notes (
    practice_id uuid not null references practices,
    process_note_id uuid not null,
    client_id uuid not null,
    author_id uuid not null,
    body bytea not null,
    created_at timestamptz not null,
    version bigint not null default 1,
    primary key (practice_id, process_note_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, author_id) references staff
);
comment on table process.notes is 'Psychotherapy notes (45 CFR 164.501): for their author alone, encrypted under a key of their own.';
create index notes_by_author on process.notes (practice_id, author_id, created_at, process_note_id);
create trigger versioned before update on process.notes for each row execute function versioned();
