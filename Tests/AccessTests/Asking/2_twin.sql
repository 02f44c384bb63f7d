-- A practice that was copied, ids and all, and in which everything has gone another way since: there each caller of the
-- stage is tied in every way to the own scene. Ids are unique within a practice and no further, so a relation that looks
-- past the practice finds these ties.
create function asking.make_twin(original uuid, twin uuid) returns void language plpgsql as $$
declare copied record;
begin
    perform set_config('session_replication_role', 'replica', true);
    insert into practices (practice_id, slug, name, created_at)
    select twin, 'twin', 'Twin', created_at from practices where practice_id = original;
    for copied in
        select c.oid::regclass as name, string_agg(quote_ident(a.attname), ', ') as columns,
            string_agg(case a.attname when 'practice_id' then quote_literal(twin) else quote_ident(a.attname) end, ', ') as selected
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        where c.relnamespace in ('public'::regnamespace, 'process'::regnamespace) and c.relkind = 'r'
          and c.relname not in ('practices', 'jobs')
          and exists (select from pg_attribute p where p.attrelid = c.oid and p.attname = 'practice_id')
        group by c.oid
    loop
        execute format('insert into %1$s (%2$s) overriding system value select %3$s from %1$s where practice_id = %4$L',
                       copied.name, copied.columns, copied.selected, original);
    end loop;
    perform asking.tie_everybody(twin);
    perform set_config('session_replication_role', 'origin', true);
end $$;

create function asking.tie_everybody(twin uuid) returns void language plpgsql as $$
declare always constant daterange := '[2020-01-01,)';
begin
    delete from care_team_memberships where practice_id = twin;
    insert into care_team_memberships (practice_id, membership_id, client_id, couple_id, account_id, during)
    select twin, gen_random_uuid(), t.client, t.couple, t.account, always
    from asking.scenes s, lateral (values (s.client, null::uuid, s.account), (s.partner, null, s.account), (null, s.couple, s.account),
        (s.client, null, s.author), (null, s.couple, s.author)) t (client, couple, account);
    delete from supervisions where practice_id = twin;
    insert into supervisions (practice_id, supervisor_id, supervisee_id, during)
    select twin, s.account, a, always
    from asking.scenes s, lateral (values (s.author), ((select account_id from accounts where practice_id = twin and name = 'Bea Background'))) t (a);
    delete from group_facilitators where practice_id = twin;
    insert into group_facilitators (practice_id, group_id, account_id, during)
    select twin, s.group_id, a, always from asking.scenes s, unnest(array[s.account, s.author]) a;
    update enrollments set during = always, seat = always where practice_id = twin;
    insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at, during, seat)
    select twin, gen_random_uuid(), s.group_id, c, now(), always, always
    from asking.scenes s, lateral (select distinct unnest(array[s.partner, s.own_client])) members (c)
    where c is not null
      and not exists (select from enrollments e where e.practice_id = twin and e.group_id = s.group_id and e.client_id = c);
    insert into enrollments (practice_id, enrollment_id, group_id, client_id, recorded_at, during, seat)
    select twin, gen_random_uuid(), o.group_id, s.client, now(), always, always
    from asking.scenes s join asking.scenes o on o.scene = s.scene % 7 + 1 and o.scene <> s.scene;
    delete from enrollment_spans where practice_id = twin;
    insert into enrollment_spans (practice_id, span_id, enrollment_id, group_id, client_id, status, during, recorded)
    select practice_id, gen_random_uuid(), enrollment_id, group_id, client_id, 'active', during, tstzrange(recorded_at, null)
    from enrollments where practice_id = twin;

    insert into guardians (practice_id, guardian_id, name, account_id, created_at)
    select twin, gen_random_uuid(), 'Gil', s.account, now() from asking.scenes s
    where not exists (select from guardians g where g.practice_id = twin and g.account_id = s.account);
    delete from guardianships where practice_id = twin;
    insert into guardianships (practice_id, guardianship_id, guardian_id, client_id, scopes, during)
    select twin, gen_random_uuid(), g, s.client, '{attendance,schedule,homework,consent,billing}', always
    from asking.scenes s, lateral (
        select distinct guardian_id from guardians where practice_id = twin and account_id = s.account
        union select o.parent from asking.scenes o where o.scene = s.scene % 7 + 1 or o.scene = s.scene) guardian (g);
    update clients set birth_date = '2012-01-01', status = 'active' where practice_id = twin;
    update groups set time_zone = 'Pacific/Kiritimati' where practice_id = twin;
    update couples set during = '[2021-01-01,)' where practice_id = twin and lower(during) > '2021-01-01';
    -- Other halves, other attendees and other recipients than have the things of the same ids. They are nobody's.
    update couple_members set during = '[2021-01-01,)', known_as = null, known_id = null
    where practice_id = twin and lower(during) > '2021-01-01';
    update couple_members set client_id = md5(couple_id::text)::uuid where practice_id = twin and seat = 2;
    insert into couple_members (practice_id, couple_id, seat, client_id, during, known_as, known_id)
    select twin, md5(s.couple::text)::uuid, 1, s.client, '[2019-01-01,2019-02-01)', 'Twin', s.client from asking.scenes s;
    update progress_notes set client_id = md5(note_id::text)::uuid where practice_id = twin and kind = 'attendee';
    update homework set client_id = md5(homework_id::text)::uuid where practice_id = twin and couple_id is null;

    update progress_notes n set author_id = s.account from asking.scenes s where n.practice_id = twin and n.note_id = any (s.things);
    update process.notes n set author_id = s.account from asking.scenes s where n.practice_id = twin and n.process_note_id = any (s.things);
    update exercises n set author_id = s.account from asking.scenes s where n.practice_id = twin and n.exercise_id = any (s.things);
    update inquiries i set assigned_to = s.account from asking.scenes s where i.practice_id = twin and i.inquiry_id = any (s.things);
    update appointment_staff a set account_id = s.account from asking.scenes s
    where a.practice_id = twin and a.appointment_id = any (s.things);
    update homework h set state = 'submitted', submitted_at = now(), shared_at = now() from asking.scenes s
    where h.practice_id = twin and h.couple_id = s.couple;
