-- What charts and groups go through over time: rules of meetings as homework has them, marks that are cleared, episodes that
-- were none, the end of a chart, inquiries that were sent twice, and dates that lie in our time.

-- The rules of access are made anew after every migration; what is changed below may be named in the present ones.
drop schema if exists access cascade;

-- When groups meet.

-- How often a rule comes: each so manyth day, week or month.
create function rule_interval(rule text) returns int language sql immutable strict parallel safe
return coalesce(substring(rule from 'INTERVAL=(\d+)')::int, 1);

-- Whether a rule takes a day, seen from the first day that it takes. The rule is one as Recurrence.rrule writes it, without an
-- end; weeks begin on Monday.
create function rule_takes(rule text, first date, day date) returns boolean language sql immutable strict parallel safe
return case substring(rule from 'FREQ=(\w+)')
    when 'DAILY' then (day - first) % rule_interval(rule) = 0
    when 'WEEKLY' then
        (array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from day)] = any (string_to_array(substring(rule from 'BYDAY=([^;]+)'), ','))
        and (date_trunc('week', day::timestamp)::date - date_trunc('week', first::timestamp)::date) / 7 % rule_interval(rule) = 0
    else
        ((extract(year from day) - extract(year from first)) * 12 + extract(month from day) - extract(month from first))::int % rule_interval(rule) = 0
        and case when rule like '%BYMONTHDAY=%' then
            string_to_array(substring(rule from 'BYMONTHDAY=([^;]+)'), ',')::int[] && array[
                extract(day from day)::int,
                day - (date_trunc('month', day::timestamp) + interval '1 month')::date]
        else
            string_to_array(substring(rule from 'BYDAY=([^;]+)'), ',') && array[
                ((extract(day from day)::int + 6) / 7)::text || (array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from day)],
                ((day - (date_trunc('month', day::timestamp) + interval '1 month')::date - 6) / 7)::text
                    || (array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from day)]]
        end end;

