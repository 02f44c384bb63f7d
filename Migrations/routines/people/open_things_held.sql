-- Which groups and charts are held before a chart is closed, opened again, or gets another day of death.

-- The groups of a client, and then the whole chart: whoever gives a seat takes them in this order. What others are
-- about to begin for the client is there by then and ends too, or waits and is refused. Who needs a whole chart gives
-- way (decision 0025).
create function access.hold_groups_of(client uuid) returns void
language plpgsql security definer set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
declare practice constant uuid := access.practice(); theirs constant uuid[] := access.groups_of(practice,
    array[client]);
begin
    if not (access.whole() or client = any (access.clients())) then
        return;
    end if;
    perform access.lock_groups(practice, theirs);
    perform access.hold_charts_in_order(practice, array[client]);
    if not access.groups_of(practice, array[client]) <@ theirs then
        -- Somebody has just put the client into another group: once more, from the beginning.
        raise exception 'close_again' using errcode = '40001';
    end if;
end $$;
grant execute on function access.hold_groups_of to cairn_server, cairn_worker;

-- Whose charts are held beside these: those with whom a couple or a guardianship is or was. It may end or come back.
create function access.charts_beside(practice uuid, clients uuid[]) returns uuid[] language sql stable as $$
    select array(
        select p.client_id
        from unnest(clients) x (client) cross join unnest(access.couples_of(practice, x.client)) o (id)
            join public.couples u on u.practice_id = practice and u.couple_id = o.id
            cross join unnest(access.people_of(u)) p (client_id)
        union
        select p.client_id
        from unnest(clients) x (client) cross join unnest(access.guardianships_of(practice, x.client)) o (id)
            join public.guardianships r on r.practice_id = practice and r.guardianship_id = o.id
            cross join unnest(access.people_of(r)) p (client_id))
$$;

-- Holds whole charts and those beside them, all in the order of their ids: of two partners who are corrected at once
-- the second waits for the first, and never each for the other.
create function access.hold_charts_in_order(practice uuid, clients uuid[]) returns void
language plpgsql set search_path = public, access, pg_temp as $$
declare beside constant uuid[] := access.charts_beside(practice, clients); one uuid;
begin
    for one in select distinct x.id from unnest(clients || beside) x (id) order by x.id loop
        if one = any (clients) then
            perform from clients c where c.practice_id = practice and c.client_id = one for update;
        else
            perform from clients c where c.practice_id = practice and c.client_id = one for key share;
        end if;
    end loop;
    if not access.charts_beside(practice, clients) <@ beside then
        -- Whoever was waited for has changed whom it is about: once more, from the beginning.
        raise exception 'close_again' using errcode = '40001';
    end if;
end $$;
