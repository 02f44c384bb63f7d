-- The steps of an enrollment, all said anew. They are written as enrollments.sql writes a step, under the same locks.

-- Says anew how it all was. What was believed before is kept; no step at all says that it was recorded by mistake.
create function access.correct(enrollment uuid, seen bigint, days date[], statuses text[], reasons text[],
    at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare
    e constant enrollments := access.enrollment_at_hand(enrollment);
    today constant date := access.day_in(e.practice_id, e.group_id, at);
    line constant access.step[] := access.line_of(e.practice_id, e.enrollment_id);
    next access.step[];
begin
    select access.told_once(array_agg(row(t.day, t.status, t.reason)::access.step)) into next
    from unnest(days, statuses, reasons) t (day, status, reason);
    if next = line and seen in (e.version, e.version - 1) then
        return;
    elsif e.version <> seen then
        raise exception 'stale_version' using errcode = 'PC412';
    elsif exists (select from unnest(days, statuses) with ordinality t (day, status, n)
                  where t.n > 1 and (t.day <= days[t.n - 1] or not access.steps_lead(statuses[t.n - 1], t.status)))
    then
        raise exception 'enrollment_status_does_not_follow' using errcode = 'PC409';
    elsif 'transferred' = any (statuses) and not exists (
        select from enrollments t
        where t.practice_id = e.practice_id and t.transferred_from = e.enrollment_id and not t.was_mistake)
    then
        raise exception 'transfer_needs_a_group' using errcode = 'PC409';
    end if;
    perform access.refuse_placement(e.practice_id, e.client_id, e.group_id, line, next, today, at);
    perform access.rewrite(e, line, next, today, at);
    if next = '{}' then
        perform access.undo_episode(e, access.seat_of(line), at);
    end if;
    perform access.offer_what_is_free(e, line, next, today, at);
end $$;
grant execute on function access.correct to cairn_server;
