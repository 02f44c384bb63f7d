-- Programs, their groups, who leads and who attends them.

create table programs (
    practice_id uuid not null references practices,
    program_id uuid not null,
    name text not null constraint programs_name_length check (char_length(name) between 1 and 120),
    description text not null default '' constraint programs_description_length check (char_length(description) <= 4000),
    published boolean not null default false,
    minimum_age smallint constraint programs_minimum_age check (minimum_age between 0 and 120),
    maximum_age smallint constraint programs_maximum_age check (maximum_age between 0 and 120),
    created_at timestamptz not null,
    version bigint not null default 1,
    primary key (practice_id, program_id),
    constraint programs_name_is_taken unique (practice_id, name),
    constraint programs_age_range check (minimum_age <= maximum_age)
);
comment on table programs is 'A path such as SABR or Valor. Ages, sizes and names are data of the practice, never code.';
create trigger versioned before update on programs for each row execute function versioned();

create table groups (
    practice_id uuid not null,
    group_id uuid not null,
    program_id uuid not null,
    name text not null constraint groups_name_length check (char_length(name) between 1 and 120),
    phase text constraint groups_phase_length check (char_length(phase) between 1 and 60),
    track text constraint groups_track_length check (char_length(track) between 1 and 60),
    capacity smallint not null constraint groups_capacity check (capacity between 1 and 200),
    open boolean not null default true,
    starts_on date not null,
    ends_on date constraint groups_end_after_start check (ends_on >= starts_on),
    weekday smallint not null constraint groups_weekday_is_iso check (weekday between 1 and 7),
    meets_at time not null,
    minutes smallint not null default 90 constraint groups_minutes check (minutes between 15 and 600),
    time_zone text not null,
    place text constraint groups_place_length check (char_length(place) <= 200),
    version bigint not null default 1,
    created_at timestamptz not null,
    primary key (practice_id, group_id),
    constraint groups_name_is_taken unique (practice_id, program_id, name),
    foreign key (practice_id, program_id) references programs
);
comment on table groups is 'People who meet weekly. An open group is joined at any time, a closed one until it starts.';
create index groups_by_name on groups (practice_id, name, group_id);
create trigger versioned before update on groups for each row execute function versioned();

create table group_facilitators (
    practice_id uuid not null,
    group_id uuid not null,
    account_id uuid not null,
    during daterange not null constraint group_facilitators_during_is_not_empty check (not isempty(during)),
    primary key (practice_id, group_id, account_id, during),
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, account_id) references staff,
    constraint group_facilitators_overlap exclude using gist
        (practice_id with =, (group_id::text) with =, (account_id::text) with =, during with &&)
);
create index group_facilitators_by_account on group_facilitators (practice_id, account_id, group_id);

create table enrollments (
    practice_id uuid not null,
    enrollment_id uuid not null,
    group_id uuid not null,
    client_id uuid not null,
    status text not null constraint enrollments_status check
        (status in ('waitlisted', 'offered', 'active', 'paused', 'completed', 'withdrawn', 'transferred')),
    reason text constraint enrollments_reason_length check (char_length(reason) between 1 and 500),
    during daterange not null constraint enrollments_during_is_not_empty check (not isempty(during)),
    recorded_at timestamptz not null,
    recorded_by uuid,
    version bigint not null default 1,
    primary key (practice_id, enrollment_id),
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, client_id) references clients,
    constraint enrollments_overlap exclude using gist
        (practice_id with =, (group_id::text) with =, (client_id::text) with =, during with &&),
    constraint enrollments_that_ended_have_a_last_day check
        ((status in ('completed', 'withdrawn', 'transferred')) = (not upper_inf(during)))
);
comment on table enrollments is 'One dated episode of a client in a group (valid time: during; recorded time: recorded_at and enrollment_history).';
create index enrollments_by_group on enrollments (practice_id, group_id, client_id);
create index enrollments_by_client on enrollments (practice_id, client_id, group_id);
create trigger versioned before update on enrollments for each row execute function versioned();

create table enrollment_history (
    practice_id uuid not null,
    enrollment_id uuid not null,
    version bigint not null,
    client_id uuid not null,
    group_id uuid not null,
    status text not null,
    reason text,
    during daterange not null,
    recorded tstzrange not null,
    recorded_by uuid,
    primary key (practice_id, enrollment_id, version),
    foreign key (practice_id, enrollment_id) references enrollments
);
comment on table enrollment_history is 'What was believed about an enrollment before, and when it was believed.';

create function enrollment_keeps_history() returns trigger language plpgsql as $$
begin
    insert into enrollment_history (practice_id, enrollment_id, version, client_id, group_id, status, reason, during, recorded, recorded_by)
    values (old.practice_id, old.enrollment_id, old.version, old.client_id, old.group_id, old.status, old.reason, old.during,
            tstzrange(old.recorded_at, greatest(new.recorded_at, old.recorded_at), '[)'), old.recorded_by);
    return new;
end $$;
create trigger keeps_history after update on enrollments for each row execute function enrollment_keeps_history();

-- waitlisted -> offered -> active <-> paused -> completed | withdrawn | transferred
create function enrollment_status_follows() returns trigger language plpgsql as $$
begin
    if new.status <> old.status and not (case old.status
        when 'waitlisted' then new.status in ('offered', 'withdrawn')
        when 'offered' then new.status in ('active', 'waitlisted', 'withdrawn')
        when 'active' then new.status in ('paused', 'completed', 'withdrawn', 'transferred')
        when 'paused' then new.status in ('active', 'completed', 'withdrawn', 'transferred')
        else false end)
    then
        raise exception 'enrollment_status_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger status_follows before update on enrollments for each row execute function enrollment_status_follows();

create table meetings (
    practice_id uuid not null,
    meeting_id uuid not null,
    group_id uuid not null,
    starts_at timestamptz not null,
    minutes smallint not null constraint meetings_minutes check (minutes between 15 and 600),
    cancelled boolean not null default false,
    version bigint not null default 1,
    primary key (practice_id, meeting_id),
    foreign key (practice_id, group_id) references groups,
    constraint meetings_one_at_a_time unique (practice_id, group_id, starts_at)
);
create trigger versioned before update on meetings for each row execute function versioned();

create table attendance (
    practice_id uuid not null,
    meeting_id uuid not null,
    client_id uuid not null,
    group_id uuid not null,
    mark text not null constraint attendance_mark check (mark in ('present', 'late', 'left_early', 'absent', 'excused', 'remote')),
    recorded_at timestamptz not null,
    recorded_by uuid not null,
    primary key (practice_id, meeting_id, client_id),
    foreign key (practice_id, meeting_id) references meetings,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, group_id) references groups
);
create index attendance_by_group on attendance (practice_id, group_id, client_id) include (mark);

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
    primary key (practice_id, appointment_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, group_id) references groups,
    constraint appointments_are_with_someone check (num_nonnulls(client_id, couple_id, group_id) = 1)
);
comment on table appointments is 'A scheduled meeting. Its routes come with a later issue; the access rules already know it.';
create trigger versioned before update on appointments for each row execute function versioned();

create table appointment_staff (
    practice_id uuid not null,
    appointment_id uuid not null,
    account_id uuid not null,
    primary key (practice_id, appointment_id, account_id),
    foreign key (practice_id, appointment_id) references appointments,
    foreign key (practice_id, account_id) references staff
);
