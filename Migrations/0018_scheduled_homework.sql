-- Homework on a schedule: assignments that go on, drafts field by field, attachments, talk about a piece, risk.
-- The rules of access are made anew after every migration; what is changed below may be named in the present ones.
drop schema if exists access cascade;

-- The library.

alter table exercise_versions add risks jsonb not null default '[]'
    constraint exercise_versions_risks_are_a_list check (jsonb_typeof(risks) = 'array');
comment on column exercise_versions.risks is 'Answers that raise a risk record: conditions on fields. Never shown to a client.';

create table exercise_tags (
    practice_id uuid not null,
    exercise_id uuid not null,
    tag_id uuid not null,
    author_id uuid,
    program_id uuid,
    track_id uuid,
    phase_id uuid,
    primary key (practice_id, exercise_id, tag_id),
    foreign key (practice_id, exercise_id) references exercises,
    foreign key (practice_id, author_id) references staff,
    foreign key (practice_id, program_id) references programs,
    foreign key (practice_id, track_id) references tracks,
    foreign key (practice_id, phase_id) references phases,
    constraint exercise_tags_name_one_thing check (num_nonnulls(program_id, track_id, phase_id) = 1 and tag_id = coalesce(program_id, track_id, phase_id))
);
comment on table exercise_tags is 'For which program, track or phase an exercise is meant.';
comment on column exercise_tags.author_id is 'That of the exercise: who may change the tags.';
create index exercise_tags_by_tag on exercise_tags (practice_id, tag_id, exercise_id);

-- Assignments that go on.

create table phase_steps (
    practice_id uuid not null,
    phase_step_id uuid not null,
    phase_id uuid not null,
    exercise_id uuid not null,
    schedule jsonb not null,
    remind_minutes int constraint phase_steps_remind_in_time check (remind_minutes between 0 and 20160),
    created_by uuid not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null default 1,
    primary key (practice_id, phase_step_id),
    foreign key (practice_id, phase_id) references phases,
    foreign key (practice_id, exercise_id) references exercises,
    foreign key (practice_id, created_by) references staff
);
comment on table phase_steps is 'Homework that belongs to a phase: every group of it is assigned it, by the worker.';
create index phase_steps_by_phase on phase_steps (practice_id, phase_id);
create trigger versioned before update on phase_steps for each row execute function versioned();

alter table homework_assignments
    add plan_next timestamptz,
    add planned_until date,
    add anchor text constraint homework_assignments_anchor check (anchor in ('meetings', 'appointments', 'done', 'joining')),
    add skips_closures boolean not null default false,
    add ends_with_phase boolean not null default false,
    add phase_id uuid,
    add phase_step_id uuid,
    add remind_minutes int constraint homework_assignments_remind_in_time check (remind_minutes between 0 and 20160),
    add ended_at timestamptz,
    add version bigint not null default 1,
    add foreign key (practice_id, phase_id) references phases,
    add foreign key (practice_id, phase_step_id) references phase_steps,
    add constraint homework_assignments_once_a_step unique (practice_id, group_id, phase_step_id);
comment on column homework_assignments.plan_next is 'When the worker has to look at it again: at once when something changed, never when null. No part of what people change, and none of the version.';
comment on column homework_assignments.planned_until is 'The first day for which the worker has made nothing yet. What is due before it, and past, is not made any more for who joins late.';
comment on column homework_assignments.anchor is 'What its due dates hang on, where that is not the calendar: meetings of the group, appointments, the piece before, the day of joining.';
comment on column homework_assignments.ends_with_phase is 'Nothing is due on a day without a seat: in the group, or where it is given to a client or a couple, in any group of phase_id.';
comment on column homework_assignments.remind_minutes is 'How long before it is due a reminder goes out; null: none does.';
-- Of what was assigned before, everything has been made: who joined since is given nothing that is past.
alter table homework_assignments no force row level security;
update homework_assignments set planned_until = current_date;
alter table homework_assignments force row level security;
create index homework_assignments_to_plan on homework_assignments (plan_next) where plan_next is not null;
create trigger versioned before update of
    practice_id, assignment_id, exercise_version_id, client_id, couple_id, group_id, schedule, skips_closures, ends_with_phase,
    phase_id, phase_step_id, remind_minutes, ended_at, version on homework_assignments
    for each row execute function versioned();

