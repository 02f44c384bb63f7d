-- How each kind of open thing of a client ends (see people/open_things.sql, which says when).

-- When a day begins on the practice's calendar.
create function access.day_begins(practice uuid, day date) returns timestamptz language sql stable as $$
    select day::timestamp at time zone p.time_zone from public.practices p where p.practice_id = practice
$$;

-- What a line becomes that ends on a day, or on its first one, if it stands in one of these statuses from then on.
create function access.line_ended(line access.step[], of_statuses text[], day date, reason text)
    returns access.step[] language sql immutable as $$
    select case when exists (
            select from access.spans_of(line) s
            where s.status = any (of_statuses) and s.during && daterange(d.day, null))
        then access.with_step(line, 'withdrawn', d.day, null, reason) else line end
    from (select greatest(line_ended.day, (line[1]).day) as day) d
$$;

-- Ends seats and places in waitlists from a day on, or from today in each group; what is free is offered on.
create function access.end_enrollments(practice uuid, client uuid, of_statuses text[], day date, reason text,
    at timestamptz)
returns jsonb language plpgsql set search_path = public, access, pg_temp as $$
declare e enrollments; line access.step[]; next access.step[]; today date; ended jsonb := '[]';
begin
    for e in
        select t.* from enrollments t
        where t.practice_id = practice and t.client_id = client and not t.was_mistake
            order by t.group_id, t.enrollment_id
    loop
        perform access.lock_groups(practice, array[e.group_id]);
        select * into e from enrollments t where t.practice_id = practice and t.enrollment_id = e.enrollment_id
            for no key update;
        line := access.line_of(practice, e.enrollment_id);
        today := access.day_in(practice, e.group_id, at);
        next := access.line_ended(line, of_statuses, coalesce(end_enrollments.day, today), reason);
        if next is distinct from line then
            perform access.rewrite(e, line, next, today, at);
            perform access.offer_what_is_free(e, line, next, today, at);
            ended := ended || jsonb_build_object('kind', access.status_on(line, (next[cardinality(next)]).day),
                'id', e.enrollment_id, 'was', to_jsonb(line));
        end if;
    end loop;
    return ended;
end $$;

-- Takes back what is to be done: of the client, or what a couple was given, of both. Reminders go with it. From a day
-- on: what was open on it was not missed afterwards.
create function access.end_homework(practice uuid, client uuid, couple uuid, day date, at timestamptz) returns jsonb
language plpgsql set search_path = public, access, pg_temp as $$
declare
    since constant timestamptz := least(at, access.day_begins(practice, day));
    pieces uuid[]; states text[]; assignments uuid[];
begin
    with open as (
        select h.homework_id, h.state from homework h
        where h.practice_id = practice and (h.client_id = end_homework.client or h.couple_id = couple)
          and access.is_open(h, since)
        order by h.homework_id for no key update),
    gone as (
        update homework h set state = homework_after('withdraw', h.state), remind_at = null, version = h.version + 1
        from open o where h.practice_id = practice and h.homework_id = o.homework_id
        returning o.homework_id, o.state)
    select array_agg(g.homework_id order by g.homework_id), array_agg(g.state order by g.homework_id)
    into pieces, states from gone g;
    with gone as (
        update homework_assignments a set ended_at = at, plan_next = null, version = a.version + 1
        where a.practice_id = practice and (a.client_id = end_homework.client or a.couple_id = couple)
            and access.is_open(a)
        returning a.assignment_id)
    select array_agg(g.assignment_id order by g.assignment_id) into assignments from gone g;
    update outbox o set state = 'withdrawn', reason = null, sealed = null, state_since = at
    where o.practice_id = practice and o.kind = 'homework_reminder' and o.homework_id = any (pieces)
        and o.state in ('waiting', 'kept');
    return coalesce((select jsonb_agg(jsonb_build_object('kind', 'homework', 'id', p.id, 'was', p.state))
            from unnest(pieces, states) p (id, state)), '[]')
        || coalesce((select jsonb_agg(jsonb_build_object('kind', 'assignment', 'id', a)) from unnest(assignments) a),
            '[]');
end $$;

-- Ends links that open an account; their letters go with them.
create function access.end_invitations(practice uuid, accounts uuid[], at timestamptz) returns jsonb
language sql set search_path = public, access, pg_temp as $$
    with gone as (
        update invitations i set expires_at = at
        where i.practice_id = practice and i.account_id = any (accounts) and access.is_open(i, end_invitations.at)
        returning i.invitation_id)
    select coalesce(jsonb_agg(jsonb_build_object('kind', 'invitation', 'id', g.invitation_id)), '[]') from gone g
$$;

-- Closes accounts, and with them every sign-in (a trigger of accounts).
create function access.end_accounts(practice uuid, accounts uuid[], at timestamptz) returns jsonb
language sql set search_path = public, access, pg_temp as $$
    with gone as (
        update accounts a set disabled_at = at, version = a.version + 1
        where a.practice_id = practice and a.account_id = any (end_accounts.accounts) and a.disabled_at is null
        returning a.account_id)
    select coalesce(jsonb_agg(jsonb_build_object('kind', 'account', 'id', g.account_id)), '[]') from gone g
$$;

