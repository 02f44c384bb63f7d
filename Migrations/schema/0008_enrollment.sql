create table enrollments (
    practice_id uuid not null,
    enrollment_id uuid not null,
    group_id uuid not null,
    client_id uuid not null,
    during daterange not null default 'empty',
    recorded_at timestamptz not null,
    version bigint not null default 1,
    seat daterange not null default 'empty',
    transferred_from uuid,
    waiting_since timestamptz,
    offer_expires_at timestamptz,
    was_mistake boolean not null default false,
    primary key (practice_id, enrollment_id),
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, transferred_from) references enrollments
);
comment on table enrollments is 'One episode of a client in a group. Its status on each day is in enrollment_spans.';
comment on column enrollments.during is
    'From its first day until the day on which it ended, as believed now; kept by the spans.';
comment on column enrollments.seat is
    'The days with a seat, active or paused, as believed now; kept by the spans. Empty while somebody waits.';
comment on column enrollments.recorded_at is 'When the practice first heard of it.';
comment on column enrollments.waiting_since is 'The place in the waitlist: who has waited for longest comes first.';
comment on column enrollments.transferred_from is 'The enrollment that this one goes on with.';
comment on column enrollments.was_mistake is
    'Recorded by mistake: nothing is believed of it any more, and it counts nowhere.';
create index enrollments_by_group on enrollments (practice_id, group_id, client_id);
create index enrollments_by_client on enrollments (practice_id, client_id, group_id);

create table enrollment_spans (
    practice_id uuid not null,
    span_id uuid not null,
    enrollment_id uuid not null,
    group_id uuid not null,
    client_id uuid not null,
    status text not null constraint enrollment_spans_status check
        (status in ('waitlisted', 'offered', 'active', 'paused', 'completed', 'withdrawn', 'transferred')),
    during daterange not null constraint enrollment_spans_during_is_not_empty
        check (not isempty(during) and not lower_inf(during)),
    reason text constraint enrollment_spans_reason_length check (char_length(reason) between 1 and 500),
    recorded tstzrange not null constraint enrollment_spans_recorded_is_not_empty
        check (not isempty(recorded) and not lower_inf(recorded)),
    recorded_by uuid,
    primary key (practice_id, span_id),
    foreign key (practice_id, enrollment_id) references enrollments,
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, client_id) references clients,
    constraint enrollment_spans_last_where_it_ended
        check (status not in ('completed', 'withdrawn', 'transferred') or upper_inf(during)),
    constraint enrollment_spans_one_status_a_day exclude using gist
        (practice_id with =, enrollment_id with =, during with &&, recorded with &&),
    constraint enrollment_spans_one_episode_a_day exclude using gist
        (practice_id with =, group_id with =, client_id with =, during with &&, recorded with &&)
        where (status in ('waitlisted', 'offered', 'active', 'paused'))
);
comment on table enrollment_spans is
    'The status of an enrollment on the days `during`, as believed during `recorded`: without an end, that is what '
    'is believed now.';
comment on constraint enrollment_spans_one_episode_a_day
    on enrollment_spans is 'Episodes of a client repeat but never overlap in one group.';
create index enrollment_spans_by_group on enrollment_spans (practice_id, group_id, client_id) where upper_inf(recorded);
create index enrollment_spans_by_enrollment on enrollment_spans (practice_id, enrollment_id) where upper_inf(recorded);
create index enrollment_spans_ever on enrollment_spans (practice_id, group_id);

create table placement_conflicts (
    practice_id uuid not null,
    conflict_id uuid not null,
    client_id uuid not null,
    other_id uuid,
    account_id uuid,
    kind text not null constraint placement_conflicts_kind check (kind in ('relative', 'known_person', 'do_not_place')),
    recorded_at timestamptz not null,
    recorded_by uuid,
    ended_at timestamptz,
    ended_by uuid,
    version bigint not null default 1,
    primary key (practice_id, conflict_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, other_id) references clients,
    foreign key (practice_id, account_id) references staff,
    constraint placement_conflicts_are_with_one check (num_nonnulls(other_id, account_id) = 1),
    constraint placement_conflicts_are_with_another check (other_id <> client_id)
);
comment on table placement_conflicts is
    'Who is never placed in a group with whom, or in a group led by whom. Partners, of now or before, are in no '
    'group together without being named here.';
create index placement_conflicts_by_client on placement_conflicts (practice_id, client_id) where ended_at is null;
create index placement_conflicts_by_other on placement_conflicts (practice_id, other_id) where ended_at is null;
