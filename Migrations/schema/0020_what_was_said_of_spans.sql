-- Until when a couple, or a guardianship, was said to last: apart from how long it lasts, which a death may shorten.
-- What deaths ended comes back from it when these are taken back (decision 0051).
alter table couples add column said_until date;
comment on column couples.said_until is
    'The day on which it was said to end; null: nobody has said so. `during` is what deaths leave of that.';
alter table guardianships add column said_until date;
comment on column guardianships.said_until is
    'The day on which it was said to end; null: nobody has said so. `during` is what deaths leave of that.';

do $$
declare of_people text;
begin
    foreach of_people in array '{couples,guardianships,chart_closings,client_merges,client_merge_moves}'::text[] loop
        execute format('alter table %I disable trigger user, no force row level security', of_people);
    end loop;

    -- What a death ended that stands says what it found: no end, or one that had been said before. What somebody has
    -- corrected since is not as a death left it: its end was said.
    create temporary table ended_by_deaths on commit drop as
    select c.practice_id, e.thing ->> 'kind' as kind, (e.thing ->> 'id')::uuid as id,
        case when bool_and(coalesce((e.thing ->> 'hadEnded')::boolean, false)) then max(upper(w.during)) end
            as said_until,
        array_agg(w.during * daterange(null, (e.thing ->> 'day')::date)) as left_by_deaths
    from chart_closings c cross join jsonb_array_elements(c.ended) e (thing)
        cross join lateral (select (e.thing ->> 'was')::daterange as during) w
    where c.cause = 'died' and (c.reopened_at is null or e.thing ? 'waits')
      and e.thing ->> 'kind' in ('couple', 'guardianship') and e.thing ? 'was'
    group by c.practice_id, kind, id;
    update couples u
    set said_until = case when u.during = any (d.left_by_deaths) then d.said_until
        else coalesce(upper(u.during), u.empty_on) end
    from couples o left join ended_by_deaths d
        on d.practice_id = o.practice_id and d.kind = 'couple' and d.id = o.couple_id
    where u.practice_id = o.practice_id and u.couple_id = o.couple_id;
    -- What a merge that stands has cut was said to last as long as before.
    update guardianships r
    set said_until = case when m.during is not null then upper(m.during)
        when r.during = any (d.left_by_deaths) then d.said_until else coalesce(upper(r.during), r.empty_on) end
    from guardianships o left join ended_by_deaths d
            on d.practice_id = o.practice_id and d.kind = 'guardianship' and d.id = o.guardianship_id
        left join lateral (
            select (m.was ->> 'during')::daterange as during
            from client_merge_moves m join client_merges g using (practice_id, merge_id)
            where m.practice_id = o.practice_id and m.table_name = 'public.guardianships'
              and m.key ->> 'guardianship_id' = o.guardianship_id::text and g.reversed_at is null
              and (m.was ->> 'during_left')::daterange = o.during
            order by g.merged_at limit 1) m on true
    where r.practice_id = o.practice_id and r.guardianship_id = o.guardianship_id;
    -- What a span was stands beside it now.
    update chart_closings c
    set ended = (
        select jsonb_agg(case when e.thing ->> 'kind' in ('couple', 'guardianship')
            then e.thing - '{was,hadEnded,waits}'::text[] else e.thing end order by e.place)
        from jsonb_array_elements(c.ended) with ordinality e (thing, place))
    where c.ended @? '$[*] ? (@.kind == "couple" || @.kind == "guardianship")';

    foreach of_people in array '{couples,guardianships,chart_closings,client_merges,client_merge_moves}'::text[] loop
        execute format('alter table %I enable trigger user, force row level security', of_people);
    end loop;
end $$;