-- Ends the couples of a client, which go on beside nobody: what they were given together, and their appointments. A
-- death ends them by itself (people/spans.sql).
create function access.end_couples(practice uuid, client uuid, day date, died_on date, at timestamptz) returns jsonb
language plpgsql set search_path = public, access, pg_temp as $$
declare couple uuid; has_ended boolean; ended jsonb := '[]';
begin
    foreach couple in array access.couples_of(practice, client) loop
        if died_on is not null then
            has_ended := coalesce(access.couple_follows(practice, couple, at), false);
        else
            update couples u
            set said_until = least(u.said_until, day), ended_at = coalesce(u.ended_at, at), version = u.version + 1
            where u.practice_id = practice and u.couple_id = couple and access.goes_on(u.during, day);
            has_ended := found;
            perform access.note_ending(practice, 'couple.end', 'couple', couple, access.people_of(u), at)
            from couples u where has_ended and u.practice_id = practice and u.couple_id = couple;
        end if;
        continue when not has_ended;
        ended := ended || jsonb_build_object('kind', 'couple', 'id', couple)
            || access.end_homework(practice, null, couple, died_on, at)
            || access.end_appointments(practice, null, couple, died_on, at);
    end loop;
    return ended;
end $$;

-- From a day on: those of the day itself may have been held.
create function access.end_appointments(practice uuid, client uuid, couple uuid, day date, at timestamptz) returns jsonb
language sql set search_path = public, access, pg_temp as $$
    with gone as (
        update appointments p set cancelled_at = at, version = p.version + 1
        where p.practice_id = practice and (p.client_id = end_appointments.client or p.couple_id = couple)
          and access.is_open(p, least(end_appointments.at, access.day_begins(practice, end_appointments.day + 1)))
        returning p.appointment_id)
    select coalesce(jsonb_agg(jsonb_build_object('kind', 'appointment', 'id', g.appointment_id)), '[]') from gone g
$$;

-- Writes down what guardianships say before it changes.
create function access.write_guardianship_history(practice uuid, of_guardianships uuid[], at timestamptz) returns void
language sql set search_path = public, access, pg_temp as $$
    insert into guardianship_history (practice_id, guardianship_id, version, guardian_id, client_id, legal_basis,
        document_reference, scopes, during, empty_on, recorded, recorded_by)
    select r.practice_id, r.guardianship_id, r.version, r.guardian_id, r.client_id, r.legal_basis,
        r.document_reference, r.scopes, r.during, r.empty_on,
        tstzrange(r.recorded_at, greatest(at, r.recorded_at), '[)'), r.recorded_by
    from guardianships r where r.practice_id = practice and r.guardianship_id = any (of_guardianships)
$$;

-- Ends the guardianships of a client; what they said before stands in their history. Who has died guards nobody either:
-- a death ends all of them by itself (people/spans.sql).
create function access.end_guardianships(practice uuid, client uuid, day date, died boolean, at timestamptz)
    returns jsonb
language plpgsql set search_path = public, access, pg_temp as $$
declare ended uuid[];
begin
    if died then
        ended := array(select g from unnest(access.guardianships_of(practice, client)) g
            where access.guardianship_follows(practice, g, at));
    else
        ended := array(
            select r.guardianship_id from guardianships r
            where r.practice_id = practice and r.client_id = end_guardianships.client
              and access.goes_on(r.during, day) for no key update);
        perform access.write_guardianship_history(practice, ended, at);
        update guardianships r
        set said_until = least(r.said_until, day), ended_at = coalesce(r.ended_at, at), recorded_at = at,
            recorded_by = access.account(), version = r.version + 1
        where r.practice_id = practice and r.guardianship_id = any (ended);
    end if;
    return coalesce((select jsonb_agg(jsonb_build_object('kind', 'guardianship', 'id', g)) from unnest(ended) g), '[]')
        || access.end_keys_of_guardians(practice, ended, day, at);
end $$;

-- A guardian of nobody else who never had a sign-in is invited no more.
create function access.end_keys_of_guardians(practice uuid, of_guardianships uuid[], day date, at timestamptz)
    returns jsonb
language sql set search_path = public, access, pg_temp as $$
    select access.end_invitations(practice, array(
        select a.account_id
        from guardianships r join guardians g using (practice_id, guardian_id)
            join accounts a using (practice_id, account_id)
        where r.practice_id = practice and r.guardianship_id = any (of_guardianships) and a.roles = '{guardian}'
            and a.password_hash is null
          and not exists (select from guardianships o
                          where o.practice_id = practice and o.guardian_id = g.guardian_id
                              and access.goes_on(o.during, day))),
        at)
$$;

create function access.end_care_team(practice uuid, client uuid, day date, at timestamptz) returns jsonb
language sql set search_path = public, access, pg_temp as $$
    with gone as (
        update care_team_memberships m set during = m.during * daterange(null, end_care_team.day),
            ended_at = coalesce(m.ended_at, at)
        where m.practice_id = practice and m.client_id = end_care_team.client
            and access.goes_on(m.during, end_care_team.day)
        returning m.membership_id)
    select coalesce(jsonb_agg(jsonb_build_object('kind', 'care_team', 'id', g.membership_id)), '[]') from gone g
$$;

-- Beside the request that ended it: whom else it touched.
create function access.note_ending(practice uuid, action text, kind text, id uuid, clients uuid[], at timestamptz)
    returns void
language sql set search_path = public, access, pg_temp as $$
    insert into audit_events (practice_id, at, request_id, proof, account_id, sign_in_id, role, relation, action, kind,
        resource_id, client_ids, outcome)
    select a.practice_id, a.at, a.request_id, a.proof, a.account_id, a.sign_in_id, a.role, a.relation,
        note_ending.action, note_ending.kind, note_ending.id,
        note_ending.clients, 'allowed'
    from access.row_of_the_door(practice) a where a.practice_id is not null
$$;
