-- What a request is about (locate) and what ties the caller to it: one function a relation.
-- They run inside access.enter, as cairn_access, which sees past the policies; nobody else may call them.

create type access.principal as (
    practice_id uuid, account_id uuid, sign_in_id uuid, roles text[], client_id uuid, at timestamptz, today date
);
create type access.subject as (
    kind text, id uuid, resource text,
    client_id uuid, couple_id uuid, group_id uuid, author_id uuid,
    clients uuid[], couples uuid[], groups uuid[]
);

-- The subject of a request, or null when there is no such thing in the practice.
create function access.locate(p access.principal, kind text, id uuid, resource text) returns access.subject
language plpgsql stable as $$
declare s access.subject;
begin
    s.kind := kind; s.id := id; s.resource := resource;
    s.clients := '{}'; s.couples := '{}'; s.groups := '{}';
    case kind
    when 'homework' then
        select h.client_id, h.couple_id, h.group_id into s.client_id, s.couple_id, s.group_id
        from public.homework h where h.practice_id = p.practice_id and h.homework_id = locate.id;
        if not found then return null; end if;
    when 'group' then
        select g.group_id, array(
            select e.client_id from public.enrollments e
            where e.practice_id = p.practice_id and e.group_id = locate.id
              and (resource <> 'roster' or e.status in ('active', 'paused')))
        into s.group_id, s.clients
        from public.groups g where g.practice_id = p.practice_id and g.group_id = locate.id;
        if not found then return null; end if;
    when 'client' then
        select c.client_id into s.client_id from public.clients c where c.practice_id = p.practice_id and c.client_id = locate.id;
        if not found then return null; end if;
        if resource = 'couple' then
            select coalesce(array_agg(distinct m.couple_id), '{}'), coalesce(array_agg(distinct o.client_id), '{}')
            into s.couples, s.clients
            from public.couple_members m join public.couple_members o using (practice_id, couple_id)
            where m.practice_id = p.practice_id and m.client_id = s.client_id;
        end if;
    when 'couple' then
        select c.couple_id into s.couple_id from public.couples c where c.practice_id = p.practice_id and c.couple_id = locate.id;
        if not found then return null; end if;
        s.clients := array(select m.client_id from public.couple_members m
                           where m.practice_id = p.practice_id and m.couple_id = s.couple_id);
    when 'enrollment' then
        select e.client_id, e.group_id into s.client_id, s.group_id
        from public.enrollments e where e.practice_id = p.practice_id and e.enrollment_id = locate.id;
        if not found then return null; end if;
    when 'meeting' then
        select m.group_id into s.group_id from public.meetings m where m.practice_id = p.practice_id and m.meeting_id = locate.id;
        if not found then return null; end if;
        s.clients := array(select e.client_id from public.enrollments e
                           where e.practice_id = p.practice_id and e.group_id = s.group_id);
    when 'assignment' then
        select a.client_id, a.couple_id, a.group_id into s.client_id, s.couple_id, s.group_id
        from public.homework_assignments a where a.practice_id = p.practice_id and a.assignment_id = locate.id;
        if not found then return null; end if;
        s.clients := array(select h.client_id from public.homework h
                           where h.practice_id = p.practice_id and h.assignment_id = locate.id);
    when 'note' then
        select n.client_id, n.couple_id, n.group_id, n.author_id into s.client_id, s.couple_id, s.group_id, s.author_id
        from public.progress_notes n where n.practice_id = p.practice_id and n.note_id = locate.id;
        if not found then return null; end if;
        s.clients := array(
            select n.client_id from public.progress_notes n where n.practice_id = p.practice_id and n.head_note_id = locate.id
            union select m.client_id from public.couple_members m where m.practice_id = p.practice_id and m.couple_id = s.couple_id);
    when 'process_note' then
        select n.client_id, n.author_id into s.client_id, s.author_id
        from process.notes n where n.practice_id = p.practice_id and n.process_note_id = locate.id;
        if not found then return null; end if;
    when 'inquiry' then
        select i.assigned_to, i.client_id into s.author_id, s.client_id
        from public.inquiries i where i.practice_id = p.practice_id and i.inquiry_id = locate.id;
        if not found then return null; end if;
    when 'exercise' then
        select e.author_id into s.author_id from public.exercises e where e.practice_id = p.practice_id and e.exercise_id = locate.id;
        if not found then return null; end if;
    when 'appointment' then
        select a.client_id, a.couple_id, a.group_id into s.client_id, s.couple_id, s.group_id
        from public.appointments a where a.practice_id = p.practice_id and a.appointment_id = locate.id;
        if not found then return null; end if;
        s.clients := array(select m.client_id from public.couple_members m
                           where m.practice_id = p.practice_id and m.couple_id = s.couple_id);
    when 'sign_in' then
        select i.account_id into s.author_id from public.sign_ins i where i.practice_id = p.practice_id and i.sign_in_id = locate.id;
        if not found then return null; end if;
    when 'staff' then
        perform from public.staff t where t.practice_id = p.practice_id and t.account_id = locate.id;
        if not found then return null; end if;
    when 'program' then
        perform from public.programs t where t.practice_id = p.practice_id and t.program_id = locate.id;
        if not found then return null; end if;
    else
        raise exception 'unknown_kind' using errcode = 'P0001';
    end case;
    if s.client_id is not null and not s.client_id = any (s.clients) then s.clients := s.clients || s.client_id; end if;
    if s.couple_id is not null then s.couples := array[s.couple_id]; end if;
    if s.group_id is not null then s.groups := array[s.group_id]; end if;
    return s;
