-- What a request is about. One function a kind: the subject, or no row where the practice has no such thing. `clients`,
-- `couples` and `groups` are what a request about it may touch, once a relation to it is proven.
--
-- These functions and those of the next two files are read into the doors' own statements (access/doors.sql), as a view
-- is: each is one query, in SQL, without options that would keep the planner from doing so. They run as cairn_access,
-- which sees past the policies; nobody else may call them.

create type access.principal as (
    practice_id uuid, account_id uuid, sign_in_id uuid, roles text[], client_id uuid, at timestamptz, today date
);
create type access.subject as (
    kind text, id uuid, resource text,
    client_id uuid, couple_id uuid, group_id uuid, author_id uuid,
    clients uuid[], couples uuid[], groups uuid[]
);

-- Whether a span has not come to its end. What was ended on the day on which it began is an empty one.
create function access.goes_on(during daterange, today date) returns boolean language sql immutable parallel safe
return not isempty(during) and coalesce(upper(during) > today, true);
grant execute on function access.goes_on to cairn_server;

create function access.locate_client(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'client', c.client_id, resource, c.client_id, null::uuid, null::uuid, null::uuid,
        case resource when 'couple' then array(
            select distinct o.client_id from public.couple_members m join public.couple_members o
                using (practice_id, couple_id)
            where m.practice_id = c.practice_id and m.client_id = c.client_id
            union select c.client_id) else array[c.client_id] end,
        case resource when 'couple' then array(
            select distinct m.couple_id from public.couple_members m
            where m.practice_id = c.practice_id and m.client_id = c.client_id) else '{}' end,
        case resource when 'attendance' then array(
            select distinct e.group_id from public.enrollments e
            where e.practice_id = c.practice_id and e.client_id = c.client_id and not e.was_mistake) else '{}' end
    from public.clients c where c.practice_id = practice and c.client_id = id
$$;

create function access.locate_couple(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'couple', c.couple_id, resource, null::uuid, c.couple_id, null::uuid, null::uuid,
        array(select m.client_id from public.couple_members m where m.practice_id = c.practice_id
            and m.couple_id = c.couple_id),
        array[c.couple_id], '{}'::uuid[]
    from public.couples c where c.practice_id = practice and c.couple_id = id
$$;

-- A roster is of those who have a seat today, on the calendar of the group. Who was put into it by mistake was never in
-- it.
create function access.locate_group(practice uuid, id uuid, resource text, today date, at timestamptz)
    returns setof access.subject language sql stable as $$
    select 'group', g.group_id, resource, null::uuid, null::uuid, g.group_id, null::uuid,
        array(select e.client_id from public.enrollments e
              where e.practice_id = g.practice_id and e.group_id = g.group_id and not e.was_mistake
                and (resource <> 'roster' or e.seat @> (at at time zone g.time_zone)::date)),
        '{}'::uuid[], array[g.group_id]
    from public.groups g where g.practice_id = practice and g.group_id = id
$$;

-- A group as it was or will be: whoever had a seat in it on any day, whatever was believed of it later.
create function access.locate_group_history(practice uuid, id uuid, resource text, today date)
    returns setof access.subject language sql stable as $$
    select 'group_history', g.group_id, resource, null::uuid, null::uuid, g.group_id, null::uuid,
        array(select distinct s.client_id from public.enrollment_spans s
              where s.practice_id = g.practice_id and s.group_id = g.group_id and public.has_seat(s.status)),
        '{}'::uuid[], array[g.group_id]
    from public.groups g where g.practice_id = practice and g.group_id = id
$$;

create function access.locate_enrollment(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'enrollment', e.enrollment_id, resource, e.client_id, null::uuid, e.group_id, null::uuid,
        array[e.client_id], '{}'::uuid[], array[e.group_id]
    from public.enrollments e where e.practice_id = practice and e.enrollment_id = id
$$;

create function access.locate_meeting(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'meeting', m.meeting_id, resource, null::uuid, null::uuid, m.group_id, null::uuid,
        array(select e.client_id from public.enrollments e
              where e.practice_id = m.practice_id and e.group_id = m.group_id and not e.was_mistake),
        '{}'::uuid[], array[m.group_id]
    from public.meetings m where m.practice_id = practice and m.meeting_id = id
$$;

create function access.locate_homework(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'homework', h.homework_id, resource, h.client_id, h.couple_id, h.group_id, null::uuid,
        array[h.client_id], array_remove(array[h.couple_id], null), array_remove(array[h.group_id], null)
    from public.homework h where h.practice_id = practice and h.homework_id = id
$$;

create function access.locate_assignment(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'assignment', a.assignment_id, resource, a.client_id, a.couple_id, a.group_id, null::uuid,
        array(select h.client_id from public.homework h where h.practice_id = a.practice_id
            and h.assignment_id = a.assignment_id
              union select a.client_id where a.client_id is not null),
        array_remove(array[a.couple_id], null), array_remove(array[a.group_id], null)
    from public.homework_assignments a where a.practice_id = practice and a.assignment_id = id
$$;

create function access.locate_risk(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'risk', r.risk_id, resource, r.client_id, r.couple_id, r.group_id, null::uuid,
        array[r.client_id], array_remove(array[r.couple_id], null), array_remove(array[r.group_id], null)
    from public.risk_records r where r.practice_id = practice and r.risk_id = id
$$;

create function access.locate_note(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'note', n.note_id, resource, n.client_id, n.couple_id, n.group_id, n.author_id,
        array(select a.client_id from public.progress_notes a where a.practice_id = n.practice_id
            and a.head_note_id = n.note_id
              union select m.client_id from public.couple_members m where m.practice_id = n.practice_id
                  and m.couple_id = n.couple_id
              union select n.client_id where n.client_id is not null),
        array_remove(array[n.couple_id], null), array_remove(array[n.group_id], null)
    from public.progress_notes n where n.practice_id = practice and n.note_id = id
$$;

create function access.locate_process_note(practice uuid, id uuid, resource text, today date)
    returns setof access.subject language sql stable as $$
    select 'process_note', n.process_note_id, resource, n.client_id, null::uuid, null::uuid, n.author_id,
        array[n.client_id], '{}'::uuid[], '{}'::uuid[]
    from process.notes n where n.practice_id = practice and n.process_note_id = id
$$;

create function access.locate_inquiry(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'inquiry', i.inquiry_id, resource, i.client_id, null::uuid, null::uuid, i.assigned_to,
        array_remove(array[i.client_id], null), '{}'::uuid[], '{}'::uuid[]
    from public.inquiries i where i.practice_id = practice and i.inquiry_id = id
$$;

create function access.locate_exercise(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'exercise', e.exercise_id, resource, null::uuid, null::uuid, null::uuid, e.author_id,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.exercises e where e.practice_id = practice and e.exercise_id = id
$$;

create function access.locate_appointment(practice uuid, id uuid, resource text, today date)
    returns setof access.subject language sql stable as $$
    select 'appointment', a.appointment_id, resource, a.client_id, a.couple_id, a.group_id, null::uuid,
        array(select m.client_id from public.couple_members m where m.practice_id = a.practice_id
            and m.couple_id = a.couple_id
              union select a.client_id where a.client_id is not null),
        array_remove(array[a.couple_id], null), array_remove(array[a.group_id], null)
    from public.appointments a where a.practice_id = practice and a.appointment_id = id
$$;

create function access.locate_sign_in(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'sign_in', i.sign_in_id, resource, null::uuid, null::uuid, null::uuid, i.account_id,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.sign_ins i where i.practice_id = practice and i.sign_in_id = id
$$;

create function access.locate_staff(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'staff', t.account_id, resource, null::uuid, null::uuid, null::uuid, null::uuid,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.staff t where t.practice_id = practice and t.account_id = id
$$;

create function access.locate_program(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'program', t.program_id, resource, null::uuid, null::uuid, null::uuid, null::uuid,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.programs t where t.practice_id = practice and t.program_id = id
$$;

-- What bodies and queries name besides (access/references.sql): a guardian once for each client, a track and a phase
-- with their program.
create function access.locate_guardian(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'guardian', g.guardian_id, resource, r.client_id, null::uuid, null::uuid, null::uuid,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.guardians g left join public.guardianships r using (practice_id, guardian_id)
    where g.practice_id = practice and g.guardian_id = id
$$;

create function access.locate_track(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'program', t.program_id, resource, null::uuid, null::uuid, null::uuid, null::uuid,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.tracks t where t.practice_id = practice and t.track_id = id
$$;

create function access.locate_phase(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'program', p.program_id, resource, null::uuid, null::uuid, null::uuid, null::uuid,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.phases p where p.practice_id = practice and p.phase_id = id
$$;

create function access.locate_consent(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'consent', c.consent_id, resource, c.client_id, null::uuid, null::uuid, null::uuid,
        array[c.client_id], '{}'::uuid[], '{}'::uuid[]
    from public.consents c where c.practice_id = practice and c.consent_id = id
$$;

create function access.locate_letter(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'letter', o.letter_id, resource, o.client_id, null::uuid, null::uuid, null::uuid,
        array_remove(array[o.client_id], null), '{}'::uuid[], '{}'::uuid[]
    from public.outbox o where o.practice_id = practice and o.letter_id = id
$$;

create function access.locate_job(practice uuid, id uuid, resource text, today date) returns setof access.subject
    language sql stable as $$
    select 'job', j.job_id, resource, null::uuid, null::uuid, null::uuid, null::uuid,
        '{}'::uuid[], '{}'::uuid[], '{}'::uuid[]
    from public.jobs j where j.practice_id = practice and j.job_id = id
$$;
