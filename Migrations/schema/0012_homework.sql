create table homework_assignments (
    practice_id uuid not null,
    assignment_id uuid not null,
    exercise_version_id uuid not null,
    client_id uuid,
    couple_id uuid,
    group_id uuid,
    assigned_by uuid not null,
    assigned_at timestamptz not null,
    schedule jsonb not null,
    plan_next timestamptz,
    planned_until date,
    anchor text constraint homework_assignments_anchor
        check (anchor in ('meetings', 'appointments', 'done', 'joining')),
    skips_closures boolean not null default false,
    ends_with_phase boolean not null default false,
    phase_id uuid,
    phase_step_id uuid,
    remind_minutes int constraint homework_assignments_remind_in_time check (remind_minutes between 0 and 20160),
    ended_at timestamptz,
    version bigint not null default 1,
    primary key (practice_id, assignment_id),
    foreign key (practice_id, exercise_version_id) references exercise_versions,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, assigned_by) references staff,
    constraint homework_assignments_to_one_unit check (num_nonnulls(client_id, couple_id, group_id) = 1),
    foreign key (practice_id, phase_id) references phases,
    foreign key (practice_id, phase_step_id) references phase_steps,
    constraint homework_assignments_once_a_step unique (practice_id, group_id, phase_step_id)
);
comment on table homework_assignments is
    'One exercise given to a client, a couple or a group, once or on a schedule (local wall time and zone).';
comment on column homework_assignments.plan_next is
    'When the worker has to look at it again: at once when something changed, never when null. No part of what '
    'people change, and none of the version.';
comment on column homework_assignments.planned_until is
    'The first day for which the worker has made nothing yet. What is due before it, and past, is not made any more '
    'for who joins late.';
comment on column homework_assignments.anchor is
    'What its due dates hang on, where that is not the calendar: meetings of the group, appointments, the piece '
    'before, the day of joining.';
comment on column homework_assignments.ends_with_phase is
    'Nothing is due on a day without a seat: in the group, or where it is given to a client or a couple, in any '
    'group of phase_id.';
comment on column homework_assignments.remind_minutes is
    'How long before it is due a reminder goes out; null: none does.';
create index homework_assignments_by_client on homework_assignments (practice_id, client_id);
create index homework_assignments_by_couple on homework_assignments (practice_id, couple_id);
create index homework_assignments_by_group on homework_assignments (practice_id, group_id);
create index homework_assignments_to_plan on homework_assignments (plan_next) where plan_next is not null;

create table homework_exceptions (
    practice_id uuid not null,
    exception_id uuid not null,
    assignment_id uuid not null,
    client_id uuid,
    couple_id uuid,
    group_id uuid,
    during daterange not null constraint homework_exceptions_have_two_ends
        check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    moved_to date,
    created_by uuid not null,
    created_at timestamptz not null,
    primary key (practice_id, exception_id),
    foreign key (practice_id, assignment_id) references homework_assignments,
    foreign key (practice_id, created_by) references staff,
    constraint homework_exceptions_never_overlap
        exclude using gist (practice_id with =, assignment_id with =, during with &&),
    constraint homework_exceptions_move_one_day check (moved_to is null or upper(during) - lower(during) = 1),
    constraint homework_exceptions_last_a_year_at_most check (upper(during) - lower(during) <= 366)
);
comment on table homework_exceptions is
    'Days of an assignment''s rule on which nothing is due, or one that is due on another day.';

