-- What both of two charts have that are made one: a seat or a place in one group, a mark for one meeting, homework of
-- one assignment, a request for one consent. The survivor's stands, and the duplicate's is kept for the reversal; only
-- what more hangs on stands before it: who sits before who waits, what somebody has worked on before what nobody has.

-- What becomes of an enrollment from today on: a seat, an offer, a place in the waitlist, what was, or what never was.
-- Today is that of its group.
create function access.standing_of(e public.enrollments, today date) returns int language sql stable as $$
    select case when (e).seat && daterange(today, null) then 4
        else coalesce((
            select max(case s.status when 'offered' then 3 when 'waitlisted' then 2 end)
            from public.enrollment_spans s
            where s.practice_id = (e).practice_id and s.enrollment_id = (e).enrollment_id and upper_inf(s.recorded)
              and s.during && daterange(today, null)),
            case when isempty((e).during) then 0 else 1 end) end
$$;

-- Nobody is believed to have been in one group twice on a day, nor to have been believed so. In each group where both
-- charts were at one time, the episodes of one of them give way whole.
create function access.merge_enrollments(merge public.client_merges) returns void language plpgsql as $$
declare gone uuid[];
begin
    with meet as (
        select distinct s.group_id, s.enrollment_id as survivors, d.enrollment_id as duplicates
        from public.enrollment_spans s join public.enrollment_spans d using (practice_id, group_id)
        where s.practice_id = merge.practice_id and s.client_id = merge.survivor_id and d.client_id = merge.duplicate_id
          and s.during && d.during and s.recorded && d.recorded
          and public.enrollment_goes_on(s.status)
          and public.enrollment_goes_on(d.status)),
    standing as (
        select m.group_id, max(access.standing_of(s, access.today_in(m.group_id)))
                < max(access.standing_of(d, access.today_in(m.group_id))) as duplicates_stand
        from meet m join public.enrollments s on s.practice_id = merge.practice_id and s.enrollment_id = m.survivors
            join public.enrollments d on d.practice_id = merge.practice_id and d.enrollment_id = m.duplicates
        group by m.group_id)
    select array_agg(distinct case when t.duplicates_stand then m.survivors else m.duplicates end) into gone
    from meet m join standing t using (group_id);
    with followed as (
        update public.enrollments f set transferred_from = null, version = f.version + 1
        from public.enrollments e
        where f.practice_id = merge.practice_id and f.transferred_from = any (gone)
          and e.practice_id = f.practice_id and e.enrollment_id = f.enrollment_id
        returning f.enrollment_id, e.transferred_from)
    insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
    select merge.practice_id, merge.merge_id, 'public.enrollments', 'transferred_from',
        jsonb_build_object('enrollment_id', f.enrollment_id),
        jsonb_build_object('transferred_from', f.transferred_from)
    from followed f;
    perform access.set_aside(merge, 'public.enrollment_spans', 'client_id',
        format('t.enrollment_id = any (%L::uuid[])', gone));
    perform access.set_aside(merge, 'public.enrollments', 'client_id',
        format('t.enrollment_id = any (%L::uuid[])', gone));
end $$;

create function access.part_enrollments(merge public.client_merges) returns void language sql as $$
    update public.enrollments e set transferred_from = (m.was ->> 'transferred_from')::uuid, version = e.version + 1
    from public.client_merge_moves m
    where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id
      and m.table_name = 'public.enrollments' and m.column_name = 'transferred_from'
      and e.practice_id = m.practice_id and e.enrollment_id = (m.key ->> 'enrollment_id')::uuid
$$;

-- Whether nobody has done anything with a piece of homework.
create function access.is_untouched(h public.homework) returns boolean language sql stable as $$
    select (h).state in ('assigned', 'withdrawn') and (h).submissions = 0 and (h).discussed_at is null
        and not exists (select from public.homework_draft_fields f where f.practice_id = (h).practice_id
            and f.homework_id = (h).homework_id)
        and not exists (select from public.homework_answers a where a.practice_id = (h).practice_id
            and a.homework_id = (h).homework_id)
        and not exists (select from public.attachments t where t.practice_id = (h).practice_id
            and t.homework_id = (h).homework_id)
        and not exists (select from public.homework_comments c where c.practice_id = (h).practice_id
            and c.homework_id = (h).homework_id)
