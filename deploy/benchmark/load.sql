-- The world of deploy/bench, put into the practice `bench`: 100,000 clients, 2,000 groups of 12, their homework and
-- attendance, 1,008,000 pieces of homework of past groups, 200 counselors with 500 clients each, 20,000 inquiries, and people who are signed in already. Run as a superuser, after the
-- migrations. Every id follows from a number, so that load generators can count instead of asking.
\set ON_ERROR_STOP on
create schema bench;
create function bench.id(kind int, number bigint) returns uuid language sql immutable parallel safe
return (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid;
create function bench.secret(practice uuid, kind int, number bigint) returns bytea language sql immutable parallel safe
return uuid_send(practice) || sha256(convert_to(kind || '/' || number, 'UTF8'));
create function bench.token(practice uuid, kind int, number bigint) returns text language sql immutable parallel safe
return translate(encode(bench.secret(practice, kind, number), 'base64'), '+/', '-_');
grant usage on schema bench to public;

select practice_id as practice from practices where slug = 'bench' \gset
set session_replication_role = replica; -- The rows agree with each other by construction.
begin;

insert into accounts (practice_id, account_id, email, name, roles, created_at)
select :'practice', bench.id(1, i), 'counselor-' || i || '@bench.example', 'Counselor ' || i, '{counselor}', now()
from generate_series(1, 200) i;
insert into staff (practice_id, account_id, credentials)
select :'practice', bench.id(1, i), 'LPC' from generate_series(1, 200) i;

-- 13,824 family names of three syllables, some seven people each: their trigrams are spread as those of names are.
create function bench.family(number bigint) returns text language sql immutable as $$
    select initcap(string_agg(syllables[1 + (number * 7919 / power(24, place)::int) % 24], '' order by place))
    from (select '{al,ber,can,del,en,fer,gon,hart,is,jor,kel,lan,mor,nor,ol,per,quin,ros,san,tor,ul,vald,wes,zam}'::text[] as syllables) s,
        generate_series(0, 2) place
$$;
insert into clients (practice_id, client_id, given_name, family_name, birth_date, sex, created_at)
select :'practice', bench.id(2, i), (array['Ana', 'Ben', 'Carla', 'David', 'Eva', 'Frank', 'Grace', 'Hugo'])[1 + i % 8],
    bench.family(i), date '1950-01-01' + i % 20000, 'unknown', now()
from generate_series(1, 100000) i;
insert into client_contacts (practice_id, client_id, email, phone)
select :'practice', bench.id(2, i), 'client-' || i || '@bench.example', '480-555-0100' from generate_series(1, 100000) i;
insert into care_team_memberships (practice_id, membership_id, client_id, account_id, during)
select :'practice', bench.id(3, i), bench.id(2, i), bench.id(1, 1 + i % 200), daterange(current_date - 90, null)
from generate_series(1, 100000) i;

insert into programs (practice_id, program_id, name, published, created_at)
select :'practice', bench.id(4, i), 'Program ' || i, true, now() from generate_series(1, 20) i;
insert into phases (practice_id, phase_id, program_id, name, position)
select :'practice', bench.id(19, i), bench.id(4, i), 'Education', 1 from generate_series(1, 20) i;
insert into groups (practice_id, group_id, program_id, name, phase_id, capacity, starts_on, recurrence, meets_at, time_zone, created_at)
select :'practice', bench.id(5, i), bench.id(4, 1 + i % 20), 'Group ' || i, bench.id(19, 1 + i % 20), 12, current_date - 90,
    'FREQ=WEEKLY;BYDAY=' || substr('MOTUWETHFRSASU', 1 + 2 * (i % 7), 2), '18:00', 'America/Phoenix', now()
from generate_series(1, 2000) i;
insert into group_facilitators (practice_id, group_id, account_id, during)
select :'practice', bench.id(5, i), bench.id(1, 1 + i % 200), daterange(current_date - 90, null)
from generate_series(1, 2000) i;
insert into enrollments (practice_id, enrollment_id, group_id, client_id, during, seat, recorded_at)
select :'practice', bench.id(6, i), bench.id(5, 1 + (i - 1) / 12), bench.id(2, i), daterange(current_date - 60, null),
    daterange(current_date - 60, null), now() - interval '60 days'
from generate_series(1, 24000) i;
insert into enrollment_spans (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
select practice_id, bench.id(20, i), enrollment_id, group_id, client_id, 'active', during, tstzrange(recorded_at, null)
from generate_series(1, 24000) i join enrollments e on e.practice_id = :'practice' and e.enrollment_id = bench.id(6, i);
insert into meetings (practice_id, meeting_id, group_id, starts_at, minutes)
select :'practice', bench.id(7, g * 8 + n), bench.id(5, g), now() - n * interval '7 days', 90
from generate_series(1, 2000) g, generate_series(1, 7) n;
insert into attendance (practice_id, meeting_id, client_id, group_id, mark, recorded_at, recorded_by)
select :'practice', bench.id(7, g * 8 + n), bench.id(2, (g - 1) * 12 + m), bench.id(5, g),
    case when (g + n + m) % 5 = 0 then 'absent' else 'present' end, now(), bench.id(1, 1 + g % 200)
from generate_series(1, 2000) g, generate_series(1, 7) n, generate_series(1, 12) m;

insert into exercises (practice_id, exercise_id, title, current_version_id, created_at)
values (:'practice', bench.id(8, 1), 'Daily check-in', bench.id(9, 1), now());
insert into exercise_versions (practice_id, exercise_version_id, exercise_id, number, title, fields, published_at)
values (:'practice', bench.id(9, 1), bench.id(8, 1), 1, 'Daily check-in',
    '[{"key": "feelings", "label": "What do you feel?", "type": "longText", "required": true, "maxLength": 10000}]', now());
-- Of each group eight pieces a member, and eight more for each of the first 24,000 clients alone.
insert into homework_assignments (practice_id, assignment_id, exercise_version_id, group_id, assigned_by, assigned_at, schedule)
select :'practice', bench.id(10, g), bench.id(9, 1), bench.id(5, g), bench.id(1, 1 + g % 200), now(), '{}'
from generate_series(1, 2000) g;
insert into homework_assignments (practice_id, assignment_id, exercise_version_id, client_id, assigned_by, assigned_at, schedule)
select :'practice', bench.id(11, c), bench.id(9, 1), bench.id(2, c), bench.id(1, 1 + c % 200), now(), '{}'
from generate_series(1, 24008) c;
insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id, occurrence, title,
    opens_at, due_at, state, submissions, submitted_at)
select :'practice', bench.id(12, c * 8 + n), bench.id(10, 1 + (c - 1) / 12), bench.id(9, 1), bench.id(2, c),
    bench.id(5, 1 + (c - 1) / 12), n, 'Daily check-in', now() - interval '40 days', now() + (n - 6) * interval '7 days',
    state, (state = 'submitted')::int, case when state = 'submitted' then now() end
from generate_series(1, 24000) c, generate_series(1, 8) n,
    lateral (select case when n < 6 and (c + n) % 4 > 0 then 'submitted' else 'assigned' end as state) s;
insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, occurrence, title, opens_at, due_at)
select :'practice', bench.id(13, c * 8 + n), bench.id(11, c), bench.id(9, 1), bench.id(2, c), n, 'Boundaries',
    now() - interval '40 days', now() + (n - 6) * interval '5 days'
