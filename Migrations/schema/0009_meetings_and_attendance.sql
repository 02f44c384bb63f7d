create table meetings (
    practice_id uuid not null,
    meeting_id uuid not null,
    group_id uuid not null,
    starts_at timestamptz not null,
    minutes smallint not null constraint meetings_minutes check (minutes between 15 and 600),
    cancelled boolean not null default false,
    version bigint not null default 1,
    planned_on date,
    place text constraint meetings_place_length check (char_length(place) <= 200),
    telehealth boolean,
    by_hand boolean not null default false,
    changed_at timestamptz not null default now(),
    primary key (practice_id, meeting_id),
    foreign key (practice_id, group_id) references groups,
    constraint meetings_one_at_a_time unique (practice_id, group_id, starts_at),
    constraint meetings_once_a_planned_day unique (practice_id, group_id, planned_on)
);
comment on column meetings.planned_on is
    'The day for which the rule of the group made it, wherever it was moved to since; null for one besides the rule.';
comment on column meetings.place is 'Null where it is the group''s.';
comment on column meetings.telehealth is 'Null where it is as the group has it.';
comment on column meetings.by_hand is 'Somebody has changed it: it follows the rule of the group no more.';
comment on column meetings.changed_at is 'When it was made or last changed, for calendars: set by a trigger.';

create table attendance (
    practice_id uuid not null,
    meeting_id uuid not null,
    client_id uuid not null,
    group_id uuid not null,
    mark text not null constraint attendance_mark
        check (mark in ('present', 'late', 'left_early', 'absent', 'excused', 'remote')),
    recorded_at timestamptz not null,
    recorded_by uuid not null,
    arrived_at timestamptz,
    left_at timestamptz,
    primary key (practice_id, meeting_id, client_id),
    foreign key (practice_id, meeting_id) references meetings,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, group_id) references groups,
    constraint attendance_left_after_arriving check (left_at > arrived_at)
);
create index attendance_by_group on attendance (practice_id, group_id, client_id) include (meeting_id, mark);

create table attendance_history (
    practice_id uuid not null,
    meeting_id uuid not null,
    client_id uuid not null,
    group_id uuid not null,
    mark text not null,
    arrived_at timestamptz,
    left_at timestamptz,
    recorded tstzrange not null,
    recorded_by uuid not null,
    cleared_by uuid,
    primary key (practice_id, meeting_id, client_id, recorded),
    foreign key (practice_id, meeting_id) references meetings,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, cleared_by) references accounts
);
comment on table attendance_history is
    'What was noted of an attendance before it was corrected or cleared, and during which time.';
comment on column attendance_history.cleared_by is
    'Who has taken it back, so that nothing was noted from then on; null where something else was.';
create index attendance_history_by_group on attendance_history (practice_id, group_id, client_id);

create table appointments (
    practice_id uuid not null references practices,
    appointment_id uuid not null,
    kind text not null constraint appointments_kind check (kind in ('individual', 'couple', 'group', 'intake')),
    client_id uuid,
    couple_id uuid,
    group_id uuid,
    starts_at timestamptz not null,
    minutes smallint not null constraint appointments_minutes check (minutes between 5 and 600),
    place text constraint appointments_place_length check (char_length(place) <= 200),
    version bigint not null default 1,
    cancelled_at timestamptz,
    primary key (practice_id, appointment_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, group_id) references groups,
    constraint appointments_are_with_someone check (num_nonnulls(client_id, couple_id, group_id) = 1)
);
comment on table appointments is
    'A scheduled meeting. Its routes come with a later issue; the access rules already know it.';

create table appointment_staff (
    practice_id uuid not null,
    appointment_id uuid not null,
    account_id uuid not null,
    primary key (practice_id, appointment_id, account_id),
    foreign key (practice_id, appointment_id) references appointments,
    foreign key (practice_id, account_id) references staff
);

create table calendar_feeds (
    practice_id uuid not null,
    feed_id uuid not null,
    account_id uuid not null,
    secret_hash bytea not null constraint calendar_feeds_secret_is_hashed check (octet_length(secret_hash) = 32),
    created_at timestamptz not null,
    revoked_at timestamptz,
    last_read_at timestamptz,
    roles text[] not null,
    primary key (practice_id, feed_id),
    foreign key (practice_id, account_id) references accounts,
    constraint calendar_feeds_secret_is_one unique (practice_id, secret_hash)
);
comment on table calendar_feeds is
    'Secret addresses under which a person''s own appointments can be read by a calendar program. Only the hash of a '
    'secret is kept.';
comment on column calendar_feeds.roles is
    'Those its owner had when it was made. Without one of them the address ends, for good.';
create index calendar_feeds_by_account on calendar_feeds (practice_id, account_id);