$$;

-- Two pieces of one occasion. Of which nobody has worked gives way, and what reminds of it reminds of the other;
-- nothing that was written does: where both were worked on, the duplicate's stays beside the survivor's.
create function access.merge_homework(merge public.client_merges) returns void language plpgsql as $$
declare gone uuid[]; standing uuid[]; beside uuid[];
begin
    with pair as (
        select s.homework_id as survivors, d.homework_id as duplicates,
            access.is_untouched(d) as duplicates_gives_way, access.is_untouched(s) as survivors_gives_way
        from public.homework s join public.homework d using (practice_id, assignment_id)
        where s.practice_id = merge.practice_id and s.client_id = merge.survivor_id and d.client_id = merge.duplicate_id
          and (s.occurrence = d.occurrence or s.anchor_id = d.anchor_id)),
    way as (
        select distinct on (gone) case when p.duplicates_gives_way then p.duplicates else p.survivors end as gone,
            case when p.duplicates_gives_way then p.survivors else p.duplicates end as standing
        from pair p where p.duplicates_gives_way or p.survivors_gives_way
        order by gone, standing)
    select array_agg(w.gone order by w.gone), array_agg(coalesce(f.standing, w.standing) order by w.gone),
        array(select distinct p.duplicates from pair p where not (p.duplicates_gives_way or p.survivors_gives_way))
    into gone, standing, beside from way w left join way f on f.gone = w.standing;
    insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
    select o.practice_id, merge.merge_id, 'public.outbox', c.name, jsonb_build_object('letter_id', o.letter_id),
        case when c.name = 'homework_id' then jsonb_build_object('homework_id', o.homework_id) end
    from public.outbox o, (values ('homework_id'), ('client_id')) c (name)
    where o.practice_id = merge.practice_id and o.homework_id = any (gone)
      and (c.name = 'homework_id' or o.client_id = merge.duplicate_id);
    update public.outbox o set homework_id = w.standing, client_id = merge.survivor_id
    from unnest(gone, standing) w (gone, standing)
    where o.practice_id = merge.practice_id and o.homework_id = w.gone;
    perform access.set_aside(merge, 'public.homework', 'client_id', format('t.homework_id = any (%L::uuid[])', gone));
    update public.homework h set merge_id = merge.merge_id, version = h.version + 1
    where h.practice_id = merge.practice_id and h.homework_id = any (beside);
end $$;

create function access.part_homework(merge public.client_merges) returns void language sql as $$
    update public.homework h set merge_id = null, version = h.version + 1
    where h.practice_id = merge.practice_id and h.client_id = merge.duplicate_id and h.merge_id = merge.merge_id;
    update public.outbox o set homework_id = (m.was ->> 'homework_id')::uuid
    from public.client_merge_moves m
    where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id and m.table_name = 'public.outbox'
        and m.column_name = 'homework_id'
      and o.practice_id = m.practice_id and o.letter_id = (m.key ->> 'letter_id')::uuid;
$$;

create function access.merge_doubles(merge public.client_merges) returns void language plpgsql as $$
begin
    perform access.merge_enrollments(merge), access.merge_homework(merge);
    -- What was noted of a meeting before goes with the mark that gives way.
    perform access.set_aside(merge, 'public.attendance_history', 'client_id', $sql$t.client_id = $4 and exists (
        select from public.attendance s join public.attendance d using (practice_id, meeting_id)
        where s.practice_id = $1 and s.client_id = $3 and d.client_id = $4 and d.meeting_id = t.meeting_id)$sql$);
    -- Who has signed need not sign again: where only the duplicate's request has signatures, the survivor's gives way.
    perform access.set_aside(merge, 'public.consents', 'client_id', $sql$t.client_id = $3 and t.state = 'requested'
        and not access.has_signatures(t) and exists (
            select from public.consents d
            where d.practice_id = $1 and d.client_id = $4 and d.state = 'requested' and access.has_signatures(d)
              and (d.kind, d.couple_id, d.confidentiality) is not distinct from (t.kind, t.couple_id,
                  t.confidentiality))$sql$);
end $$;
create function access.part_doubles(merge public.client_merges) returns void language plpgsql as $$
begin
    perform access.part_enrollments(merge), access.part_homework(merge);
end $$;
