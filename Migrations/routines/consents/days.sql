-- What a day brings by itself, in the time zone of each practice. The worker calls these again and again; what was done
-- is not done twice. It may do nothing of it in another way, and each leaves its audit row.

create function access.note_work(practices uuid[], clients uuid[], action text, at timestamptz, request uuid,
    proof bytea) returns void
language sql as $$
    insert into public.audit_events (practice_id, at, request_id, proof, role, relation, action, kind, client_ids,
        outcome)
    select touched.practice, at, request, proof, 'worker', 'any', action, 'none', array_agg(distinct touched.client),
        'allowed'
    from unnest(practices, clients) as touched (practice, client) group by touched.practice
$$;

-- Records that consents have run out, and opens the task to ask for them again.
create function access.expire_consents(at timestamptz, request uuid, proof bytea) returns int
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare practice_ids uuid[]; client_ids uuid[]; days date[];
begin
    -- What somebody is revoking just now, or another worker has, waits for the next round: nobody is waited for.
    with due as (
        select c.practice_id, c.consent_id,
            consent_ends_on(c.expires_on, c.by_guardians, p.born_from) as day
        from consents c join clients p using (practice_id, client_id) join practices t using (practice_id)
        where c.state = 'signed'
          and consent_state(c.state, c.expires_on, c.by_guardians, p.born_from, (at at time zone t.time_zone)::date)
              = 'expired'
        for no key update of c skip locked),
    gone as (
        update consents c set state = 'expired', expired_at = at, version = c.version + 1
        from due d where c.practice_id = d.practice_id and c.consent_id = d.consent_id
        returning c.practice_id, c.client_id, d.day)
    select array_agg(g.practice_id), array_agg(g.client_id), array_agg(g.day) into practice_ids, client_ids, days
        from gone g;
    insert into tasks (practice_id, task_id, kind, client_id, due_on, opened_at)
    select g.practice, uuid_v7(at), 'renew_consents', g.client, g.day, at
    from (select distinct * from unnest(practice_ids, client_ids, days) as g (practice, client, day)) g
        join clients p on p.practice_id = g.practice and p.client_id = g.client and p.status = 'active'
    order by g.practice, g.client
    on conflict do nothing;
    perform access.note_work(practice_ids, client_ids, 'consent.expire', at, request, proof);
    return coalesce(cardinality(client_ids), 0);
end $$;
grant execute on function access.expire_consents to cairn_worker;

-- Who had guardians and came of age: new consents, and a sign-in of one's own.
create function access.open_tasks_of_age(at timestamptz, request uuid, proof bytea) returns int
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare practice_ids uuid[]; client_ids uuid[];
begin
    with grown as (
        select distinct c.practice_id, c.client_id, b.day
        from guardianships r join clients c using (practice_id, client_id) join practices t using (practice_id)
            cross join lateral (select comes_of_age_on(c.born_from) as day) b
        where c.status = 'active' and b.day <= (at at time zone t.time_zone)::date and r.during @> b.day - 1),
    opened as (
        insert into tasks (practice_id, task_id, kind, client_id, due_on, opened_at)
        select g.practice_id, uuid_v7(at), k, g.client_id, g.day, at
        from grown g, unnest('{renew_consents,offer_own_sign_in}'::text[]) k
        where k <> 'offer_own_sign_in' or not exists (
            select from accounts a where a.practice_id = g.practice_id and a.client_id = g.client_id
                and a.password_hash is not null)
        order by g.practice_id, g.client_id, k -- Two workers at once insert in one order.
        on conflict do nothing
        returning tasks.practice_id, tasks.client_id)
    select array_agg(o.practice_id), array_agg(o.client_id) into practice_ids, client_ids from opened o;
    perform access.note_work(practice_ids, client_ids, 'task.open', at, request, proof);
    return coalesce(cardinality(client_ids), 0);
end $$;
grant execute on function access.open_tasks_of_age to cairn_worker;