alter table groups add column recurrence text;
alter table groups no force row level security;
drop trigger is_planned_anew on groups;
drop trigger versioned on groups;
update groups set recurrence = concat('FREQ=WEEKLY', ';INTERVAL=' || nullif(every_weeks, 1), ';BYDAY=',
    (array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[weekday]);
alter table groups force row level security;
alter table groups
    alter recurrence set not null,
    add constraint groups_recurrence_is_a_rule check (recurrence ~
        '^FREQ=(DAILY|WEEKLY|MONTHLY)(;INTERVAL=[1-9]\d{0,2})?(;BYDAY=(-?[1-5])?[A-Z]{2}(,(-?[1-5])?[A-Z]{2})*|;BYMONTHDAY=-?\d{1,2}(,-?\d{1,2})*)?$'),
    drop column weekday,
    drop column every_weeks;
comment on column groups.recurrence is 'On which days the group meets, as RFC 5545 writes it and without an end. Periods are counted from the first day on or after starts_on that the rule takes.';
comment on table groups is 'People who meet by a rule. An open group is joined at any time, a closed one until it starts. Its days are those of its own time zone: of its meetings, and of who has a seat in it or leads it.';
create trigger versioned before update of
    practice_id, group_id, program_id, name, phase_id, track_id, capacity, open, starts_on, ends_on, recurrence, meets_at, minutes,
    time_zone, place, telehealth, offer_days, version, created_at on groups
    for each row execute function versioned();
create trigger is_planned_anew before update on groups for each row
    when ((old.starts_on, old.ends_on, old.recurrence, old.meets_at, old.minutes, old.time_zone)
        is distinct from (new.starts_on, new.ends_on, new.recurrence, new.meets_at, new.minutes, new.time_zone))
    execute function group_is_planned_anew();

-- Attendance.

alter table attendance_history
    add column cleared_by uuid,
    add foreign key (practice_id, cleared_by) references accounts;
comment on table attendance_history is 'What was noted of an attendance before it was corrected or cleared, and during which time.';
comment on column attendance_history.cleared_by is 'Who has taken it back, so that nothing was noted from then on; null where something else was.';

-- Episodes that were none.

alter table enrollments add column was_mistake boolean not null default false;
comment on column enrollments.was_mistake is 'Recorded by mistake: nothing is believed of it any more, and it counts nowhere.';
alter table enrollments no force row level security;
alter table enrollment_spans no force row level security;
drop trigger versioned on enrollments;
update enrollments e set was_mistake = true
where not exists (select from enrollment_spans s
                  where s.practice_id = e.practice_id and s.enrollment_id = e.enrollment_id and upper_inf(s.recorded));
create trigger versioned before update on enrollments for each row
    when ((old.during, old.seat, old.was_mistake) is not distinct from (new.during, new.seat, new.was_mistake))
    execute function versioned();
alter table enrollments force row level security;
alter table enrollment_spans force row level security;
create or replace function enrollment_knows_its_days() returns trigger language plpgsql as $$
declare begins date; ends date; seated daterange; days daterange;
begin
    select min(lower(s.during)), min(lower(s.during)) filter (where s.status in ('completed', 'withdrawn', 'transferred')),
        range_merge(range_agg(s.during) filter (where s.status in ('active', 'paused')))
    into begins, ends, seated
    from enrollment_spans s
    where s.practice_id = new.practice_id and s.enrollment_id = new.enrollment_id and upper_inf(s.recorded);
    days := case when begins is null then 'empty' else daterange(begins, ends) end;
    update enrollments e set during = days, seat = coalesce(seated, 'empty'), was_mistake = begins is null
    where e.practice_id = new.practice_id and e.enrollment_id = new.enrollment_id
      and (e.during, e.seat, e.was_mistake) is distinct from (days, coalesce(seated, 'empty'), begins is null);
    return null;
end $$;

-- The end of a chart.

alter table appointments add column cancelled_at timestamptz;

create table chart_closings (
    practice_id uuid not null,
    closing_id uuid not null,
    client_id uuid not null,
    cause text not null constraint chart_closings_cause check (cause in ('died', 'inactive')),
    day date not null,
    kept text[] not null default '{}',
    ended jsonb not null default '[]' constraint chart_closings_ended_is_a_list check (jsonb_typeof(ended) = 'array'),
    closed_at timestamptz not null,
    closed_by uuid,
    reopened_at timestamptz,
    reopened_by uuid,
    primary key (practice_id, closing_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, closed_by) references accounts,
    foreign key (practice_id, reopened_by) references accounts,
    constraint chart_closings_reopened_later check (reopened_at >= closed_at)
);
comment on table chart_closings is 'That a client has died or is in care no more, and what was ended with it: kinds and ids, and what spans were before.';
comment on column chart_closings.day is 'From which day on: that of the death, or that on which it was said.';
comment on column chart_closings.kept is 'What was left open because somebody said so.';
comment on column chart_closings.ended is 'What was ended: kind, id, and cameBack once it has come back with the chart.';
create index chart_closings_by_client on chart_closings (practice_id, client_id, closed_at);

alter table tasks drop constraint tasks_kind, drop constraint tasks_done_by_somebody,
    add constraint tasks_kind check (kind in (
        'renew_consents', 'offer_own_sign_in', 'offer_seat', 'place_proposed', 'settle_address', 'confirm_address',
        'client_died', 'death_corrected')),
    add constraint tasks_done_by_somebody check (done_by is null or done_at is not null);
comment on column tasks.done_by is 'Null where it was done by what happened: nobody asks the dead for consents.';

-- Inquiries.

alter table inquiries
    add column repeats_id uuid,
    add foreign key (practice_id, repeats_id) references inquiries,
    add constraint inquiries_repeat_another check (repeats_id <> inquiry_id);
comment on column inquiries.repeats_id is 'The first of several that came within minutes from the same address or number: one to look at.';
create index inquiries_by_repeated on inquiries (practice_id, repeats_id, inquiry_id) where repeats_id is not null;

-- Dates lie in our time. What was written before stays as it is until somebody changes anything of its row. How far ahead
-- each kind of date may lie, seen from today, is said where it is read (Practice/Time/SensibleDays.swift).

create function in_our_time(day date) returns boolean language sql immutable parallel safe
return coalesce(day between '1900-01-01' and '2199-12-31', true);
create function in_our_time(at timestamptz) returns boolean language sql immutable parallel safe
return coalesce(at >= '1900-01-01 00:00Z' and at < '2200-01-01 00:00Z', true);
create function in_our_time(days daterange) returns boolean language sql immutable parallel safe
return in_our_time(lower(days)) and in_our_time(upper(days));

alter table clients add constraint clients_are_born_and_die_in_our_time check (in_our_time(birth_date) and in_our_time(died_on)) not valid;
alter table inquiries add constraint inquiries_are_about_people_of_our_time check (in_our_time(birth_date)) not valid;
alter table staff_licenses add constraint staff_licenses_end_in_our_time check (in_our_time(valid_until)) not valid;
alter table supervisions add constraint supervisions_lie_in_our_time check (in_our_time(during)) not valid;
alter table guardianships add constraint guardianships_lie_in_our_time check (in_our_time(during)) not valid;
alter table couples add constraint couples_lie_in_our_time check (in_our_time(during)) not valid;
alter table couple_members add constraint couple_members_lie_in_our_time check (in_our_time(during)) not valid;
alter table care_team_memberships add constraint care_team_memberships_lie_in_our_time check (in_our_time(during)) not valid;
alter table groups add constraint groups_lie_in_our_time check (in_our_time(starts_on) and in_our_time(ends_on)) not valid;
alter table group_facilitators add constraint group_facilitators_lie_in_our_time check (in_our_time(during)) not valid;
alter table meetings add constraint meetings_lie_in_our_time check (in_our_time(starts_at)) not valid;
alter table appointments add constraint appointments_lie_in_our_time check (in_our_time(starts_at)) not valid;
alter table closures add constraint closures_lie_in_our_time check (in_our_time(during)) not valid;
alter table homework_exceptions add constraint homework_exceptions_lie_in_our_time check (in_our_time(during) and in_our_time(moved_to)) not valid;
-- What is believed no longer, and what is signed, is not judged again.
alter table enrollment_spans add constraint enrollment_spans_lie_in_our_time check (not upper_inf(recorded) or in_our_time(during)) not valid;
alter table progress_notes add constraint progress_notes_are_of_our_time check (state <> 'draft' or in_our_time(held_at)) not valid;
