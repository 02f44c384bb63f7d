-- Intake: what is known of who asks, the clock of each state, who answers, what they were asked, and whom a professional
-- may take on.

alter table inquiries
    add column birth_date date constraint inquiries_birth_date_plausible check (birth_date >= '1900-01-01'),
    add column program_id uuid,
    add column track text constraint inquiries_track_length check (char_length(track) between 1 and 60),
    add column region text constraint inquiries_region_is_plain check (region ~ '^[A-Z][A-Z0-9-]{1,9}$'),
    add column known_client_id uuid,
    add column reason_code text,
    add column risk_raised_at timestamptz,
    add column risk_acknowledged_at timestamptz,
    add column risk_acknowledged_by uuid,
    add constraint inquiries_program_fkey foreign key (practice_id, program_id) references programs,
    add constraint inquiries_known_client_fkey foreign key (practice_id, known_client_id) references clients,
    add constraint inquiries_risk_acknowledged_by_fkey foreign key (practice_id, risk_acknowledged_by) references staff,
    add constraint inquiries_risk_is_raised_then_acknowledged
        check (risk_acknowledged_at is null or risk_acknowledged_at >= risk_raised_at),
    add constraint inquiries_risk_acknowledged_by_someone
        check ((risk_acknowledged_at is null) = (risk_acknowledged_by is null)),
    drop constraint inquiries_closed_with_a_reason,
    add constraint inquiries_closed_with_a_reason
        check (state not in ('declined', 'referred', 'withdrawn') or reason is not null or reason_code is not null),
    add constraint inquiries_reason_code_is_of_an_ending
        check (reason_code is null or state in ('declined', 'referred', 'withdrawn'));
comment on column inquiries.birth_date is 'Of the person who is to come into care; of a couple, of who asked.';
comment on column inquiries.region is 'Where that person lives, as a licence names it: AZ, or US-AZ.';
comment on column inquiries.program_id is 'The program that was asked for; track the same.';
comment on column inquiries.known_client_id is 'The client who this person is, where the practice knows that before it accepts.';
comment on column inquiries.risk_raised_at is 'When answers last gave cause for concern. Who has taken note of it, and when, stands beside it.';
create index inquiries_by_state on inquiries (practice_id, state, received_at, inquiry_id);
create index inquiries_at_risk on inquiries (practice_id, received_at, inquiry_id) where risk_raised_at is not null;
create index inquiries_by_assignment on inquiries (practice_id, assigned_to, received_at, inquiry_id) where assigned_to is not null;
create index inquiries_waiting on inquiries (practice_id, state, state_since, inquiry_id)
    where state in ('received', 'screening', 'offered', 'waitlisted');

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
alter table inquiries add constraint inquiries_reason_code_fkey foreign key (practice_id, reason_code) references inquiry_reasons;

create table inquiry_limits (
    practice_id uuid not null references practices,
    state text not null constraint inquiry_limits_state check (state in ('received', 'screening', 'offered', 'waitlisted')),
    hours int not null constraint inquiry_limits_hours check (hours between 1 and 8760),
    primary key (practice_id, state)
);
comment on table inquiry_limits is 'How long an inquiry may wait in a state. Where a practice has not said, inquiry_limit() does.';

-- A call is answered within a day, screening done in three, an offer answered within a week, a waitlist looked at monthly.
create function inquiry_limit(state text, hours int) returns interval language sql immutable parallel safe
return make_interval(hours => coalesce(hours, case state
    when 'received' then 24 when 'screening' then 72 when 'offered' then 168 when 'waitlisted' then 720 end));

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
comment on table inquiry_states is 'The clock of each state an inquiry was in. Written by a trigger, so that no change is missing.';
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
comment on table inquiry_assignments is 'Who has answered an inquiry, from when until when, and why it was handed over (encrypted).';
create unique index inquiry_assignments_one_at_a_time on inquiry_assignments (practice_id, inquiry_id) where until is null;
create index inquiry_assignments_by_inquiry on inquiry_assignments (practice_id, inquiry_id, since, assignment_id);

create table questionnaires (
    practice_id uuid not null references practices,
    code text not null constraint questionnaires_code_is_plain check (code ~ '^[a-z0-9](-?[a-z0-9]){0,39}$'),
    title text not null constraint questionnaires_title_length check (char_length(title) between 1 and 160),
    current_version_id uuid not null,
    primary key (practice_id, code)
);
comment on table questionnaires is 'A typed instrument, such as PHQ-9: items, choices with numbers, and bands of the sum.';

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
comment on table questionnaire_versions is 'What a version asks and how it is scored never changes, so that scores keep their meaning.';
alter table questionnaires add constraint questionnaires_have_a_current_version
    foreign key (practice_id, code, current_version_id) references questionnaire_versions (practice_id, code, questionnaire_version_id)
    deferrable initially deferred;
create trigger never_changes before update or delete on questionnaire_versions for each row execute function never_changes();

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
comment on table inquiry_screenings is 'Answers before there is a chart: raw and encrypted, with what the server made of them. Taken again, they are added.';
comment on column inquiry_screenings.digest is 'HMAC of the answers under a key of the server: what is sent again is known without being read.';
create index inquiry_screenings_by_inquiry on inquiry_screenings (practice_id, inquiry_id, taken_at, screening_id);
create trigger never_changes before update or delete on inquiry_screenings for each row execute function never_changes();

-- Answers are taken while somebody can still be helped by them; those that give cause for concern raise the flag, again
-- if it was taken note of before.
create function inquiry_screening_is_taken() returns trigger language plpgsql as $$
declare standing text;
begin
    select i.state into standing from inquiries i
    where i.practice_id = new.practice_id and i.inquiry_id = new.inquiry_id for no key update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif standing not in ('received', 'screening', 'offered', 'waitlisted') then
        raise exception 'inquiry_is_closed' using errcode = 'PC409';
    elsif new.raises_risk then
        update inquiries i
        set risk_raised_at = new.taken_at, risk_acknowledged_at = null, risk_acknowledged_by = null, version = i.version + 1
        where i.practice_id = new.practice_id and i.inquiry_id = new.inquiry_id;
    end if;
    return new;
end $$;
create trigger is_taken before insert on inquiry_screenings for each row execute function inquiry_screening_is_taken();

create table staff_licenses (
    practice_id uuid not null,
    account_id uuid not null,
    region text not null constraint staff_licenses_region_is_plain check (region ~ '^[A-Z][A-Z0-9-]{1,9}$'),
    number text not null constraint staff_licenses_number_length check (char_length(number) between 1 and 60),
    valid_until date,
    primary key (practice_id, account_id, region),
    foreign key (practice_id, account_id) references staff
);
comment on table staff_licenses is 'Where a professional may treat people, and until which day (that day included).';
alter table staff add column maximum_caseload smallint constraint staff_maximum_caseload check (maximum_caseload between 0 and 1000);
comment on column staff.maximum_caseload is 'So many clients at most when new ones are assigned; null: nobody has said.';

-- The clocks of what is there already. The owner of the tables passes by their policies only while they are not forced.
alter table inquiries no force row level security;
insert into inquiry_states (practice_id, inquiry_id, number, state, since, reason)
select practice_id, inquiry_id, 1, state, state_since, reason from inquiries;
insert into inquiry_assignments (practice_id, assignment_id, inquiry_id, account_id, since)
select practice_id, gen_random_uuid(), inquiry_id, assigned_to, state_since from inquiries where assigned_to is not null;
alter table inquiries force row level security;