end $$;

-- On the care team of this client today.
create function access.treats(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.care_team_memberships m
        where m.practice_id = p.practice_id and m.account_id = p.account_id and m.during @> p.today
          and (m.client_id = s.client_id or (s.kind = 'couple' and s.resource = 'couple' and m.client_id = any (s.clients))));
end $$;

-- On the care team of this couple today. Treating one partner is not enough.
create function access.treats_couple(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.care_team_memberships m
        where m.practice_id = p.practice_id and m.account_id = p.account_id and m.during @> p.today
          and m.couple_id = s.couple_id);
end $$;

-- Supervises, today, somebody who treats this client.
create function access.oversees(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.care_team_memberships m join public.supervisions v on v.practice_id = m.practice_id and v.supervisee_id = m.account_id
        where m.practice_id = p.practice_id and m.client_id = s.client_id and m.during @> p.today
          and v.supervisor_id = p.account_id and v.during @> p.today);
end $$;

create function access.oversees_couple(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.care_team_memberships m join public.supervisions v on v.practice_id = m.practice_id and v.supervisee_id = m.account_id
        where m.practice_id = p.practice_id and m.couple_id = s.couple_id and m.during @> p.today
          and v.supervisor_id = p.account_id and v.during @> p.today);
end $$;

create function access.oversees_group(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.group_facilitators f join public.supervisions v on v.practice_id = f.practice_id and v.supervisee_id = f.account_id
        where f.practice_id = p.practice_id and f.group_id = s.group_id and f.during @> p.today
          and v.supervisor_id = p.account_id and v.during @> p.today);
end $$;

create function access.supervises_author(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.supervisions v
        where v.practice_id = p.practice_id and v.supervisor_id = p.account_id and v.supervisee_id = s.author_id and v.during @> p.today);
end $$;

-- Facilitates this group today.
create function access.facilitates(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.group_facilitators f
        where f.practice_id = p.practice_id and f.account_id = p.account_id and f.group_id = s.group_id and f.during @> p.today);
end $$;

-- Facilitates a group in which this client has a seat today.
create function access.leads_client(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.enrollments e join public.group_facilitators f using (practice_id, group_id)
        where e.practice_id = p.practice_id and e.client_id = s.client_id and e.status in ('active', 'paused')
          and e.during @> p.today and f.account_id = p.account_id and f.during @> p.today);
end $$;

