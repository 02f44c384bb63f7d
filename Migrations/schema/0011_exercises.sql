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

create table exercise_versions (
    practice_id uuid not null,
    exercise_version_id uuid not null,
    exercise_id uuid not null,
    number int not null constraint exercise_versions_number check (number > 0),
    title text not null constraint exercise_versions_title_length check (char_length(title) between 1 and 160),
    instructions text not null default '' constraint exercise_versions_instructions_length
        check (char_length(instructions) <= 8000),
    minutes smallint constraint exercise_versions_minutes check (minutes between 1 and 600),
    fields jsonb not null,
    published_at timestamptz not null,
    risks jsonb not null default '[]'
        constraint exercise_versions_risks_are_a_list check (jsonb_typeof(risks) = 'array'),
    primary key (practice_id, exercise_version_id),
    constraint exercise_versions_number_is_taken unique (practice_id, exercise_id, number),
    foreign key (practice_id, exercise_id) references exercises deferrable initially deferred
);
comment on table exercise_versions is
    'What a version says never changes, so that answers keep their meaning (and servers may cache it).';
comment on column exercise_versions.risks is
    'Answers that raise a risk record: conditions on fields. Never shown to a client.';
alter table exercises add constraint exercises_have_a_current_version
        foreign key (practice_id, current_version_id) references exercise_versions deferrable initially deferred;

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
    constraint exercise_tags_name_one_thing
        check (num_nonnulls(program_id, track_id, phase_id) = 1 and tag_id = coalesce(program_id, track_id, phase_id))
);
comment on table exercise_tags is 'For which program, track or phase an exercise is meant.';
comment on column exercise_tags.author_id is 'That of the exercise: who may change the tags.';
create index exercise_tags_by_tag on exercise_tags (practice_id, tag_id, exercise_id);

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
