-- What comes along in a merge of two charts by a rule of its own: accounts, pairs of possible duplicates, conflicts of
-- the two with each other, and names. Each has its way back.

-- The survivor keeps an account; the duplicate's moves where there is none, and else signs in no more. Who works in the
-- practice as well only stops being a client with it.
create function access.merge_accounts(merge public.client_merges) returns void language plpgsql as $$
begin
    insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
    select a.practice_id, merge.merge_id, 'public.accounts', 'client_id',
        jsonb_build_object('account_id', a.account_id),
        jsonb_build_object('roles', a.roles, 'disabled_at', a.disabled_at)
    from public.accounts a where a.practice_id = merge.practice_id and a.client_id = merge.duplicate_id;
    if not exists (select from public.accounts a where a.practice_id = merge.practice_id
        and a.client_id = merge.survivor_id) then
        update public.accounts a set client_id = merge.survivor_id, version = a.version + 1
        where a.practice_id = merge.practice_id and a.client_id = merge.duplicate_id;
    else
        update public.accounts a set client_id = null, version = a.version + 1,
            roles = case when a.roles = '{client}' then a.roles else array_remove(a.roles, 'client') end,
            disabled_at = case when a.roles = '{client}' then coalesce(a.disabled_at, merge.merged_at)
                else a.disabled_at end
        where a.practice_id = merge.practice_id and a.client_id = merge.duplicate_id;
    end if;
end $$;

create function access.part_accounts(merge public.client_merges) returns void language sql as $$
    update public.accounts a set client_id = merge.duplicate_id, version = a.version + 1,
        roles = case when 'client' = any (a.roles) then a.roles
            when array_remove(w.roles, 'client') = a.roles then w.roles else a.roles || 'client'::text end,
        disabled_at = case when a.disabled_at = merge.merged_at then (m.was ->> 'disabled_at')::timestamptz
            else a.disabled_at end
    from public.client_merge_moves m
        cross join lateral (select array(select jsonb_array_elements_text(m.was -> 'roles')) as roles) w
    where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id and m.table_name = 'public.accounts'
      and a.practice_id = m.practice_id and a.account_id = (m.key ->> 'account_id')::uuid
      and (a.client_id = merge.survivor_id or a.client_id is null)
$$;

-- The first day of a guardianship of which the merge had cut the front, and that has ended otherwise since.
create function access.part_guardianships(merge public.client_merges) returns void language sql as $$
    update public.guardianships r
    set during = case when isempty(r.during) then r.during else daterange(lower(w.during), upper(r.during)) end,
        empty_on = case when isempty(r.during) then lower(w.during) end, version = r.version + 1
    from public.client_merge_moves m
        cross join lateral (select (m.was ->> 'during')::daterange as during,
            (m.was ->> 'during_left')::daterange as during_left) w
    where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id and m.table_name = 'public.guardianships'
      and r.practice_id = m.practice_id and r.guardianship_id = (m.key ->> 'guardianship_id')::uuid
      and access.first_day(r.during, r.empty_on) = lower(w.during_left) and lower(w.during) < lower(w.during_left)
$$;

-- Who may be the duplicate, or is told apart from it, is so for the survivor. A pair that is there already stays.
create function access.merge_pairs(merge public.client_merges) returns void language plpgsql as $$
begin
    with gone as (
        delete from public.possible_duplicates d
        where d.practice_id = merge.practice_id and merge.duplicate_id in (d.client_id, d.other_id) returning d.*),
    noted as (
        insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
        select g.practice_id, merge.merge_id, 'public.possible_duplicates', 'client_id',
            jsonb_build_object('client_id', g.client_id, 'other_id', g.other_id), to_jsonb(g) from gone g),
    made as (
        insert into public.possible_duplicates (practice_id, client_id, other_id, reasons, found_at, distinct_at,
            distinct_by)
        select g.practice_id, least(merge.survivor_id, x.id), greatest(merge.survivor_id, x.id), g.reasons, g.found_at,
            g.distinct_at, g.distinct_by
        from gone g, lateral (select case merge.duplicate_id when g.client_id then g.other_id
            else g.client_id end as id) x
        where x.id <> merge.survivor_id
        on conflict do nothing returning practice_id, client_id, other_id)
    insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key)
    select m.practice_id, merge.merge_id, 'public.possible_duplicates', 'other_id',
        jsonb_build_object('client_id', m.client_id, 'other_id', m.other_id) from made m;
end $$;

