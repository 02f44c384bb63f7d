-- What the tests ask of the database, in the database itself: beside a stage, and so in every copy of it. The right answers
-- are written by the tests, from the words of the domain; a complaint is a line that says what was wrong.
--
-- Whatever is asked here is asked as the server's role, each question in a subtransaction that is undone.

create schema asking;
grant usage on schema asking to cairn_server, cairn_worker;

-- The scenes of the stage (Scene.swift).
create table asking.scenes (
    scene int primary key,
    name text not null,
    account uuid not null,
    own_client uuid,
    own_guardian uuid,
    client uuid not null,
    partner uuid not null,
    couple uuid not null,
    group_id uuid not null,
    author uuid not null,
    parent uuid not null,
    things uuid[] not null
);

-- Whose each id is, as text.
create table asking.owners (id text not null, scene int not null, primary key (id, scene));

-- What is asked of doors, and which answers are right.
create table asking.questions (
    question int generated always as identity primary key,
    action text not null,
    door text not null,
    who text not null,
    about text not null,
    practice uuid not null,
    token bytea,
    resource uuid,
    answers text[] not null,
    lease uuid
);
create index on asking.questions (action);
create index on asking.questions (door, question);

create function asking.listed(ids uuid[]) returns text language sql as $$
    select coalesce(string_agg(distinct coalesce(id::text, 'null'), ' ' order by coalesce(id::text, 'null')), 'none') from unnest(ids) id
$$;

-- The ties of a list that several let in, where they differ in what they show.
create function asking.apart(ties jsonb) returns text language sql as $$
    select ', apart ' || string_agg(format('%s shown %s of clients %s, groups %s',
        case when (t ->> 'staff')::boolean then 'staff' else 'others' end,
        (select string_agg(f, ' ' order by f) from jsonb_array_elements_text(t -> 'shows') f),
        asking.listed(array(select jsonb_array_elements_text(t -> 'clients')::uuid)),
        asking.listed(array(select jsonb_array_elements_text(t -> 'groups')::uuid))), '; ' order by n)
    from jsonb_array_elements(ties) with ordinality tie (t, n)
$$;

-- What a door said when it let somebody in, and what it set for the rest of the transaction.
create function asking.admission(entry text[]) returns text language sql as $$
    select format('allowed as %s by %s, shown %s, bound by %s, clients %s, couples %s, groups %s%s%s', entry[3], entry[4],
        (select string_agg(f, ' ' order by f) from unnest(entry[6:]) f), access.bound(), asking.listed(access.clients()),
        asking.listed(access.couples()), asking.listed(access.groups()), asking.apart(nullif(access.ties(), '')::jsonb),
        case when (access.account()::text, access.own_client()::text, access.role(), access.relation())
                is distinct from (entry[1], entry[5], entry[3], entry[4]) then ', unlike the settings' end)
$$;

create function asking.answer(asked asking.questions) returns text language plpgsql as $$
declare entry text[]; said text;
begin
    begin
        case asked.door
            when 'enter_work' then
                perform access.enter_work(asked.practice, asked.action, asking.now(), gen_random_uuid(), '\x00');
            when 'enter_job' then
                perform access.enter_job(asked.practice, asked.resource, asked.lease, asking.now(), gen_random_uuid(), '\x00');
            when 'enter_public' then
                perform access.enter_public(asked.about, asked.action, asking.now(), gen_random_uuid(), '\x00');
            else
                execute format('select access.%I($1, $2, $3, $4, gen_random_uuid(), ''\x00'')', asked.door)
                into entry using asked.practice, asked.token, asked.resource, asking.now();
        end case;
        said := asking.admission(coalesce(entry, array[access.account()::text, null, access.role(), access.relation(),
            access.own_client()::text] || access.word(6)::text[]));
        raise exception 'undone' using errcode = 'UNDNE';
    exception
        when sqlstate 'UNDNE' then null;
        when sqlstate 'PC404' then said := 'not found';
        when sqlstate '28000' then said := 'not signed in';
        when sqlstate '42501' then said := case when sqlerrm = 'role_can_never' then 'never' else sqlerrm end;
        when others then said := 'failed: ' || sqlerrm;
    end;
    return said;
end $$;

-- The doors of an action, those of the worker and of the public among them: to the list, which some ties reach and others do
-- not, last.
create function asking.doors(action text) returns text[] language sql as $$
    select array_agg(door order by door = doors.action, door)
    from (select distinct q.door from asking.questions q where q.action = doors.action) q
$$;

-- Complaints about the answers of doors, up to a number of them.
create function asking.wrong_answers(doors text[], of_action text, most int) returns setof text language plpgsql as $$
declare asked asking.questions; tried text; said text; wrong int := 0;
begin
    foreach tried in array doors loop
        execute format('set local role %I', case when tried in ('enter_work', 'enter_job') then 'cairn_worker' else 'cairn_server' end);
        for asked in
            select * from asking.questions q
            where q.door = tried and (of_action is null or q.action = of_action) order by q.question
        loop
            said := asking.answer(asked);
            if said = any (asked.answers) then continue; end if;
            return next format('%s at %s of %s to %s: %s, not %s', asked.who, asked.door, asked.action, asked.about, said,
                               array_to_string(asked.answers, ' or '));
            wrong := wrong + 1;
            exit when wrong >= most;
        end loop;
        exit when wrong >= most;
    end loop;
    execute 'reset role';
