-- When groups meet, by their rule and besides it; who came, and what was noted of it before.

create table closures (
    practice_id uuid not null references practices,
    closure_id uuid not null,
    name text not null constraint closures_name_length check (char_length(name) between 1 and 120),
    during daterange not null constraint closures_have_two_ends check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    constraint closures_last_a_year_at_most check (upper(during) - lower(during) <= 366),
    version bigint not null default 1,
    primary key (practice_id, closure_id)
);
comment on table closures is 'Days on which the practice is closed: the rule of no group makes a meeting on them.';
create trigger versioned before update on closures for each row execute function versioned();

alter table meetings
    add planned_on date,
    add place text constraint meetings_place_length check (char_length(place) <= 200),
    add telehealth boolean,
    add by_hand boolean not null default false,
    add constraint meetings_once_a_planned_day unique (practice_id, group_id, planned_on);
comment on column meetings.planned_on is 'The day for which the rule of the group made it, wherever it was moved to since; null for one besides the rule.';
comment on column meetings.place is 'Null where it is the group''s.';
comment on column meetings.telehealth is 'Null where it is as the group has it.';
comment on column meetings.by_hand is 'Somebody has changed it: it follows the rule of the group no more.';

-- How far the meetings of a group are made: the worker makes more of them when this is not far enough ahead, and all of
-- them anew when it is null, as it is for a new group, after a change of the rule, and after one of the closures. It is
-- no part of what people change, and has no part in the version.
alter table groups add planned_until date;
comment on column groups.planned_until is 'The first day for which the rule has made no meeting yet; null when it has to be gone through anew.';
drop trigger versioned on groups;
create trigger versioned before update of
    practice_id, group_id, program_id, name, phase_id, track_id, capacity, open, starts_on, ends_on, weekday, meets_at, minutes,
    every_weeks, time_zone, place, telehealth, offer_days, version, created_at on groups
    for each row execute function versioned();
create function group_is_planned_anew() returns trigger language plpgsql as $$
begin
    new.planned_until := null;
    return new;
end $$;
create trigger is_planned_anew before update on groups for each row
    when ((old.starts_on, old.ends_on, old.weekday, old.every_weeks, old.meets_at, old.minutes, old.time_zone)
        is distinct from (new.starts_on, new.ends_on, new.weekday, new.every_weeks, new.meets_at, new.minutes, new.time_zone))
    execute function group_is_planned_anew();

alter table attendance
    add arrived_at timestamptz,
    add left_at timestamptz,
    add constraint attendance_left_after_arriving check (left_at > arrived_at);

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
    primary key (practice_id, meeting_id, client_id, recorded),
    foreign key (practice_id, meeting_id) references meetings,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, group_id) references groups
);
comment on table attendance_history is 'What was noted of an attendance before it was corrected, and during which time.';
create index attendance_history_by_group on attendance_history (practice_id, group_id, client_id);

-- What is noted later is later, if by a microsecond: what was noted before always has a time in which it was believed.
create function attendance_is_recorded_later() returns trigger language plpgsql as $$
begin
    new.recorded_at := greatest(new.recorded_at, old.recorded_at + interval '1 microsecond');
    return new;
end $$;
create trigger is_recorded_later before update on attendance for each row
    when ((old.mark, old.arrived_at, old.left_at) is distinct from (new.mark, new.arrived_at, new.left_at))
    execute function attendance_is_recorded_later();
create function attendance_keeps_history() returns trigger language plpgsql as $$
begin
    insert into attendance_history (practice_id, meeting_id, client_id, group_id, mark, arrived_at, left_at, recorded, recorded_by)
    values (old.practice_id, old.meeting_id, old.client_id, old.group_id, old.mark, old.arrived_at, old.left_at,
            tstzrange(old.recorded_at, new.recorded_at), old.recorded_by);
    return null;
end $$;
create trigger keeps_history after update on attendance for each row
    when ((old.mark, old.arrived_at, old.left_at) is distinct from (new.mark, new.arrived_at, new.left_at))
    execute function attendance_keeps_history();

create table calendar_feeds (
    practice_id uuid not null,
    feed_id uuid not null,
    account_id uuid not null,
    secret_hash bytea not null constraint calendar_feeds_secret_is_hashed check (octet_length(secret_hash) = 32),
    created_at timestamptz not null,
    revoked_at timestamptz,
    last_read_at timestamptz,
    primary key (practice_id, feed_id),
    foreign key (practice_id, account_id) references accounts,
    constraint calendar_feeds_secret_is_one unique (practice_id, secret_hash)
);
comment on table calendar_feeds is 'Secret addresses under which a person''s own appointments can be read by a calendar program. Only the hash of a secret is kept.';
create index calendar_feeds_by_account on calendar_feeds (practice_id, account_id);
