-- The exercise library and the work between appointments.

create table exercises (
    practice_id uuid not null references practices,
    exercise_id uuid not null,
    author_id uuid,
    title text not null constraint exercises_title_length check (char_length(title) between 1 and 160),
    current_version_id uuid not null,
    retired_at timestamptz,
    created_at timestamptz not null,
    version bigint not null default 1,
    primary key (practice_id, exercise_id),
    foreign key (practice_id, author_id) references staff
);
comment on table exercises is 'A homework template. Without an author it belongs to the library of the practice.';
create index exercises_by_title on exercises (practice_id, title, exercise_id);
create trigger versioned before update on exercises for each row execute function versioned();

create table exercise_versions (
    practice_id uuid not null,
    exercise_version_id uuid not null,
    exercise_id uuid not null,
    number int not null constraint exercise_versions_number check (number > 0),
    title text not null constraint exercise_versions_title_length check (char_length(title) between 1 and 160),
    instructions text not null default '' constraint exercise_versions_instructions_length check (char_length(instructions) <= 8000),
    minutes smallint constraint exercise_versions_minutes check (minutes between 1 and 600),
    fields jsonb not null,
    published_at timestamptz not null,
    primary key (practice_id, exercise_version_id),
    constraint exercise_versions_number_is_taken unique (practice_id, exercise_id, number),
    foreign key (practice_id, exercise_id) references exercises deferrable initially deferred
);
comment on table exercise_versions is 'What a version says never changes, so that answers keep their meaning (and servers may cache it).';
alter table exercises add constraint exercises_have_a_current_version
    foreign key (practice_id, current_version_id) references exercise_versions deferrable initially deferred;
create trigger never_changes before update or delete on exercise_versions for each row execute function never_changes();

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
    primary key (practice_id, assignment_id),
    foreign key (practice_id, exercise_version_id) references exercise_versions,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, assigned_by) references staff,
    constraint homework_assignments_to_one_unit check (num_nonnulls(client_id, couple_id, group_id) = 1)
);
comment on table homework_assignments is 'One exercise given to a client, a couple or a group, once or on a schedule (local wall time and zone).';
create index homework_assignments_by_client on homework_assignments (practice_id, client_id);
create index homework_assignments_by_couple on homework_assignments (practice_id, couple_id);
create index homework_assignments_by_group on homework_assignments (practice_id, group_id);

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
    primary key (practice_id, homework_id),
    constraint homework_once_per_occurrence unique (practice_id, assignment_id, client_id, occurrence),
    foreign key (practice_id, assignment_id) references homework_assignments,
    foreign key (practice_id, exercise_version_id) references exercise_versions,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, group_id) references groups,
    constraint homework_submitted_at_a_time check ((state in ('submitted', 'reviewed', 'returned')) <= (submitted_at is not null))
) with (fillfactor = 85);
comment on table homework is 'One due date of an assignment for one client. Whether it is scheduled, open or missed follows from the clock.';
comment on column homework.submissions is 'How many there have been: the number of the last one in homework_answers.';
comment on column homework.submitted_digest is 'That of the last submission. It is here because who waited for the row''s lock sees this row as it is now, but not the answers that were added meanwhile.';
comment on column homework.shared_at is 'When the client agreed that the partner of the couple may read the last submission.';
create index homework_by_client on homework (practice_id, client_id, due_at, homework_id);
create index homework_by_group on homework (practice_id, group_id, due_at) include (client_id, couple_id, homework_id, state) where group_id is not null;
create trigger versioned before update on homework for each row execute function versioned();

-- The word for where a piece of homework stands at an instant. What was returned was handed in once: it is not missed.
create function homework_status(state text, opens_at timestamptz, closes_at timestamptz, at timestamptz)
returns text language sql immutable parallel safe
return case
    when state in ('assigned', 'draft') and closes_at <= at then 'missed'
    when state = 'assigned' and opens_at > at then 'scheduled'
    when state = 'assigned' then 'open'
    else state end;

-- assigned -> draft -> submitted -> reviewed | returned -> submitted; withdrawn from all that is not reviewed.
create function homework_state_follows() returns trigger language plpgsql as $$
begin
    if not (case old.state
        when 'assigned' then new.state in ('assigned', 'draft', 'submitted', 'withdrawn')
        when 'draft' then new.state in ('draft', 'submitted', 'withdrawn')
        when 'returned' then new.state in ('returned', 'submitted', 'withdrawn')
        when 'submitted' then new.state in ('submitted', 'reviewed', 'returned', 'withdrawn')
        when 'reviewed' then new.state = 'reviewed'
        else false end)
    then
        raise exception 'homework_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger state_follows before update on homework for each row execute function homework_state_follows();

create table homework_answers (
    practice_id uuid not null,
    homework_id uuid not null,
    number int not null constraint homework_answers_number check (number >= 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    exercise_version_id uuid not null,
    answers bytea not null,
    digest bytea not null constraint homework_answers_digest_is_sha256 check (octet_length(digest) = 32),
    saved_at timestamptz not null,
    primary key (practice_id, homework_id, number),
    foreign key (practice_id, homework_id) references homework
);
comment on table homework_answers is 'Raw answers, encrypted. Number 0 is the draft and is overwritten; 1, 2, … are submissions and never change.';
comment on column homework_answers.digest is 'HMAC of the answers under a key of the server: a repeated submission is recognized without being read.';

create function homework_submission_never_changes() returns trigger language plpgsql as $$
begin
    if old.number > 0 then
        raise exception 'never_changes' using errcode = 'PC409';
    end if;
    return coalesce(new, old);
end $$;
create trigger never_changes before update or delete on homework_answers
    for each row execute function homework_submission_never_changes();

create table homework_reviews (
    practice_id uuid not null,
    homework_id uuid not null,
    number int not null constraint homework_reviews_number check (number > 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    reviewer_id uuid not null,
    outcome text not null constraint homework_reviews_outcome check (outcome in ('reviewed', 'returned')),
    comment bytea,
    reviewed_at timestamptz not null,
    primary key (practice_id, homework_id, number),
    foreign key (practice_id, homework_id) references homework,
    foreign key (practice_id, reviewer_id) references staff
);
comment on table homework_reviews is 'What the counselor answered to submission number n: the part that makes homework count.';
create trigger never_changes before update or delete on homework_reviews for each row execute function never_changes();
