-- Enrollment as history. An enrollment is one episode of a client in a group; what was true of it on which days, and since
-- when the practice believed so, are its spans. Nothing of it is overwritten: a correction closes what was believed and
-- says what is believed now, so that a roster can be asked as of any day, and as it was known at any instant.

create table enrollment_spans (
    practice_id uuid not null,
    span_id uuid not null,
    enrollment_id uuid not null,
    group_id uuid not null,
    client_id uuid not null,
    status text not null constraint enrollment_spans_status check
        (status in ('waitlisted', 'offered', 'active', 'paused', 'completed', 'withdrawn', 'transferred')),
    during daterange not null constraint enrollment_spans_during_is_not_empty check (not isempty(during) and not lower_inf(during)),
    reason text constraint enrollment_spans_reason_length check (char_length(reason) between 1 and 500),
    recorded tstzrange not null constraint enrollment_spans_recorded_is_not_empty check (not isempty(recorded) and not lower_inf(recorded)),
    recorded_by uuid,
    primary key (practice_id, span_id),
    foreign key (practice_id, enrollment_id) references enrollments,
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, client_id) references clients,
    constraint enrollment_spans_last_where_it_ended check (status not in ('completed', 'withdrawn', 'transferred') or upper_inf(during)),
    constraint enrollment_spans_one_status_a_day exclude using gist
        (practice_id with =, enrollment_id with =, during with &&, recorded with &&),
    constraint enrollment_spans_one_episode_a_day exclude using gist
        (practice_id with =, group_id with =, client_id with =, during with &&, recorded with &&)
        where (status in ('waitlisted', 'offered', 'active', 'paused'))
);
comment on table enrollment_spans is 'The status of an enrollment on the days `during`, as believed during `recorded`: without an end, that is what is believed now.';
comment on constraint enrollment_spans_one_episode_a_day on enrollment_spans is 'Episodes of a client repeat but never overlap in one group.';
create index enrollment_spans_by_group on enrollment_spans (practice_id, group_id, client_id) where upper_inf(recorded);
create index enrollment_spans_by_enrollment on enrollment_spans (practice_id, enrollment_id) where upper_inf(recorded);
create index enrollment_spans_ever on enrollment_spans (practice_id, group_id);

alter table enrollments no force row level security;
alter table enrollment_history no force row level security;
-- What was kept so far: one status at a time, and what it was before. Days of an episode that ended were days with a seat.
with known as (
    select practice_id, enrollment_id, group_id, client_id, status, reason, during, tstzrange(recorded_at, null) as recorded, recorded_by
    from enrollments
    union all
    select practice_id, enrollment_id, group_id, client_id, status, reason, during, recorded, recorded_by
    from enrollment_history where not isempty(recorded))
insert into enrollment_spans (practice_id, span_id, enrollment_id, group_id, client_id, status, during, reason, recorded, recorded_by)
select practice_id, uuid_v7(lower(recorded)), enrollment_id, group_id, client_id,
    case when upper_inf(during) then status else 'active' end, during, case when upper_inf(during) then reason end, recorded, recorded_by
from known
union all
select practice_id, uuid_v7(lower(recorded)), enrollment_id, group_id, client_id, status, daterange(upper(during), null), reason, recorded, recorded_by
from known where not upper_inf(during);

alter table enrollments
    add seat daterange not null default 'empty',
    add transferred_from uuid,
    add waiting_since timestamptz,
    add offer_expires_at timestamptz,
    add foreign key (practice_id, transferred_from) references enrollments;
update enrollments e set version = version + 1,
    seat = case when status in ('waitlisted', 'offered') then 'empty' else during end,
    waiting_since = case when status in ('waitlisted', 'offered') then recorded_at end,
    offer_expires_at = case when status = 'offered' then recorded_at + interval '7 days' end;

alter table enrollments force row level security;

drop trigger status_follows on enrollments;
drop function enrollment_status_follows();
drop trigger keeps_history on enrollments;
drop function enrollment_keeps_history();
drop table enrollment_history;
alter table enrollments
    drop constraint enrollments_overlap,
    drop constraint enrollments_that_ended_have_a_last_day,
    drop constraint enrollments_during_is_not_empty,
    drop column status, drop column reason, drop column recorded_by,
    alter during set default 'empty';
comment on table enrollments is 'One episode of a client in a group. Its status on each day is in enrollment_spans.';
comment on column enrollments.during is 'From its first day until the day on which it ended, as believed now; kept by the spans.';
comment on column enrollments.seat is 'The days with a seat, active or paused, as believed now; kept by the spans. Empty while somebody waits.';
comment on column enrollments.recorded_at is 'When the practice first heard of it.';
comment on column enrollments.waiting_since is 'The place in the waitlist: who has waited for longest comes first.';
comment on column enrollments.transferred_from is 'The enrollment that this one goes on with.';


-- An enrollment knows its days, and those with a seat, from what is believed now.
drop trigger versioned on enrollments;
create trigger versioned before update on enrollments for each row
    when ((old.during, old.seat) is not distinct from (new.during, new.seat)) execute function versioned();
create function enrollment_knows_its_days() returns trigger language plpgsql as $$
declare begins date; ends date; seated daterange;
begin
    select min(lower(s.during)), min(lower(s.during)) filter (where s.status in ('completed', 'withdrawn', 'transferred')),
        range_merge(range_agg(s.during) filter (where s.status in ('active', 'paused')))
    into begins, ends, seated
    from enrollment_spans s
    where s.practice_id = new.practice_id and s.enrollment_id = new.enrollment_id and upper_inf(s.recorded);
    update enrollments e set
        during = case when begins is null then 'empty' else daterange(begins, ends) end, seat = coalesce(seated, 'empty')
    where e.practice_id = new.practice_id and e.enrollment_id = new.enrollment_id
      and (e.during, e.seat) is distinct from (case when begins is null then 'empty' else daterange(begins, ends) end, coalesce(seated, 'empty'));
    return null;
end $$;
create constraint trigger tells_its_days after insert or update on enrollment_spans
    deferrable initially immediate for each row execute function enrollment_knows_its_days();

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
comment on table placement_conflicts is 'Who is never placed in a group with whom, or in a group led by whom. Partners, of now or before, are in no group together without being named here.';
create index placement_conflicts_by_client on placement_conflicts (practice_id, client_id) where ended_at is null;
create index placement_conflicts_by_other on placement_conflicts (practice_id, other_id) where ended_at is null;
create trigger versioned before update on placement_conflicts for each row execute function versioned();

alter table tasks drop constraint tasks_kind,
    add constraint tasks_kind check (kind in ('renew_consents', 'offer_own_sign_in', 'offer_seat'));