create function access.sees_client(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return access.treats(p, s) or access.leads_client(p, s) or access.oversees(p, s);
end $$;

create function access.self(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return s.client_id = p.client_id
        or (s.kind = 'couple' and s.resource = 'couple' and p.client_id = any (s.clients));
end $$;

-- Guardian of this minor today. On the 18th birthday, in the practice's time zone, the right ends by itself.
create function access.guards(p access.principal, s access.subject, scope text default null) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.guardians g join public.guardianships r using (practice_id, guardian_id) join public.clients c using (practice_id, client_id)
        where r.practice_id = p.practice_id and r.client_id = s.client_id and g.account_id = p.account_id
          and r.during @> p.today and c.birth_date + interval '18 years' > p.today
          and (scope is null or scope = any (r.scopes)));
end $$;

create function access.guards_member(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.guardians g join public.guardianships r using (practice_id, guardian_id) join public.clients c using (practice_id, client_id)
            join public.enrollments e using (practice_id, client_id)
        where g.practice_id = p.practice_id and g.account_id = p.account_id and r.during @> p.today
          and c.birth_date + interval '18 years' > p.today
          and e.group_id = s.group_id and e.status in ('active', 'paused') and e.during @> p.today);
end $$;

create function access.enrolled_in(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.enrollments e
        where e.practice_id = p.practice_id and e.client_id = p.client_id and e.group_id = s.group_id
          and e.status in ('active', 'paused') and e.during @> p.today);
end $$;

-- Wrote it; or, where a list is asked for, wrote something in it or leads the group it is about.
create function access.authored(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    if s.kind in ('note', 'process_note', 'exercise') then return s.author_id = p.account_id; end if;
    return access.facilitates(p, s) or exists (
        select from public.progress_notes n
        where n.practice_id = p.practice_id and n.author_id = p.account_id
          and (n.client_id = s.client_id or n.couple_id = s.couple_id or n.group_id = s.group_id));
end $$;

create function access.assigned_inquiry(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return s.kind = 'inquiry' and s.author_id = p.account_id;
end $$;

create function access.attends(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from public.appointment_staff a
        where a.practice_id = p.practice_id and a.appointment_id = s.id and a.account_id = p.account_id);
end $$;

create function access.own(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return s.author_id = p.account_id;
end $$;

-- The two keys of a couple's homework: both partners have submitted, and both agreed to share.
create function access.shared_with(p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    return s.kind = 'homework' and s.client_id <> p.client_id and exists (
        select from public.homework theirs
            join public.homework mine using (practice_id, assignment_id, occurrence)
            join public.couples c on c.practice_id = theirs.practice_id and c.couple_id = theirs.couple_id
        where theirs.practice_id = p.practice_id and theirs.homework_id = s.id and mine.client_id = p.client_id
          and theirs.state in ('submitted', 'reviewed') and mine.state in ('submitted', 'reviewed')
          and theirs.shared_at is not null and mine.shared_at is not null
          and c.during @> p.today);
end $$;

-- Does the relation hold between the caller and the subject? A statement for each, not one great expression: PostgreSQL
-- prepares an expression whole in every transaction, and twenty calls would cost more than the one that is made.
create function access.holds(relation text, p access.principal, s access.subject) returns boolean language plpgsql stable as $$
begin
    case relation
    when 'self' then return coalesce(access.self(p, s), false);
    when 'treats' then return coalesce(access.treats(p, s), false);
    when 'facilitates' then return coalesce(access.facilitates(p, s), false);
    when 'any' then return true;
    when 'treats_couple' then return coalesce(access.treats_couple(p, s), false);
    when 'authored' then return coalesce(access.authored(p, s), false);
    when 'oversees' then return coalesce(access.oversees(p, s), false);
    when 'oversees_couple' then return coalesce(access.oversees_couple(p, s), false);
    when 'oversees_group' then return coalesce(access.oversees_group(p, s), false);
    when 'supervises_author' then return coalesce(access.supervises_author(p, s), false);
    when 'leads_client' then return coalesce(access.leads_client(p, s), false);
    when 'sees_client' then return coalesce(access.sees_client(p, s), false);
    when 'enrolled_in' then return coalesce(access.enrolled_in(p, s), false);
    when 'guards' then return coalesce(access.guards(p, s), false);
    when 'guards:attendance' then return coalesce(access.guards(p, s, 'attendance'), false);
    when 'guards:schedule' then return coalesce(access.guards(p, s, 'schedule'), false);
    when 'guards:homework' then return coalesce(access.guards(p, s, 'homework'), false);
    when 'guards_member' then return coalesce(access.guards_member(p, s), false);
    when 'shared_with' then return coalesce(access.shared_with(p, s), false);
    when 'assigned_inquiry' then return coalesce(access.assigned_inquiry(p, s), false);
    when 'attends' then return coalesce(access.attends(p, s), false);
    when 'own' then return coalesce(access.own(p, s), false);
    else return false;
    end case;
end $$;

-- Everything the relation reaches, for a request that names no single thing: a list of one's own.
-- Null: the relation says nothing without a subject.
create function access.reach(relation text, p access.principal, resource text) returns access.subject language plpgsql stable as $$
declare s access.subject;
begin
    s.kind := 'list'; s.resource := resource; s.clients := '{}'; s.couples := '{}'; s.groups := '{}';
    case relation
    when 'any', 'own', 'authored', 'assigned_inquiry', 'attends' then null;
    when 'self' then
        s.client_id := p.client_id; s.clients := array[p.client_id];
    when 'treats', 'oversees', 'leads_client', 'sees_client' then
        s.clients := access.caseload(relation, p);
    when 'treats_couple' then
        select coalesce(array_agg(distinct m.couple_id), '{}'), coalesce(array_agg(distinct o.client_id), '{}') into s.couples, s.clients
        from public.care_team_memberships m join public.couple_members o using (practice_id, couple_id)
        where m.practice_id = p.practice_id and m.account_id = p.account_id and m.during @> p.today;
    when 'facilitates' then
        s.groups := array(select f.group_id from public.group_facilitators f
                          where f.practice_id = p.practice_id and f.account_id = p.account_id and f.during @> p.today);
        s.clients := array(select distinct e.client_id from public.enrollments e
                           where e.practice_id = p.practice_id and e.group_id = any (s.groups));
    when 'enrolled_in' then
        s.groups := array(select e.group_id from public.enrollments e
                          where e.practice_id = p.practice_id and e.client_id = p.client_id
                            and e.status in ('active', 'paused') and e.during @> p.today);
    when 'guards', 'guards:attendance', 'guards:schedule', 'guards:homework', 'guards_member' then
        s.clients := array(
            select r.client_id
            from public.guardians g join public.guardianships r using (practice_id, guardian_id) join public.clients c using (practice_id, client_id)
            where g.practice_id = p.practice_id and g.account_id = p.account_id and r.during @> p.today
              and c.birth_date + interval '18 years' > p.today
              and (relation not like 'guards:%' or split_part(relation, ':', 2) = any (r.scopes)));
        s.groups := array(select distinct e.group_id from public.enrollments e
                          where relation = 'guards_member' and e.practice_id = p.practice_id and e.client_id = any (s.clients)
                            and e.status in ('active', 'paused') and e.during @> p.today);
    else return null;
    end case;
    return s;
end $$;

-- The clients a professional sees, and by which tie.
create function access.caseload(relation text, p access.principal) returns uuid[] language plpgsql stable as $$
begin
    return array(
        select m.client_id from public.care_team_memberships m
        where relation in ('treats', 'sees_client') and m.practice_id = p.practice_id and m.account_id = p.account_id
          and m.client_id is not null and m.during @> p.today
        union
        select e.client_id from public.group_facilitators f join public.enrollments e using (practice_id, group_id)
        where relation in ('leads_client', 'sees_client') and f.practice_id = p.practice_id and f.account_id = p.account_id
          and f.during @> p.today and e.status in ('active', 'paused') and e.during @> p.today
        union
        select m.client_id from public.supervisions v
            join public.care_team_memberships m on m.practice_id = v.practice_id and m.account_id = v.supervisee_id
        where relation in ('oversees', 'sees_client') and v.practice_id = p.practice_id and v.supervisor_id = p.account_id
          and v.during @> p.today and m.client_id is not null and m.during @> p.today);
end $$;
