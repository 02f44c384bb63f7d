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
    modality text not null default 'in_person' constraint progress_notes_modality
        check (modality in ('in_person', 'telehealth', 'phone')),
    body bytea not null,
    shared_body bytea,
    state text not null default 'draft' constraint progress_notes_state
        check (state in ('draft', 'signed', 'cosigned')),
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
    constraint progress_notes_signed_by_name
        check ((state = 'draft') = (signed_at is null) and (signed_at is null) = (signer_name is null)),
    constraint progress_notes_cosigned_by_name
        check ((state = 'cosigned') = (cosigned_at is not null) and (cosigned_at is null) = (cosigner_name is null))
);
comment on table progress_notes is
    'The official record. A group note is one row of the group (kind group) and one row for the chart of each '
    'attendee.';
comment on column progress_notes.body is 'Encrypted. For an attendee: that person''s own part.';
comment on column progress_notes.shared_body is
    'Encrypted copy of the group''s shared part, so that a chart is whole by itself and needs no other row.';
create index progress_notes_by_client on progress_notes (practice_id, client_id, held_at, note_id);
create index progress_notes_by_couple on progress_notes (practice_id, couple_id, held_at, note_id);
create index progress_notes_by_group on progress_notes (practice_id, group_id, held_at, note_id);
create index progress_notes_by_author on progress_notes (practice_id, author_id, held_at, note_id);
create index progress_notes_by_head on progress_notes (practice_id, head_note_id);

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
comment on table note_addenda is
    'What is added to a signed note. The chart it belongs to is repeated from the note, for the one policy.';
create index note_addenda_by_note on note_addenda (practice_id, note_id, signed_at, addendum_id);

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
comment on table process.notes is
    'Psychotherapy notes (45 CFR 164.501): for their author alone, encrypted under a key of their own.';
create index notes_by_author on process.notes (practice_id, author_id, created_at, process_note_id);