create table homework_exceptions (
    practice_id uuid not null,
    exception_id uuid not null,
    assignment_id uuid not null,
    client_id uuid,
    couple_id uuid,
    group_id uuid,
    during daterange not null constraint homework_exceptions_have_two_ends check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    moved_to date,
    created_by uuid not null,
    created_at timestamptz not null,
    primary key (practice_id, exception_id),
    foreign key (practice_id, assignment_id) references homework_assignments,
    foreign key (practice_id, created_by) references staff,
    constraint homework_exceptions_never_overlap exclude using gist (practice_id with =, assignment_id with =, during with &&),
    constraint homework_exceptions_move_one_day check (moved_to is null or upper(during) - lower(during) = 1),
    constraint homework_exceptions_last_a_year_at_most check (upper(during) - lower(during) <= 366)
);
comment on table homework_exceptions is 'Days of an assignment''s rule on which nothing is due, or one that is due on another day.';

-- A piece.

drop trigger versioned on homework;
alter table homework
    add anchor_id uuid,
    add planned_on date,
    add late_at timestamptz constraint homework_late_after_due check (late_at >= due_at),
    add remind_at timestamptz,
    add chained boolean not null default false,
    add stops boolean not null default false,
    add private boolean not null default false constraint homework_private_within_a_couple check (not private or couple_id is not null),
    add draft_revision int not null default 0 constraint homework_draft_revision check (draft_revision >= 0),
    add first_submitted_at timestamptz,
    add responded_at timestamptz,
    add discussed_at timestamptz,
    add discussed_by uuid,
    add foreign key (practice_id, discussed_by) references staff,
    add constraint homework_discussed_by_someone check ((discussed_at is null) = (discussed_by is null));
comment on column homework.anchor_id is 'The meeting or appointment that it comes before.';
comment on column homework.planned_on is 'The day for which the rule made it, wherever it was moved to since.';
comment on column homework.late_at is 'From when it is late: after the grace. Null: when it is due.';
comment on column homework.remind_at is 'When a reminder is to go out; null when it has, or none will.';
comment on column homework.chained is 'When it is handed in or taken back, or its time is over, the next one is made.';
comment on column homework.stops is 'It was withdrawn with all that comes after it: this client gets nothing more of the assignment.';
comment on column homework.private is 'Of a couple''s homework: that the client keeps the last submission to himself or herself.';
comment on column homework.draft_revision is 'Counts the changes of the draft; no part of the version, so that a draft can be saved on two devices.';
comment on column homework.first_submitted_at is 'What was in time stays so when it is handed in again.';
comment on column homework.responded_at is 'When the counselor last answered to a submission, by review or by return.';
create trigger versioned before update on homework for each row
    when ((old.practice_id, old.homework_id, old.assignment_id, old.exercise_version_id, old.client_id, old.couple_id,
        old.group_id, old.occurrence, old.title, old.opens_at, old.due_at, old.closes_at, old.state, old.submissions,
        old.submitted_at, old.submitted_digest, old.reviewed_at, old.shared_at, old.private, old.discussed_at,
        old.version)
        is distinct from (new.practice_id, new.homework_id, new.assignment_id, new.exercise_version_id, new.client_id, new.couple_id,
        new.group_id, new.occurrence, new.title, new.opens_at, new.due_at, new.closes_at, new.state, new.submissions,
        new.submitted_at, new.submitted_digest, new.reviewed_at, new.shared_at, new.private, new.discussed_at,
        new.version))
    execute function versioned();
