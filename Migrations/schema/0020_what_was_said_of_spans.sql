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
    foreach of_people in array '{couples,guardianships,chart_closings}'::text[] loop
        execute format('alter table %I disable trigger user, no force row level security', of_people);
    end loop;

    -- What a death ended that stands says what it found: no end, or one that had been said before.
    create temporary table ended_by_deaths on commit drop as
    select c.practice_id, e.thing ->> 'kind' as kind, (e.thing ->> 'id')::uuid as id,
        case when bool_and(coalesce((e.thing ->> 'hadEnded')::boolean, false))
            then max(upper((e.thing ->> 'was')::daterange)) end as said_until
    from chart_closings c cross join jsonb_array_elements(c.ended) e (thing)
    where c.cause = 'died' and (c.reopened_at is null or e.thing ? 'waits')
      and e.thing ->> 'kind' in ('couple', 'guardianship') and e.thing ? 'was'
    group by c.practice_id, kind, id;
    update couples u
    set said_until = case when d.id is null then coalesce(upper(u.during), u.empty_on) else d.said_until end
    from couples o left join ended_by_deaths d
        on d.practice_id = o.practice_id and d.kind = 'couple' and d.id = o.couple_id
    where u.practice_id = o.practice_id and u.couple_id = o.couple_id;
    update guardianships r
    set said_until = case when d.id is null then coalesce(upper(r.during), r.empty_on) else d.said_until end
    from guardianships o left join ended_by_deaths d
        on d.practice_id = o.practice_id and d.kind = 'guardianship' and d.id = o.guardianship_id
    where r.practice_id = o.practice_id and r.guardianship_id = o.guardianship_id;
    -- What a span was stands beside it now.
    update chart_closings c
    set ended = (
        select jsonb_agg(case when e.thing ->> 'kind' in ('couple', 'guardianship')
            then e.thing - '{was,hadEnded,waits}'::text[] else e.thing end order by e.place)
        from jsonb_array_elements(c.ended) with ordinality e (thing, place))
    where c.ended @? '$[*] ? (@.kind == "couple" || @.kind == "guardianship")';

    foreach of_people in array '{couples,guardianships,chart_closings}'::text[] loop
        execute format('alter table %I enable trigger user, force row level security', of_people);
    end loop;
end $$;