from generate_series(1, 24000) c, generate_series(1, 8) n;
-- To be submitted, each once: number n is of client 24,001 + n mod 8.
insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, occurrence, title, opens_at, due_at)
select :'practice', bench.id(14, n), bench.id(11, 24001 + n % 8), bench.id(9, 1), bench.id(2, 24001 + n % 8), 1 + n,
    'Daily check-in', now() - interval '1 day', now() + interval '7 days'
from generate_series(0, 399999) n;

-- Drafts of the second eight, by the first field of each.
insert into homework_draft_fields (practice_id, homework_id, key, revision, client_id, answer, digest, saved_at)
select :'practice', bench.id(13, c * 8 + n), 'feelings', 1, bench.id(2, c), decode(repeat('00', 200), 'hex'), sha256('\x00'), now()
from generate_series(1, 24000) c, generate_series(1, 8) n;
update homework h set state = 'draft', draft_revision = 1, version = 2
where exists (select from homework_draft_fields f where f.practice_id = h.practice_id and f.homework_id = h.homework_id);
-- Of 2,000 groups of the past forty-two pieces each for twelve members: 1,008,000 that a report over everything counts.
insert into groups (practice_id, group_id, program_id, name, phase_id, capacity, starts_on, ends_on, recurrence, meets_at, time_zone, created_at)
select :'practice', bench.id(5, 5000 + i), bench.id(4, 1 + i % 20), 'Past group ' || i, bench.id(19, 1 + i % 20), 12, current_date - 400,
    current_date - 100, 'FREQ=WEEKLY;BYDAY=' || substr('MOTUWETHFRSASU', 1 + 2 * (i % 7), 2), '18:00', 'America/Phoenix', now()
