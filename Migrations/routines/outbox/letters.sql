-- What the database does for letters and jobs by itself, and the door of the work that outlives a request.

-- No letter is without the job that sends it.
create function access.letter_gets_its_job() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    insert into jobs (practice_id, job_id, kind, key, ids, run_at, created_at)
    values (new.practice_id, new.letter_id, 'outbox.send', new.event, array[new.letter_id], new.created_at,
        new.created_at);
    return null;
end $$;
create trigger gets_its_job after insert on public.outbox for each row execute function access.letter_gets_its_job();

-- A link that works no more is not sent: it was used, or another one took its place.
create function access.letter_goes_with_its_link() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update outbox o set state = 'withdrawn', reason = null, sealed = null,
        state_since = coalesce(new.accepted_at, new.expires_at)
    where o.practice_id = new.practice_id and o.event = 'invitation/' || new.invitation_id
        and o.state in ('waiting', 'kept');
    return null;
end $$;
create trigger letter_goes_with_its_link after update on public.invitations for each row
    when ((old.accepted_at, old.expires_at) is distinct from (new.accepted_at, new.expires_at))
    execute function access.letter_goes_with_its_link();

-- The door of a job, for the worker that holds its lease: the action is the job's kind, and the scope is what its
-- subject belongs to. PC409 when the lease is over and the job another's.
create function access.enter_job(practice uuid, job uuid, lease uuid, at timestamptz, request uuid, proof bytea)
returns void language plpgsql security definer set search_path = public, access, pg_temp as $$
declare j jobs; rule record; people uuid[]; zone text; audited bigint;
begin
    select * into j from jobs x where x.practice_id = practice and x.job_id = job;
    if not found or j.lease is distinct from enter_job.lease or j.locked_until <= at then
        raise exception 'lease_is_over' using errcode = 'PC409';
    end if;
    select r.role, r.relation, r.shows, r.bound into rule from access.rules r
        where r.action = j.kind and r.role = 'worker' and r.relation = 'leased';
    if not found then
        raise exception 'role_can_never' using errcode = '42501';
    end if;
    people := array(select o.client_id from outbox o
                    where j.kind like 'outbox.%' and o.practice_id = practice and o.letter_id = j.ids[1]
                        and o.client_id is not null);
    select p.time_zone into zone from practices p where p.practice_id = practice;
    insert into audit_events (practice_id, at, request_id, proof, role, relation, action, kind, resource_id,
        client_ids, outcome)
    values (practice, at, request, proof, rule.role, rule.relation, j.kind, 'job', j.job_id, people, 'allowed')
    returning audit_event_id into audited;
    perform access.set_scope(practice, null, null, rule.role, rule.relation, j.kind, rule.shows, rule.bound, people,
        '{}', '{}',
        (at at time zone zone)::date, false, at => at, audited => audited);
end $$;
grant execute on function access.enter_job to cairn_worker;
