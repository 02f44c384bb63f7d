-- Each practice words its own reasons; Cairn ships some to begin with.
create table inquiry_reasons (
    practice_id uuid not null references practices,
    code text not null constraint inquiry_reasons_code_is_plain check (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    label text not null constraint inquiry_reasons_label_length check (char_length(label) between 1 and 120),
    states text[] not null constraint inquiry_reasons_end_an_inquiry
        check (cardinality(states) > 0 and states <@ '{declined,referred,withdrawn}'),
    needs_text boolean not null default false,
    in_use boolean not null default true,
    primary key (practice_id, code)
);
comment on table inquiry_reasons is 'Why an inquiry ended without care, as the practice counts it.';

create table inquiry_limits (
    practice_id uuid not null references practices,
    state text not null constraint inquiry_limits_state
        check (state in ('received', 'screening', 'offered', 'waitlisted')),
    hours int not null constraint inquiry_limits_hours check (hours between 1 and 8760),
    primary key (practice_id, state)
);
comment on table inquiry_limits is
    'How long an inquiry may wait in a state. Where a practice has not said, inquiry_limit() does.';

create table inquiries (
    practice_id uuid not null references practices,
    inquiry_id uuid not null,
    kind text not null constraint inquiries_kind check (kind in ('adult', 'minor', 'couple')),
    contact_name text not null constraint inquiries_contact_name_length
        check (char_length(contact_name) between 1 and 200),
    email text constraint inquiries_email_length check (char_length(email) <= 254),
    phone text constraint inquiries_phone_length check (char_length(phone) <= 40),
    message bytea,
    state text not null default 'received' constraint inquiries_state check (state in
        ('received', 'screening', 'offered', 'waitlisted', 'accepted', 'declined', 'referred', 'withdrawn')),
    state_since timestamptz not null,
    reason text constraint inquiries_reason_length check (char_length(reason) between 1 and 500),
    assigned_to uuid,
    received_at timestamptz not null,
    client_id uuid,
    partner_id uuid,
    couple_id uuid,
    sent_digest bytea,
    acceptance_digest bytea,
    version bigint not null default 1,
    birth_date date constraint inquiries_birth_date_plausible check (birth_date >= '1900-01-01'),
    program_id uuid,
    track text constraint inquiries_track_length check (char_length(track) between 1 and 60),
    region text constraint inquiries_region_is_plain check (region ~ '^[A-Z][A-Z0-9-]{1,9}$'),
    known_client_id uuid,
    reason_code text,
    risk_raised_at timestamptz,
    risk_acknowledged_at timestamptz,
    risk_acknowledged_by uuid,
    born_in text constraint inquiries_born_in_a_year_or_a_month
        check (born_in ~ '^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$'),
    repeats_id uuid,
    primary key (practice_id, inquiry_id),
    foreign key (practice_id, assigned_to) references staff,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, partner_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    constraint inquiries_can_be_answered check (num_nonnulls(email, phone) > 0),
    constraint inquiries_accepted_as_a_client check ((state = 'accepted') = (client_id is not null)),
    constraint inquiries_known_client_fkey foreign key (practice_id, known_client_id) references clients,
    constraint inquiries_risk_acknowledged_by_fkey foreign key (practice_id, risk_acknowledged_by) references staff,
    constraint inquiries_risk_is_raised_then_acknowledged
        check (risk_acknowledged_at is null or risk_acknowledged_at >= risk_raised_at),
    constraint inquiries_risk_acknowledged_by_someone
        check ((risk_acknowledged_at is null) = (risk_acknowledged_by is null)),
    constraint inquiries_closed_with_a_reason
        check (state not in ('declined', 'referred', 'withdrawn') or reason is not null or reason_code is not null),
    constraint inquiries_reason_code_is_of_an_ending
        check (reason_code is null or state in ('declined', 'referred', 'withdrawn')),
    constraint inquiries_reason_code_fkey foreign key (practice_id, reason_code) references inquiry_reasons,
    constraint inquiries_birth_is_said_once check (birth_date is null or born_in is null),
    foreign key (practice_id, repeats_id) references inquiries,
    constraint inquiries_repeat_another check (repeats_id <> inquiry_id)
);
comment on table inquiries is 'The first call, and how long it has waited in each state.';
comment on column inquiries.sent_digest is
    'Keyed hash of what was sent with an Idempotency-Key, from which the inquiry then has its id: sent again, it is '
    'taken once.';
comment on column inquiries.acceptance_digest is
    'Keyed hash of the acceptance: the same again is answered as at first, another one is refused.';
comment on column inquiries.message is 'What the person wrote, encrypted under the practice''s record key.';
comment on column inquiries.birth_date is 'Of the person who is to come into care; of a couple, of who asked.';
comment on column inquiries.region is 'Where that person lives, as a licence names it: AZ, or US-AZ.';
comment on column inquiries.program_id is 'The program that was asked for; track the same.';
comment on column inquiries.known_client_id is
    'The client who this person is, where the practice knows that before it accepts.';
comment on column inquiries.risk_raised_at is
    'When answers last gave cause for concern. Who has taken note of it, and when, stands beside it.';
comment on column inquiries.born_in is 'The year, or the year and the month, where the day of birth was not said.';
comment on column inquiries.repeats_id is
    'The first of several that came within minutes from the same address or number: one to look at.';
create index inquiries_by_age on inquiries (practice_id, received_at, inquiry_id);
create index inquiries_by_state on inquiries (practice_id, state, received_at, inquiry_id);
create index inquiries_at_risk on inquiries (practice_id, received_at, inquiry_id) where risk_raised_at is not null;
create index inquiries_by_assignment on inquiries (practice_id, assigned_to, received_at, inquiry_id)
    where assigned_to is not null;
create index inquiries_waiting on inquiries (practice_id, state, state_since, inquiry_id)
    where state in ('received', 'screening', 'offered', 'waitlisted');
create index inquiries_by_repeated on inquiries (practice_id, repeats_id, inquiry_id) where repeats_id is not null;

create table inquiry_states (
    practice_id uuid not null,
    inquiry_id uuid not null,
    number int not null constraint inquiry_states_number check (number > 0),
    state text not null,
    since timestamptz not null,
    until timestamptz constraint inquiry_states_end_after_they_began check (until >= since),
    entered_by uuid,
    reason_code text,
    reason text,
    primary key (practice_id, inquiry_id, number),
    foreign key (practice_id, inquiry_id) references inquiries
);
comment on table inquiry_states is
    'The clock of each state an inquiry was in. Written by a trigger, so that no change is missing.';
create unique index inquiry_states_one_at_a_time on inquiry_states (practice_id, inquiry_id) where until is null;

create table inquiry_assignments (
    practice_id uuid not null,
    assignment_id uuid not null,
    inquiry_id uuid not null,
    account_id uuid not null,
    since timestamptz not null,
    until timestamptz constraint inquiry_assignments_end_after_they_began check (until >= since),
    assigned_by uuid,
    reason bytea,
    primary key (practice_id, assignment_id),
    foreign key (practice_id, inquiry_id) references inquiries,
    foreign key (practice_id, account_id) references staff,
    constraint inquiry_assignments_assigned_by_fkey foreign key (practice_id, assigned_by) references staff
);
comment on table inquiry_assignments is
    'Who has answered an inquiry, from when until when, and why it was handed over (encrypted).';
create unique index inquiry_assignments_one_at_a_time on inquiry_assignments (practice_id, inquiry_id)
    where until is null;
create index inquiry_assignments_by_inquiry on inquiry_assignments (practice_id, inquiry_id, since, assignment_id);

create table questionnaires (
    practice_id uuid not null references practices,
    code text not null constraint questionnaires_code_is_plain check (code ~ '^[a-z0-9](-?[a-z0-9]){0,39}$'),
    title text not null constraint questionnaires_title_length check (char_length(title) between 1 and 160),
    current_version_id uuid not null,
    primary key (practice_id, code)
);
comment on table questionnaires is
    'A typed instrument, such as PHQ-9: items, choices with numbers, and bands of the sum.';

create table questionnaire_versions (
    practice_id uuid not null,
    questionnaire_version_id uuid not null,
    code text not null,
    number int not null constraint questionnaire_versions_number check (number > 0),
    definition jsonb not null,
    published_at timestamptz not null,
    primary key (practice_id, questionnaire_version_id),
    constraint questionnaire_versions_number_is_taken unique (practice_id, code, number),
    constraint questionnaire_versions_are_of_their_questionnaire unique (practice_id, code, questionnaire_version_id),
    foreign key (practice_id, code) references questionnaires deferrable initially deferred
);
comment on table questionnaire_versions is
    'What a version asks and how it is scored never changes, so that scores keep their meaning.';
alter table questionnaires add constraint questionnaires_have_a_current_version
        foreign key (practice_id, code, current_version_id) references questionnaire_versions (practice_id, code,
            questionnaire_version_id)
        deferrable initially deferred;

create table inquiry_screenings (
    practice_id uuid not null,
    screening_id uuid not null,
    inquiry_id uuid not null,
    code text not null,
    questionnaire_version_id uuid not null,
    answers bytea not null,
    digest bytea not null constraint inquiry_screenings_digest_is_sha256 check (octet_length(digest) = 32),
    score int not null constraint inquiry_screenings_score check (score between 0 and 1000),
    band text not null constraint inquiry_screenings_band_length check (char_length(band) between 1 and 60),
    raises_risk boolean not null,
    taken_at timestamptz not null,
    recorded_by uuid not null,
    primary key (practice_id, screening_id),
    foreign key (practice_id, inquiry_id) references inquiries,
    foreign key (practice_id, code, questionnaire_version_id)
        references questionnaire_versions (practice_id, code, questionnaire_version_id),
    foreign key (practice_id, recorded_by) references staff
);
comment on table inquiry_screenings is
    'Answers before there is a chart: raw and encrypted, with what the server made of them. Taken again, they are '
    'added.';
comment on column inquiry_screenings.digest is
    'HMAC of the answers under a key of the server: what is sent again is known without being read.';
create index inquiry_screenings_by_inquiry on inquiry_screenings (practice_id, inquiry_id, taken_at, screening_id);