end $$;

-- Every door again, with sign-ins that let nobody in any more, of somebody whom it lets in otherwise: ended; over after its
-- twelve hours, however busy; idle for too long; and one that is none in the practice that is named.
create function asking.ask_the_signed_out(other_practice uuid) returns void language plpgsql as $$
begin
    create table asking.sign_ins as
    select s.practice_id, i.number, s.account_id, s.token_hash as living, sha256(s.token_hash || i.dead::bytea) as token, i.dead, i.age, i.idle, i.ended
    from public.sign_ins s join asking.scenes c on c.account = s.account_id, lateral (values
        (1, 'has ended', interval '1 hour', interval '0', true),
        (2, 'is twelve hours old', interval '12 hours', interval '0', false),
        (3, 'was idle for its limit', interval '1 hour', s.idle_limit, false)) i (number, dead, age, idle, ended)
    where s.practice_id = (select practice_id from practices where slug = 'mesa') and c.name like '%TiedInEveryWay';
    insert into public.sign_ins
        (practice_id, sign_in_id, account_id, token_hash, created_at, last_seen_at, idle_limit, expires_at, ended_at)
    select d.practice_id, md5(encode(d.token, 'hex'))::uuid, d.account_id, d.token, asking.now() - d.age, asking.now() - d.idle,
        case d.number when 3 then d.idle else interval '30 minutes' end, asking.now() - d.age + interval '12 hours',
        case when d.ended then asking.now() - interval '1 minute' end
    from asking.sign_ins d;
    insert into asking.questions (action, door, who, about, practice, token, resource, answers)
    select q.action, q.door, q.who || ' whose sign-in ' || d.dead, q.about, q.practice, d.token, q.resource, '{not signed in}'
    from (select distinct on (q.door) q.* from asking.questions q
          where q.token in (select living from asking.sign_ins)
          order by q.door, q.answers[1] like 'allowed%' desc, q.question) q
        join asking.sign_ins d on d.living = q.token
    union all
    select distinct on (q.door) q.action, q.door, q.who || ' in another practice', q.about, other_practice, q.token, q.resource, array['not signed in']
    from asking.questions q where q.answers[1] like 'allowed%'
    order by door;
end $$;

-- The doors of the worker and of the public: each action, whether it is one of theirs or not.
create function asking.ask_others(worker text[], worker_answer text, public text[], public_answer text) returns void language plpgsql as $$
declare mesa constant uuid := (select practice_id from practices where slug = 'mesa');
begin
    insert into asking.questions (action, door, who, about, practice, answers)
    select a, 'enter_work', 'the worker', 'the practice', mesa, array[case when a = any (worker) then worker_answer else 'never' end]
    from (select distinct q.action from asking.questions q union select unnest(worker || public)) actions (a)
    union all
    select a, 'enter_public', 'anybody', (select slug from practices where practice_id = mesa), mesa,
        array[case when a = any (public) then public_answer else 'not signed in' end]
    from (select distinct q.action from asking.questions q union select unnest(worker || public)) actions (a);
end $$;

-- The door of jobs: with the lease and in its time; with another's; when it is over; and to a job of a kind that has no rule.
create function asking.ask_jobs(kinds text[], answers text[]) returns void language plpgsql as $$
declare
    mesa constant uuid := (select practice_id from practices where slug = 'mesa');
    letter constant uuid := (select o.letter_id from outbox o join asking.scenes s on o.letter_id = any (s.things) where o.practice_id = mesa order by s.scene limit 1);
    kind text; job uuid; lease uuid := gen_random_uuid();
begin
    foreach kind in array kinds || '{seed.run}' loop
        job := gen_random_uuid();
        insert into jobs (practice_id, job_id, kind, key, ids, run_at, created_at, lease, locked_until)
        values (mesa, job, kind, 'asking/' || job, array[letter], asking.now(), asking.now(), lease, asking.now() + interval '1 minute');
        insert into asking.questions (action, door, who, about, practice, resource, lease, answers)
        select kind, 'enter_job', 'the worker', a.about, a.practice, job, a.lease, array[a.answer]
        from (values
            ('a job of its own', mesa, lease, coalesce(answers[array_position(kinds, kind)], 'never')),
            ('a job of another worker', mesa, gen_random_uuid(), 'failed: lease_is_over'),
            ('a job of another practice', '019b8ee3-0000-7000-8000-0000000000ff', lease, 'failed: lease_is_over')) a (about, practice, lease, answer);
        job := gen_random_uuid();
        insert into jobs (practice_id, job_id, kind, key, ids, run_at, created_at, lease, locked_until)
        values (mesa, job, kind, 'asking/' || job, array[letter], asking.now(), asking.now(), lease, asking.now());
        insert into asking.questions (action, door, who, about, practice, resource, lease, answers)
        values (kind, 'enter_job', 'the worker', 'a job whose lease is over', mesa, job, lease, '{failed: lease_is_over}');
    end loop;
end $$;
