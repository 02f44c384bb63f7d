-- What comes back with a chart that is opened again.

-- When a thing was ended with a chart: a closing may end more of what it left open later on.
create function access.ended_with(c public.chart_closings, thing jsonb) returns timestamptz language sql stable as $$
    select coalesce((thing ->> 'at')::timestamptz, (c).closed_at)
$$;

-- The account; and where a death was recorded by mistake, the couples and the guardianships (people/spans.sql). Seats,
-- homework and invitations are given anew, by hand; but no seat says any more that somebody has died who lives.
create function access.reopen_chart(practice uuid, client uuid, causes text[], at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare c chart_closings; thing jsonb; things jsonb; has_lived boolean := false;
begin
    for c in
        select t.* from chart_closings t
        where t.practice_id = practice and t.client_id = client and t.reopened_at is null
            and t.cause = any (causes)
            -- What a death ended that was taken back before comes back to who is in care again.
            and (t.taken_back_at is null or 'inactive' = any (causes))
            order by t.closed_at desc for update
    loop
        things := '[]';
        for thing in select jsonb_array_elements(c.ended) loop
            if access.account_comes_back(c, thing) then
                thing := thing || '{"cameBack": true}';
            elsif c.cause = 'died' then
                perform access.unsay_death(c, thing, at);
            end if;
            things := things || thing;
        end loop;
        update chart_closings t set ended = things, reopened_at = greatest(at, t.closed_at),
            reopened_by = access.account()
        where t.practice_id = practice and t.closing_id = c.closing_id;
        has_lived := has_lived or c.cause = 'died';
    end loop;
    if has_lived then
        perform access.spans_come_back(practice, client, at);
    end if;
end $$;

-- A death that was none, of who was in care, and is said now to have left: what it ended stays as it is until the chart
-- is open again. A death that comes later is another one.
create function access.take_death_back(c public.chart_closings, at timestamptz) returns void
language plpgsql set search_path = public, access, pg_temp as $$
begin
    perform access.unsay_death(c, thing, at) from jsonb_array_elements(c.ended) thing;
    update chart_closings t set taken_back_at = greatest(at, t.closed_at)
    where t.practice_id = c.practice_id and t.closing_id = c.closing_id;
end $$;

-- Whether the thing is an account, and came back.
create function access.account_comes_back(c public.chart_closings, thing jsonb) returns boolean
language plpgsql set search_path = public, access, pg_temp as $$
begin
    update accounts a set disabled_at = null, version = a.version + 1
    where thing ->> 'kind' = 'account' and a.practice_id = c.practice_id and a.account_id = (thing ->> 'id')::uuid
        and a.client_id = c.client_id
        and a.disabled_at = access.ended_with(c, thing);
    return found;
end $$;
