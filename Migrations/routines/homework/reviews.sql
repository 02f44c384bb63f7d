-- What the reviewers of homework may know beyond the rows that their scope has.

-- Whoever has, or had, a seat in the groups that the caller leads: their names stand beside what their group was given.
create function access.members() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(
        select distinct e.client_id from enrollments e
        where e.practice_id = access.practice() and e.group_id = any (access.groups()) and not e.was_mistake);
end;
grant execute on function access.members to cairn_server, cairn_worker;

-- Whose homework a list may have: of the clients in scope, and of the members of the groups in scope where these are
-- apart. Which pieces of theirs, the policies say.
create function access.clients_and_members() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(select unnest(access.clients()) union select unnest(access.members()));
end;
grant execute on function access.clients_and_members to cairn_server, cairn_worker;
create function access.whose_homework() returns uuid[] language sql stable
return case when access.bound() = 'work' then access.clients_and_members() else access.clients() end;
grant execute on function access.whose_homework to cairn_server, cairn_worker;

-- When an appointment began that the client of this homework was a part of, or its group; else null. Appointments are
-- no business of homework otherwise.
create function access.appointment_about(homework uuid, appointment uuid) returns timestamptz
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select a.starts_at
    from homework h join appointments a on a.practice_id = h.practice_id
    where h.practice_id = access.practice() and h.homework_id = appointment_about.homework
      and a.appointment_id = appointment_about.appointment and access.action() = 'homework.review'
      and (a.client_id = h.client_id or a.group_id = h.group_id
           or exists (select from couple_members m
                      where m.practice_id = a.practice_id and m.couple_id = a.couple_id and m.client_id = h.client_id));
end;
grant execute on function access.appointment_about to cairn_server;
