-- What ties the caller to the subject: one function a relation, which gives a row where it holds today. What a relation
-- with a colon has behind it is the scope. In a group, today is the day of its own time zone: who has a seat in it or
-- leads it does so on its days.

-- On the care team of this client. A couple itself is visible to who treats either partner.
create function access.treats(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from public.care_team_memberships m
    where m.practice_id = p.practice_id and m.account_id = p.account_id and m.during @> p.today
      and m.client_id = any (case when s.kind = 'couple' and s.resource = 'couple' then s.clients
          else array[s.client_id] end)
$$;

-- On the care team of this couple. Treating one partner is not enough.
create function access.treats_couple(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true from public.care_team_memberships m
    where m.practice_id = p.practice_id and m.account_id = p.account_id and m.couple_id = s.couple_id
        and m.during @> p.today
$$;

-- Supervises somebody who treats this client.
create function access.oversees(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from public.care_team_memberships m
        join public.supervisions v on v.practice_id = m.practice_id and v.supervisee_id = m.account_id
    where m.practice_id = p.practice_id and m.client_id = s.client_id and m.during @> p.today
      and v.supervisor_id = p.account_id and v.during @> p.today
$$;

create function access.oversees_couple(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true from public.care_team_memberships m
        join public.supervisions v on v.practice_id = m.practice_id and v.supervisee_id = m.account_id
    where m.practice_id = p.practice_id and m.couple_id = s.couple_id and m.during @> p.today
      and v.supervisor_id = p.account_id and v.during @> p.today
$$;

create function access.oversees_group(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true from public.group_facilitators f join public.groups g using (practice_id, group_id)
        join public.supervisions v on v.practice_id = f.practice_id and v.supervisee_id = f.account_id
    where f.practice_id = p.practice_id and f.group_id = s.group_id
        and f.during @> (p.at at time zone g.time_zone)::date
      and v.supervisor_id = p.account_id and v.during @> p.today
$$;

create function access.supervises_author(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true from public.supervisions v
    where v.practice_id = p.practice_id and v.supervisor_id = p.account_id and v.supervisee_id = s.author_id
        and v.during @> p.today
$$;

create function access.facilitates(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from public.group_facilitators f join public.groups g using (practice_id, group_id)
    where f.practice_id = p.practice_id and f.account_id = p.account_id and f.group_id = s.group_id
      and f.during @> (p.at at time zone g.time_zone)::date
$$;

-- Facilitates a group in which this client has a seat.
create function access.leads_client(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true from public.enrollments e join public.group_facilitators f using (practice_id, group_id)
        join public.groups g using (practice_id, group_id)
    where e.practice_id = p.practice_id and e.client_id = s.client_id
        and e.seat @> (p.at at time zone g.time_zone)::date
      and f.account_id = p.account_id and f.during @> (p.at at time zone g.time_zone)::date
$$;

create function access.sees_client(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from access.treats(p, s)
    union all select true from access.leads_client(p, s)
    union all select true from access.oversees(p, s)
$$;

create function access.self(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true
    where s.client_id = p.client_id or (s.kind = 'couple' and s.resource = 'couple' and p.client_id = any (s.clients))
$$;

-- Guardian of this minor. On the 18th birthday, in the practice's time zone, the right ends by itself: of who was born
-- in a year or a month, on the first day that it may be.
create function access.guards(p access.principal, s access.subject, scope text default null)
    returns setof boolean language sql stable as $$
    select true from public.guardians g join public.guardianships r using (practice_id, guardian_id)
        join public.clients c using (practice_id, client_id)
    where r.practice_id = p.practice_id and r.client_id = s.client_id and g.account_id = p.account_id
      and r.during @> p.today and public.is_under_age(c.born_from, p.today)
      and (scope is null or scope = any (r.scopes))
$$;

create function access.guards_member(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true from public.guardians g join public.guardianships r using (practice_id, guardian_id)
        join public.clients c using (practice_id, client_id)
        join public.enrollments e using (practice_id, client_id) join public.groups o using (practice_id, group_id)
    where g.practice_id = p.practice_id and g.account_id = p.account_id and r.during @> p.today
      and public.is_under_age(c.born_from, p.today)
      and e.group_id = s.group_id and e.seat @> (p.at at time zone o.time_zone)::date
$$;

create function access.enrolled_in(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from public.enrollments e join public.groups g using (practice_id, group_id)
    where e.practice_id = p.practice_id and e.client_id = p.client_id and e.group_id = s.group_id
      and e.seat @> (p.at at time zone g.time_zone)::date
$$;

-- Whoever is in care, and who guards somebody in care, is shown what the practice offers: the programs it has
-- published.
create function access.in_care(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from public.programs o join public.clients c using (practice_id)
    where o.practice_id = p.practice_id and o.program_id = s.id and o.published
      and c.client_id = p.client_id and c.status = 'active'
$$;
create function access.guards_in_care(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true from public.programs o join public.guardians g using (practice_id)
        join public.guardianships r using (practice_id, guardian_id)
            join public.clients c using (practice_id, client_id)
    where o.practice_id = p.practice_id and o.program_id = s.id and o.published
      and g.account_id = p.account_id and r.during @> p.today
      and public.is_under_age(c.born_from, p.today) and c.status = 'active'
$$;

-- Wrote it; or, where a list is asked for, wrote something in it or leads the group it is about.
create function access.authored(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true where s.kind in ('note', 'process_note', 'exercise') and s.author_id = p.account_id
    union all
    select true from access.facilitates(p, s) where s.kind not in ('note', 'process_note', 'exercise')
    union all
    select true from public.progress_notes n
    where s.kind not in ('note', 'process_note', 'exercise') and n.practice_id = p.practice_id
        and n.author_id = p.account_id
      and (n.client_id = s.client_id or n.couple_id = s.couple_id or n.group_id = s.group_id)
$$;

create function access.assigned_inquiry(p access.principal, s access.subject)
    returns setof boolean language sql stable as $$
    select true where s.kind = 'inquiry' and s.author_id = p.account_id
$$;

create function access.attends(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from public.appointment_staff a
    where a.practice_id = p.practice_id and a.appointment_id = s.id and a.account_id = p.account_id
$$;

create function access.own(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true where s.author_id = p.account_id
$$;

-- Whose charts a request about a couple, or about somebody's couples, may look into: those of partners of today. What
-- is shown of a couple that has ended was written down at its end (people/couples.sql); whom the request was about
-- stands in the audit all the same.
create function access.partners_today(p access.principal, s access.subject) returns uuid[] language sql stable as $$
    select array(
        select o.client_id from public.couple_members o
        where s.kind = 'couple' and o.practice_id = p.practice_id and o.couple_id = s.couple_id
            and access.goes_on(o.during, p.today)
        union
        select o.client_id from public.couple_members m join public.couple_members o using (practice_id, couple_id)
        where s.kind = 'client' and m.practice_id = p.practice_id and m.client_id = s.client_id
            and access.goes_on(o.during, p.today)
        union
        select s.client_id where s.client_id is not null)
$$;

-- The two keys of a couple's homework: both partners have submitted, and both agreed to share. One of them is turned:
create function access.key_is_turned(h public.homework) returns boolean language sql immutable as $$
    select public.homework_is_done((h).state) and (h).shared_at is not null
$$;
grant execute on function access.key_is_turned to cairn_server, cairn_worker;
-- Both, on the pieces of the two partners.
create function access.both_keys_are_turned(mine public.homework, theirs public.homework) returns boolean
language sql immutable as $$
    select access.key_is_turned(mine) and access.key_is_turned(theirs)
$$;

create function access.shared_with(p access.principal, s access.subject) returns setof boolean language sql stable as $$
    select true from public.homework theirs
        join public.homework mine using (practice_id, assignment_id, occurrence)
        join public.couples c on c.practice_id = theirs.practice_id and c.couple_id = theirs.couple_id
    where s.kind = 'homework' and s.client_id <> p.client_id
      and theirs.practice_id = p.practice_id and theirs.homework_id = s.id and mine.client_id = p.client_id
      and access.both_keys_are_turned(mine, theirs)
      and c.during @> p.today
$$;
