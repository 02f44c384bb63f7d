-- What a submission may say of danger is written down with it, once, by the request that hands it in: the client can neither
-- read nor change it. What the client keeps to himself or herself is for nobody else, and so says nothing to anybody.

create function access.raise_risk(risk uuid, homework uuid, digest bytea, sources text[], detail bytea, at timestamptz) returns boolean
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if access.action() <> 'homework.submit' then
        raise exception 'risk_not_yours_to_raise' using errcode = '42501';
    end if;
    insert into risk_records (practice_id, risk_id, homework_id, number, client_id, couple_id, group_id, sources, detail, raised_at)
    select h.practice_id, risk, h.homework_id, h.submissions, h.client_id, h.couple_id, h.group_id, raise_risk.sources, raise_risk.detail, at
    from homework h
    where h.practice_id = access.practice() and h.homework_id = raise_risk.homework and h.client_id = access.own_client()
      and h.state = 'submitted' and not h.private and h.submitted_digest = raise_risk.digest
    on conflict on constraint risk_records_once_per_submission do nothing;
    return found;
end $$;