create table homework (
    practice_id uuid not null,
    homework_id uuid not null,
    assignment_id uuid not null,
    exercise_version_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    occurrence int not null constraint homework_occurrence check (occurrence > 0),
    title text not null,
    opens_at timestamptz not null,
    due_at timestamptz not null constraint homework_due_after_opening check (due_at >= opens_at),
    closes_at timestamptz constraint homework_closes_after_due check (closes_at >= due_at),
    state text not null default 'assigned' constraint homework_state check
        (state in ('assigned', 'draft', 'submitted', 'returned', 'reviewed', 'withdrawn')),
    submissions int not null default 0 constraint homework_submissions check (submissions >= 0),
    submitted_at timestamptz,
    submitted_digest bytea constraint homework_submitted_digest_is_sha256 check (octet_length(submitted_digest) = 32),
    reviewed_at timestamptz,
    shared_at timestamptz,
    version bigint not null default 1,
    anchor_id uuid,
    planned_on date,
    late_at timestamptz constraint homework_late_after_due check (late_at >= due_at),
    remind_at timestamptz,
    chained boolean not null default false,
    stops boolean not null default false,
    private boolean not null default false constraint homework_private_within_a_couple
        check (not private or couple_id is not null),
    draft_revision int not null default 0 constraint homework_draft_revision check (draft_revision >= 0),
    first_submitted_at timestamptz,
    responded_at timestamptz,
    discussed_at timestamptz,
    discussed_by uuid,
    merge_id uuid,
    primary key (practice_id, homework_id),
    foreign key (practice_id, assignment_id) references homework_assignments,
    foreign key (practice_id, exercise_version_id) references exercise_versions,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, group_id) references groups,
    constraint homework_submitted_at_a_time
        check ((state in ('submitted', 'reviewed', 'returned')) <= (submitted_at is not null)),
    foreign key (practice_id, discussed_by) references staff,
    constraint homework_discussed_by_someone check ((discussed_at is null) = (discussed_by is null)),
    foreign key (practice_id, merge_id) references client_merges,
    constraint homework_once_per_occurrence
        unique nulls not distinct (practice_id, assignment_id, client_id, occurrence, merge_id)
) with (fillfactor = 85);
comment on table homework is
    'One due date of an assignment for one client. Whether it is scheduled, open or missed follows from the clock.';
comment on column homework.submissions is 'How many there have been: the number of the last one in homework_answers.';
comment on column homework.submitted_digest is
    'That of the last submission. It is here because who waited for the row''s lock sees this row as it is now, but '
    'not the answers that were added meanwhile.';
comment on column homework.shared_at is
    'When the client agreed that the partner of the couple may read the last submission.';
comment on column homework.anchor_id is 'The meeting or appointment that it comes before.';
comment on column homework.planned_on is 'The day for which the rule made it, wherever it was moved to since.';
comment on column homework.late_at is 'From when it is late: after the grace. Null: when it is due.';
comment on column homework.remind_at is 'When a reminder is to go out; null when it has, or none will.';
comment on column homework.chained is 'When it is handed in or taken back, or its time is over, the next one is made.';
comment on column homework.stops is
    'It was withdrawn with all that comes after it: this client gets nothing more of the assignment.';
comment on column homework.private is
    'Of a couple''s homework: that the client keeps the last submission to himself or herself.';
comment on column homework.draft_revision is
    'Counts the changes of the draft; no part of the version, so that a draft can be saved on two devices.';
comment on column homework.first_submitted_at is 'What was in time stays so when it is handed in again.';
comment on column homework.responded_at is 'When the counselor last answered to a submission, by review or by return.';
comment on column homework.merge_id is 'The merge of charts that brought it beside another piece of the same occasion.';
create index homework_by_client on homework (practice_id, client_id, due_at, homework_id);
create index homework_to_remind on homework (remind_at) where remind_at is not null;
create index homework_to_review on homework (practice_id, submitted_at, homework_id) where state = 'submitted';
create index homework_outstanding on homework (practice_id, client_id, due_at, homework_id)
    where state in ('assigned', 'draft', 'returned');
create index homework_to_review_of_client on homework (practice_id, client_id, submitted_at, homework_id)
    where state = 'submitted';
create index homework_to_review_of_group on homework (practice_id, group_id, submitted_at, homework_id)
    where state = 'submitted' and group_id is not null;
create index homework_by_couple on homework (practice_id, couple_id, due_at) where couple_id is not null;
create index homework_by_group on homework (practice_id, group_id, due_at)
    include (client_id, couple_id, homework_id, state, late_at, closes_at, first_submitted_at, submitted_at,
        responded_at, reviewed_at)
    where group_id is not null;
create unique index homework_once_per_anchor on homework (practice_id, assignment_id, client_id, anchor_id,
    merge_id) nulls not distinct
    where anchor_id is not null;