create unique index homework_once_per_anchor on homework (practice_id, assignment_id, client_id, anchor_id) where anchor_id is not null;
create index homework_to_remind on homework (remind_at) where remind_at is not null;
create index homework_to_review on homework (practice_id, submitted_at, homework_id) where state = 'submitted';
create index homework_outstanding on homework (practice_id, client_id, due_at, homework_id) where state in ('assigned', 'draft', 'returned');
create index homework_to_review_of_client on homework (practice_id, client_id, submitted_at, homework_id) where state = 'submitted';
create index homework_to_review_of_group on homework (practice_id, group_id, submitted_at, homework_id) where state = 'submitted' and group_id is not null;
create index homework_by_couple on homework (practice_id, couple_id, due_at) where couple_id is not null;

-- assigned -> draft -> submitted -> reviewed | returned -> submitted; submitted -> draft when the client takes it back;
-- withdrawn from all that is not reviewed.
create or replace function homework_state_follows() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and not (case old.state
        when 'assigned' then new.state in ('draft', 'submitted', 'withdrawn')
        when 'draft' then new.state in ('submitted', 'withdrawn')
        when 'returned' then new.state in ('submitted', 'withdrawn')
        when 'submitted' then new.state in ('draft', 'reviewed', 'returned', 'withdrawn')
        else false end)
    then
        raise exception 'homework_state_does_not_follow' using errcode = 'PC409';
    end if;
    if old.state = 'withdrawn' and (new.due_at, new.opens_at, new.closes_at) is distinct from (old.due_at, old.opens_at, old.closes_at) then
        raise exception 'homework_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;

alter table homework_answers
    add private boolean not null default false,
    add withdrawn_at timestamptz;
comment on column homework_answers.private is 'Of a couple''s homework: for its author alone.';
comment on column homework_answers.withdrawn_at is 'When the client took this submission back: from then on it is for its author alone.';
create or replace function homework_submission_never_changes() returns trigger language plpgsql as $$
begin
    if old.number > 0 then
        if tg_op = 'UPDATE' and current_user = 'cairn_access' then
            if moves_with_its_client(to_jsonb(old), to_jsonb(new)) then return new; end if;
        end if;
        if tg_op = 'UPDATE' and old.withdrawn_at is null and to_jsonb(new) - 'withdrawn_at' = to_jsonb(old) - 'withdrawn_at' then return new; end if;
        raise exception 'never_changes' using errcode = 'PC409';
    end if;
    return coalesce(new, old);
end $$;