create function access.part_pairs(merge public.client_merges) returns void language sql as $$
    delete from public.possible_duplicates d using public.client_merge_moves m
    where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id
        and m.table_name = 'public.possible_duplicates' and m.was is null
      and d.practice_id = m.practice_id and d.client_id = (m.key ->> 'client_id')::uuid
      and d.other_id = (m.key ->> 'other_id')::uuid;
    insert into public.possible_duplicates
    select (jsonb_populate_record(null::public.possible_duplicates, m.was)).*
    from public.client_merge_moves m
    where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id
        and m.table_name = 'public.possible_duplicates' and m.was is not null
    on conflict do nothing;
$$;

-- A conflict of the two with each other, which somebody has ended since, was about one person: it is kept for the
-- reversal.
create function access.merge_conflicts(merge public.client_merges) returns void language sql as $$
    with gone as (
        delete from public.placement_conflicts c
        where c.practice_id = merge.practice_id
          and ((c.client_id = merge.survivor_id and c.other_id = merge.duplicate_id)
              or (c.client_id = merge.duplicate_id and c.other_id = merge.survivor_id))
        returning c.*)
    insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
    select g.practice_id, merge.merge_id, 'public.placement_conflicts', 'pair',
        jsonb_build_object('conflict_id', g.conflict_id), to_jsonb(g)
    from gone g
$$;
create function access.part_conflicts(merge public.client_merges) returns void language plpgsql as $$
declare displaced jsonb;
begin
    for displaced in select m.was from public.client_merge_moves m
        where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id
            and m.table_name = 'public.placement_conflicts' and m.column_name = 'pair'
    loop
        perform access.put_back('public.placement_conflicts', displaced);
    end loop;
end $$;

-- An inquiry of the two, who never were a couple, is of one person: the partner is kept for the reversal.
create function access.merge_inquiries(merge public.client_merges) returns void language sql as $$
    with of_both as (
        select i.inquiry_id, i.partner_id from public.inquiries i
        where i.practice_id = merge.practice_id
          and (i.client_id, i.partner_id) in (
              (merge.survivor_id, merge.duplicate_id), (merge.duplicate_id, merge.survivor_id))),
    noted as (
        insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
        select merge.practice_id, merge.merge_id, 'public.inquiries', 'partner',
            jsonb_build_object('inquiry_id', b.inquiry_id), jsonb_build_object('partner', b.partner_id)
        from of_both b)
    update public.inquiries i set partner_id = null, version = i.version + 1
    from of_both b where i.practice_id = merge.practice_id and i.inquiry_id = b.inquiry_id
$$;
create function access.part_inquiries(merge public.client_merges) returns void language sql as $$
    update public.inquiries i set partner_id = (m.was ->> 'partner')::uuid, version = i.version + 1
    from public.client_merge_moves m
    where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id
        and m.table_name = 'public.inquiries' and m.column_name = 'partner'
      and i.practice_id = m.practice_id and i.inquiry_id = (m.key ->> 'inquiry_id')::uuid and i.partner_id is null
$$;

-- The names and those of `more` that are not among them.
create function access.names_joined(names jsonb, more jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(x.n order by x.position) filter (where x.position <= 40), '[]')
    from (
        select n, row_number() over (order by place) as position
        from (
            select n, place, row_number() over (
                    partition by public.fold(coalesce(n ->> 'given', '')), public.fold(coalesce(n ->> 'family', ''))
                        order by place) as time
            from jsonb_array_elements(names || more) with ordinality all_names (n, place)) once
        where time = 1) x
$$;
grant execute on function access.names_joined to cairn_worker;

-- The names under which a duplicate was found: its own, and the others it had.
create function access.names_of_duplicate(merge public.client_merges) returns jsonb language sql immutable as $$
    select coalesce(merge.chart -> 'other_names', '[]') || jsonb_build_array(jsonb_build_object(
        'kind', 'alias', 'given', merge.chart ->> 'given_name', 'family', merge.chart ->> 'family_name'))
$$;
-- The survivor is found by the names of both.
create function access.merged_names(merge public.client_merges, c public.clients)
    returns jsonb language sql stable as $$
    select access.names_joined(c.other_names, coalesce(jsonb_agg(n), '[]'))
    from jsonb_array_elements(access.names_of_duplicate(merge)) n
    where (public.fold(coalesce(n ->> 'given', '')), public.fold(coalesce(n ->> 'family', '')))
        is distinct from (public.fold(c.given_name), public.fold(c.family_name))
$$;
-- What the merge added goes, and what has been written since stays.
create function access.parted_names(merge public.client_merges, names jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(n), '[]') from jsonb_array_elements(names) n
    where coalesce(merge.names_before, names) @> jsonb_build_array(n)
        or not access.names_of_duplicate(merge) @> jsonb_build_array(n)
$$;
