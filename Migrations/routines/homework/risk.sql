-- What a submission may say of danger is written down with it, once, by the request that hands it in: the client can
-- neither read nor change it. What the client keeps to himself or herself is for nobody else, and so says nothing to
-- anybody.

create function access.raise_risk(risk uuid, homework uuid, digest bytea, sources text[], detail bytea, at timestamptz)
    returns boolean
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if access.action() <> 'homework.submit' then
        raise exception 'risk_not_yours_to_raise' using errcode = '42501';
    end if;
    insert into risk_records (practice_id, risk_id, homework_id, number, client_id, couple_id, group_id, sources,
        detail, raised_at)
    select h.practice_id, risk, h.homework_id, h.submissions, h.client_id, h.couple_id, h.group_id, raise_risk.sources,
        raise_risk.detail, at
    from homework h
    where h.practice_id = access.practice() and h.homework_id = raise_risk.homework
        and h.client_id = access.own_client()
      and h.state = 'submitted' and not h.private and h.submitted_digest = raise_risk.digest
    on conflict on constraint risk_records_once_per_submission do nothing;
    return found;
end $$;
grant execute on function access.raise_risk to cairn_server;

-- What the client has taken back says nothing more to anybody: that something was raised, when, and by a word or by an
-- answer, stays; the words and the question go. What somebody has assessed by then is part of the assessment, and
-- stays. The update waits for who is assessing just now, and finds the record as it is then.
create function access.taken_back_says_no_more() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update risk_records r set
        version = r.version + 1, taken_back_at = new.withdrawn_at,
        detail = case when r.assessed_at is not null then r.detail end,
        sources = case when r.assessed_at is not null then r.sources
                       else array(select distinct split_part(s, '/', 1) from unnest(r.sources) s order by 1) end
    where r.practice_id = new.practice_id and r.homework_id = new.homework_id and r.number = new.number
        and r.taken_back_at is null;
    return null;
end $$;
create trigger says_no_more after update of withdrawn_at on public.homework_answers for each row
    when (old.withdrawn_at is null and new.withdrawn_at is not null and new.number > 0)
    execute function access.taken_back_says_no_more();