from generate_series(1, 2000) i;
insert into homework_assignments (practice_id, assignment_id, exercise_version_id, group_id, assigned_by, assigned_at, schedule)
select :'practice', bench.id(10, 5000 + g), bench.id(9, 1), bench.id(5, 5000 + g), bench.id(1, 1 + g % 200), now() - interval '400 days', '{}'
from generate_series(1, 2000) g;
insert into homework (practice_id, homework_id, assignment_id, exercise_version_id, client_id, group_id, occurrence, title,
    opens_at, due_at, state, submissions, submitted_at, first_submitted_at, reviewed_at, responded_at)
select :'practice', bench.id(21, g * 1000 + m * 50 + n), bench.id(10, 5000 + g), bench.id(9, 1), bench.id(2, 30000 + g * 12 + m),
    bench.id(5, 5000 + g), n, 'Daily check-in', due - interval '7 days', due, state, (state <> 'assigned')::int,
    case when state <> 'assigned' then done end, case when state <> 'assigned' then done end,
    case when state = 'reviewed' then done + interval '2 days' end, case when state = 'reviewed' then done + interval '2 days' end
from generate_series(1, 2000) g, generate_series(1, 12) m, generate_series(1, 42) n,
    lateral (select now() - interval '400 days' + n * interval '7 days' as due, case (g + m + n) % 5 when 0 then 'assigned' when 1 then 'submitted' else 'reviewed' end as state) s,
    lateral (select due + ((g + n) % 4 - 3) * interval '6 hours' as done) d;

-- Without messages, which the server alone could have encrypted.
insert into accounts (practice_id, account_id, email, name, roles, created_at)
select :'practice', bench.id(17, i), 'intake-' || i || '@bench.example', 'Intake ' || i, '{intake}', now()
from generate_series(1, 8) i;
insert into staff (practice_id, account_id) select :'practice', bench.id(17, i) from generate_series(1, 8) i;
insert into inquiries (practice_id, inquiry_id, kind, contact_name, email, phone, state, state_since, reason, received_at, client_id,
    assigned_to, birth_date, region, risk_raised_at)
select :'practice', bench.id(18, i), (array['adult', 'minor', 'couple'])[1 + i % 3], 'Inquirer ' || i, 'inquirer-' || i || '@bench.example',
    '480-555-0100', state, now() - i * interval '15 minutes', case when state in ('declined', 'referred', 'withdrawn') then 'No seat.' end,
    now() - i * interval '20 minutes', case when state = 'accepted' then bench.id(2, i) end,
    case when i % 2 = 0 then bench.id(1, 1 + i % 200) end, date '1970-01-01' + i, 'AZ', case when i % 50 = 0 then now() end
from generate_series(1, 20000) i, lateral (select
    (array['received', 'screening', 'offered', 'waitlisted', 'accepted', 'declined', 'referred', 'withdrawn'])[1 + i % 8] as state) s;
insert into inquiry_states (practice_id, inquiry_id, number, state, since)
select practice_id, inquiry_id, 1, state, state_since from inquiries where practice_id = :'practice';

insert into accounts (practice_id, account_id, email, name, roles, created_at)
values (:'practice', bench.id(22, 1), 'owner@bench.example', 'Owner', '{owner}', now());
insert into staff (practice_id, account_id) values (:'practice', bench.id(22, 1));

-- Signed in: the owner, the front desk, every counselor, the first client of each of the first 200 groups, and those who submit.
insert into accounts (practice_id, account_id, email, name, roles, client_id, created_at)
select :'practice', bench.id(15, c), 'client-' || c || '@bench.example', 'Client ' || c, '{client}', bench.id(2, c), now()
from (select 1 + g * 12 as c from generate_series(0, 199) g union all select generate_series(24001, 24008)) who;
set session_replication_role = origin;
insert into sign_ins (practice_id, sign_in_id, account_id, token_hash, created_at, last_seen_at, idle_limit, expires_at)
select practice_id, bench.id(16, row_number() over ()), account_id, sha256(bench.secret(practice_id, kind, number)), now(), now(),
    interval '1 day', now() + interval '1 day'
from (
    select :'practice'::uuid as practice_id, bench.id(1, i) as account_id, 1 as kind, i as number from generate_series(1, 200) i
    union all
    select :'practice', bench.id(17, i), 17, i from generate_series(1, 8) i
    union all
    select :'practice', bench.id(22, 1), 22, 1
    union all
    select :'practice', bench.id(15, c), 15, c
    from (select 1 + g * 12 as c from generate_series(0, 199) g union all select generate_series(24001, 24008)) who
) people;
commit;
vacuum analyze;
