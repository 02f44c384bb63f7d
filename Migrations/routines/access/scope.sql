-- What belongs to the scope of a request by way of another table. A policy may not look there itself; it asks once for
-- a query.

-- The guardians of the clients in scope; a guardian is alone in it.
create function access.guardians() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(
        select g.guardian_id from guardians g join guardianships r using (practice_id, guardian_id)
        where g.practice_id = access.practice() and r.client_id = any (access.clients()) and access.role() <> 'guardian'
        union
        select g.guardian_id from guardians g where g.practice_id = access.practice()
            and g.account_id = access.account());
end;
grant execute on function access.guardians to cairn_server, cairn_worker;

-- The appointments that the caller is a part of.
create function access.attended() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(select a.appointment_id from appointment_staff a
                 where a.practice_id = access.practice() and a.account_id = access.account());
end;
grant execute on function access.attended to cairn_server, cairn_worker;

-- The partner's homework that two keys have opened for the caller, and no other of the partner's; nothing of a couple
-- that has ended.
create function access.released() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(
        select theirs.homework_id
        from homework mine join homework theirs using (practice_id, assignment_id, occurrence, couple_id)
            join couples c using (practice_id, couple_id)
        where mine.practice_id = access.practice() and mine.client_id = access.own_client()
            and theirs.client_id <> mine.client_id
          and access.goes_on(c.during, access.today())
          and access.both_keys_are_turned(mine, theirs));
end;
grant execute on function access.released to cairn_server, cairn_worker;

-- The inquiries that the caller answers.
create function access.inquiries() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(select i.inquiry_id from inquiries i
                 where i.practice_id = access.practice() and i.assigned_to = access.account());
end;
grant execute on function access.inquiries to cairn_server, cairn_worker;
