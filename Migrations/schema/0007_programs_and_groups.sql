create table programs (
    practice_id uuid not null references practices,
    program_id uuid not null,
    name text not null constraint programs_name_length check (char_length(name) between 1 and 120),
    description text not null default '' constraint programs_description_length
        check (char_length(description) <= 4000),
    published boolean not null default false,
    minimum_age smallint constraint programs_minimum_age check (minimum_age between 0 and 120),
    maximum_age smallint constraint programs_maximum_age check (maximum_age between 0 and 120),
    created_at timestamptz not null,
    version bigint not null default 1,
    consents text[] not null default '{}',
    primary key (practice_id, program_id),
    constraint programs_name_is_taken unique (practice_id, name),
    constraint programs_age_range check (minimum_age <= maximum_age)
);
comment on table programs is
    'A path such as SABR or Valor. Ages, sizes and names are data of the practice, never code.';
comment on column programs.consents is
    'Kinds of consents that a seat of this program needs, besides those that the practice asks of every group.';
alter table inquiries add constraint inquiries_program_fkey foreign key (practice_id, program_id) references programs;

create table tracks (
    practice_id uuid not null,
    track_id uuid not null,
    program_id uuid not null,
    name text not null constraint tracks_name_length check (char_length(name) between 1 and 60),
    description text not null default '' constraint tracks_description_length check (char_length(description) <= 4000),
    position smallint not null constraint tracks_position check (position between 1 and 1000),
    version bigint not null default 1,
    primary key (practice_id, track_id),
    foreign key (practice_id, program_id) references programs,
    constraint tracks_name_is_taken unique (practice_id, program_id, name),
    constraint tracks_are_of_a_program unique (practice_id, program_id, track_id)
);
comment on table tracks is
    'For whom a path is: in SABR the person in recovery, and the partner. A client walks one track of a program at a '
    'time.';

create table phases (
    practice_id uuid not null,
    phase_id uuid not null,
    program_id uuid not null,
    track_id uuid,
    name text not null constraint phases_name_length check (char_length(name) between 1 and 60),
    description text not null default '' constraint phases_description_length check (char_length(description) <= 4000),
    exit_criteria text not null default '' constraint phases_exit_criteria_length
        check (char_length(exit_criteria) <= 4000),
    position smallint not null constraint phases_position check (position between 1 and 1000),
    version bigint not null default 1,
    primary key (practice_id, phase_id),
    foreign key (practice_id, program_id) references programs,
    foreign key (practice_id, program_id, track_id) references tracks (practice_id, program_id, track_id),
    constraint phases_name_is_taken unique nulls not distinct (practice_id, program_id, track_id, name),
    constraint phases_are_of_a_program unique (practice_id, program_id, phase_id)
);
comment on table phases is 'A stretch of a path. Without a track it is of the whole program.';

create table phase_prerequisites (
    practice_id uuid not null,
    phase_id uuid not null,
    requires_id uuid not null,
    primary key (practice_id, phase_id, requires_id),
    foreign key (practice_id, phase_id) references phases,
    foreign key (practice_id, requires_id) references phases,
    constraint phase_prerequisites_are_other_phases check (phase_id <> requires_id)
);
comment on table phase_prerequisites is 'Which phases a client has completed before this one.';

create table groups (
    practice_id uuid not null,
    group_id uuid not null,
    program_id uuid not null,
    name text not null constraint groups_name_length check (char_length(name) between 1 and 120),
    capacity smallint not null constraint groups_capacity check (capacity between 1 and 200),
    open boolean not null default true,
    starts_on date not null,
    ends_on date constraint groups_end_after_start check (ends_on >= starts_on),
    meets_at time not null,
    minutes smallint not null default 90 constraint groups_minutes check (minutes between 15 and 600),
    time_zone text not null,
    place text constraint groups_place_length check (char_length(place) <= 200),
    version bigint not null default 1,
    created_at timestamptz not null,
    phase_id uuid,
    track_id uuid,
    telehealth boolean not null default false,
    offer_days smallint not null default 7 constraint groups_offer_days check (offer_days between 1 and 60),
    planned_until date,
    recurrence text not null,
    calendar_word text
        constraint groups_calendar_word_length check (char_length(calendar_word) between 1 and 40),
    primary key (practice_id, group_id),
    constraint groups_name_is_taken unique (practice_id, program_id, name),
    foreign key (practice_id, program_id) references programs,
    foreign key (practice_id, program_id, track_id) references tracks (practice_id, program_id, track_id),
    foreign key (practice_id, program_id, phase_id) references phases (practice_id, program_id, phase_id),
    constraint groups_recurrence_is_a_rule check (recurrence ~
        '^FREQ=(DAILY|WEEKLY|MONTHLY)(;INTERVAL=[1-9]\d{0,2})?(;BYDAY=(-?[1-5])?[A-Z]{2}(,(-?[1-5])?[A-Z]{2})*'
        '|;BYMONTHDAY=-?\d{1,2}(,-?\d{1,2})*)?$')
);
comment on table groups is
    'People who meet by a rule. An open group is joined at any time, a closed one until it starts. Its days are '
    'those of its own time zone: of its meetings, and of who has a seat in it or leads it.';
comment on column groups.offer_days is 'For how many days an offered seat is kept.';
comment on column groups.planned_until is
    'The first day for which the rule has made no meeting yet; null when it has to be gone through anew.';
comment on column groups.recurrence is
    'On which days the group meets, as RFC 5545 writes it and without an end. Periods are counted from the first day '
    'on or after starts_on that the rule takes.';
comment on column groups.calendar_word is
    'What its meetings are called in the calendars of those who lead it; null: by a word that says nothing.';
create index groups_by_name on groups (practice_id, name, group_id);

create table group_facilitators (
    practice_id uuid not null,
    group_id uuid not null,
    account_id uuid not null,
    during daterange not null constraint group_facilitators_during_is_not_empty check (not isempty(during)),
    role text not null default 'facilitator'
        constraint group_facilitators_role check (role in ('facilitator', 'co_facilitator', 'substitute')),
    primary key (practice_id, group_id, account_id, during),
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, account_id) references staff,
    constraint group_facilitators_overlap exclude using gist
        (practice_id with =, (group_id::text) with =, (account_id::text) with =, during with &&)
);
create index group_facilitators_by_account on group_facilitators (practice_id, account_id, group_id);

create table closures (
    practice_id uuid not null references practices,
    closure_id uuid not null,
    name text not null constraint closures_name_length check (char_length(name) between 1 and 120),
    during daterange not null constraint closures_have_two_ends
        check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    version bigint not null default 1,
    constraint closures_last_a_year_at_most check (upper(during) - lower(during) <= 366),
    primary key (practice_id, closure_id)
);
comment on table closures is 'Days on which the practice is closed: the rule of no group makes a meeting on them.';