end $$;

-- Somebody in another practice, with the id of one who works in this; who has every tie there to people and things that are not
-- there, but here.
create function asking.make_stranger(practice uuid, scene int) returns void language plpgsql as $$
declare
    always constant daterange := '[2020-01-01,)';
    met asking.scenes;
begin
    select * into met from asking.scenes s where s.scene = make_stranger.scene;
    perform set_config('session_replication_role', 'replica', true);
    insert into accounts (practice_id, account_id, email, name, roles, created_at)
    values (practice, met.author, 'strange@example.com', 'Stan Strange', '{counselor,supervisor}', asking.now());
    insert into sign_ins (practice_id, sign_in_id, account_id, token_hash, roles, time_zone, created_at, last_seen_at, idle_limit, expires_at)
    values (practice, gen_random_uuid(), met.author, sha256('strange'), '{counselor,supervisor}', 'America/Phoenix', asking.now(), asking.now(),
            '15 minutes', asking.now() + interval '12 hours');
    insert into care_team_memberships (practice_id, membership_id, client_id, couple_id, account_id, during)
    values (practice, gen_random_uuid(), met.client, null, met.author, always), (practice, gen_random_uuid(), null, met.couple, met.author, always);
    insert into group_facilitators (practice_id, group_id, account_id, during) values (practice, met.group_id, met.author, always);
    insert into appointment_staff (practice_id, appointment_id, account_id) select practice, t, met.author from unnest(met.things) t;
    perform set_config('session_replication_role', 'origin', true);
    insert into asking.questions (action, door, who, about, practice, token, resource, answers)
    select q.action, q.door, 'a stranger of the same id', q.about, make_stranger.practice, sha256('strange'), q.resource,
        case when exists (select from access.rules r where r.action = q.action and r.role in ('counselor', 'supervisor'))
             then '{not found}' else '{never}' end::text[]
    from asking.questions q
    where q.resource is not null and q.lease is null
      and q.token = (select i.token_hash from sign_ins i where i.account_id = met.account and i.practice_id <> '019b8ee3-0000-7000-8000-0000000000ff'
                     order by i.created_at desc limit 1);
end $$;