create table homework_draft_fields (
    practice_id uuid not null,
    homework_id uuid not null,
    key text not null constraint homework_draft_fields_key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    revision int not null constraint homework_draft_fields_revision check (revision > 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    answer bytea not null,
    digest bytea not null constraint homework_draft_fields_digest_is_sha256 check (octet_length(digest) = 32),
    written_at timestamptz,
    saved_at timestamptz not null,
    kept boolean not null default false,
    primary key (practice_id, homework_id, key, revision),
    foreign key (practice_id, homework_id) references homework
);
comment on table homework_draft_fields is 'The draft, a row for each field, encrypted. It lies over the last submission, and over the draft of earlier versions (homework_answers, number 0).';
comment on column homework_draft_fields.revision is 'homework.draft_revision as of this save.';
comment on column homework_draft_fields.kept is 'Another device, which had not seen it, wrote over it: kept until the client has seen both.';
comment on column homework_draft_fields.written_at is 'When the client wrote it, by the device''s clock, where it was sent later.';
create unique index homework_draft_fields_one_present on homework_draft_fields (practice_id, homework_id, key) where not kept;

create table homework_comments (
    practice_id uuid not null,
    comment_id uuid not null,
    homework_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    author_id uuid not null,
    text bytea not null,
    created_at timestamptz not null,
    primary key (practice_id, comment_id),
    foreign key (practice_id, homework_id) references homework,
    foreign key (practice_id, author_id) references accounts
);
comment on table homework_comments is 'What client and counselor say to each other about a piece, encrypted. Not for the partner, nor for guardians.';
create index homework_comments_by_homework on homework_comments (practice_id, homework_id, created_at, comment_id);
create trigger never_changes before update or delete on homework_comments
    for each row execute function never_changes_but_its_client();

-- Attachments.

create table attachments (
    practice_id uuid not null,
    attachment_id uuid not null,
    homework_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    key text not null constraint attachments_key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    name bytea not null,
    size bigint not null constraint attachments_size check (size > 0),
    received bigint not null default 0 constraint attachments_received_up_to_size check (received between 0 and size),
    media_type text constraint attachments_media_type check (media_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
    created_at timestamptz not null,
    completed_at timestamptz,
    submission int constraint attachments_submission check (submission > 0),
    handed_in_with int,
    handed_in boolean not null generated always as (handed_in_with is not null) stored,
    primary key (practice_id, attachment_id),
    foreign key (practice_id, homework_id) references homework,
    constraint attachments_handed_in_by_a_submission check (handed_in_with between 1 and submission),
    constraint attachments_complete_when_received check (completed_at is null or (received = size and media_type is not null))
);
comment on table attachments is 'Files of homework. The name is encrypted, as the content is; the type is what the content shows.';
comment on column attachments.submission is 'The last submission that names it.';
comment on column attachments.handed_in_with is 'The first submission that names it, is not private and was not taken back.';
comment on column attachments.handed_in is 'Whether others than its author may open it.';
create index attachments_by_homework on attachments (practice_id, homework_id);
create index attachments_by_client on attachments (practice_id, client_id);
create index attachments_unfinished on attachments (created_at) where completed_at is null;

create table attachment_chunks (
    practice_id uuid not null,
    attachment_id uuid not null,
    number int not null constraint attachment_chunks_number check (number >= 0),
    homework_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    handed_in boolean not null default false,
    length int not null constraint attachment_chunks_length check (length between 1 and 1048576),
    digest bytea not null constraint attachment_chunks_digest_is_sha256 check (octet_length(digest) = 32),
    sealed bytea not null,
    primary key (practice_id, attachment_id, number),
    foreign key (practice_id, attachment_id) references attachments on delete cascade
);
comment on table attachment_chunks is 'The content of attachments in pieces, each encrypted for its place. The columns of the attachment are here as well, because a policy looks at one row.';
comment on column attachment_chunks.number is 'Where it begins, in units of 256 KiB.';
comment on column attachment_chunks.digest is 'Of its content, under a key of the server: by it the same piece is known again.';
alter table attachment_chunks alter sealed set storage external;

-- Risk.

create table risk_words (
    practice_id uuid not null references practices,
    words text[] not null constraint risk_words_are_few check (cardinality(words) <= 500),
    changed_at timestamptz not null,
    version bigint not null default 1,
    primary key (practice_id)
);
comment on table risk_words is 'Words that raise a risk record where a client writes them. No row: the words that a new practice begins with.';
create trigger versioned before update on risk_words for each row execute function versioned();

create table risk_records (
    practice_id uuid not null,
    risk_id uuid not null,
    homework_id uuid not null,
    number int not null constraint risk_records_number check (number > 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    sources text[] not null constraint risk_records_have_sources check (cardinality(sources) between 1 and 100),
    detail bytea,
    raised_at timestamptz not null,
    assessed_at timestamptz,
    outcome text constraint risk_records_outcome check (outcome in ('no_concern', 'watch', 'acted')),
    version bigint not null default 1,
    primary key (practice_id, risk_id),
    constraint risk_records_once_per_submission unique (practice_id, homework_id, number),
    foreign key (practice_id, homework_id) references homework,
    foreign key (practice_id, client_id) references clients,
    constraint risk_records_assessed_with_outcome check ((assessed_at is null) = (outcome is null))
);
comment on table risk_records is 'That a submission may speak of danger. For the professionals who may read the answers; never for clients, guardians, partners or the desk.';
comment on column risk_records.sources is '`word`, or `item/…` with the key of a question. Which words is in the detail, encrypted.';
create index risk_records_open on risk_records (practice_id, raised_at, risk_id) where assessed_at is null;
create index risk_records_by_client on risk_records (practice_id, client_id, raised_at);
create trigger versioned before update on risk_records for each row execute function versioned();

create table risk_assessments (
    practice_id uuid not null,
    assessment_id uuid not null,
    risk_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    assessed_by uuid not null,
    assessed_at timestamptz not null,
    outcome text not null constraint risk_assessments_outcome check (outcome in ('no_concern', 'watch', 'acted')),
    note bytea,
    reported_to bytea,
    reported_at timestamptz,
    primary key (practice_id, assessment_id),
    foreign key (practice_id, risk_id) references risk_records,
    foreign key (practice_id, assessed_by) references staff,
    constraint risk_assessments_report_has_a_time check ((reported_to is null) = (reported_at is null))
);
comment on table risk_assessments is 'What a professional made of a risk record, and what was reported, to whom, when and by whom (A.R.S. 13-3620). Later ones are added.';
create index risk_assessments_by_risk on risk_assessments (practice_id, risk_id, assessed_at);
create trigger never_changes before update or delete on risk_assessments
    for each row execute function never_changes_but_its_client();

-- Reminders and digests.

alter table outbox
    add kind text not null default 'invitation' constraint outbox_kind check (kind in ('invitation', 'homework_reminder', 'homework_digest')),
    add homework_id uuid,
    add foreign key (practice_id, homework_id) references homework,
    add constraint outbox_reminds_of_homework check ((kind = 'homework_reminder') = (homework_id is not null));
create index outbox_by_homework on outbox (practice_id, homework_id) where homework_id is not null;
comment on column outbox.homework_id is 'What it reminds of: once that is done, the letter is not sent.';
alter table client_contacts add homework_reminders boolean not null default true;
comment on column client_contacts.homework_reminders is 'Whether the client wants to be reminded of homework at all.';
alter table staff add homework_digest boolean not null default true;
comment on column staff.homework_digest is 'Whether a letter says each morning how much homework waits for review.';
alter table practices
    add quiet_from time not null default '21:00',
    add quiet_until time not null default '08:00',
    add attachment_limit bigint not null default 26214400 constraint practices_attachment_limit check (attachment_limit between 1048576 and 1073741824),
    add attachment_quota bigint not null default 524288000 constraint practices_attachment_quota check (attachment_quota >= attachment_limit);
comment on column practices.quiet_from is 'From then on, until quiet_until, on the practice''s wall clock, nobody is reminded of anything. Equal: at any time.';
comment on column practices.attachment_limit is 'The largest file, in bytes.';
comment on column practices.attachment_quota is 'How many bytes of files one client may have here.';

-- What the figures of homework count. The rosters, the reports and the client's progress say it in these words and in no
-- others, so that no two of them can differ.

-- Whether it counts at an instant: its time has come, and the counselor has not withdrawn it.
create function homework_is_due(state text, due_at timestamptz, at timestamptz) returns boolean
language sql immutable parallel safe
return due_at <= at and state <> 'withdrawn';

-- When it was first handed in; null where it never was, or where the client has taken it back. What was sent back for rework
-- has been handed in. (Of what is older than first_submitted_at, the last time is known.)
create function homework_handed_in(state text, first_submitted_at timestamptz, submitted_at timestamptz) returns timestamptz
language sql immutable parallel safe
return case when state <> 'draft' then coalesce(first_submitted_at, submitted_at) end;

-- From when it is late.
create function homework_late_from(due_at timestamptz, late_at timestamptz) returns timestamptz
language sql immutable parallel safe
return coalesce(late_at, due_at);

-- How long the last submission waited for the counselor's answer; null while it waits.
create function homework_review_lag(submitted_at timestamptz, responded_at timestamptz, reviewed_at timestamptz) returns interval
language sql immutable parallel safe
return case when coalesce(responded_at, reviewed_at) >= submitted_at then coalesce(responded_at, reviewed_at) - submitted_at end;

-- All that the figures count is in the index.
drop index homework_by_group;
create index homework_by_group on homework (practice_id, group_id, due_at)
    include (client_id, couple_id, homework_id, state, late_at, closes_at, first_submitted_at, submitted_at, responded_at, reviewed_at)
    where group_id is not null;
