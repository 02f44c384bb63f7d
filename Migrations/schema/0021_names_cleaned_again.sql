-- Names with more that nobody sees: marks that were not known to schema/0019_clean_names.sql, Braille cells without
-- dots, Mongolian variation selectors, and joiners behind punctuation. Everywhere where that one looked, and as
-- that one did it.

create function pg_temp.cleaned_again(name text) returns text language sql immutable as $$
    with parts as (
        select '[\u180B-\u180D\u180F\uFE00-\uFE0F\U000E0100-\U000E01EF]' as selectors,
            '[\u180B-\u180D\u180F\u200C\u200D\uFE00-\uFE0F\U000E0100-\U000E01EF]+' as changing,
            '\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000' as blanks,
            '!-\u0022\u0024-\u0029\u002B-\u002F:-~\u00A1-\u00A8\u00AA-\u00AD\u00AF-\u02AF\u0300-\u052F\u1E00-\u1FFF'
            || '\u2010-\u2027\u2030-\u203B\u203D-\u2048\u204A-\u205E\u2C60-\u2C7F\uA720-\uA7FF\uAB30-\uAB6F'
            || '\uFF21-\uFF3A\uFF41-\uFF5A' as of_one_shape),
    seen as (
        select regexp_replace(name, '[\U0001107F\U00013430-\U0001343F\U00016FE4\U0001D159]', '', 'g') as name),
    cells as (
        select regexp_replace(regexp_replace(name, '(^|[^\u2800-\u28FF])\u2800+', '\1', 'g'),
            '\u2800\u2800+', E'\u2800', 'g') as name
        from seen),
    joined as (
        select regexp_replace(regexp_replace(name, '(^|[' || blanks || of_one_shape || '])' || changing, '\1', 'g'),
            '([\u0001-\u007F])[\u200C\u200D]+', '\1', 'g') as name
        from cells, parts),
    selected as (
        select regexp_replace(name, '(' || selectors || ')' || selectors || '+', '\1', 'g') as name from joined, parts)
    select regexp_replace(name, '^[' || blanks || ']+|[' || blanks || ']+$', '', 'g') from selected, parts
$$;

-- Of an object those members that are names; one of which nothing is left is empty.
create function pg_temp.cleaned_members(of_whom jsonb, variadic named text[]) returns jsonb
language sql immutable as $$
    select of_whom || coalesce(jsonb_object_agg(n, pg_temp.cleaned_again(of_whom ->> n)), '{}')
    from unnest(named) n where jsonb_typeof(of_whom -> n) = 'string'
$$;
-- Of names of before those of which something is left.
create function pg_temp.cleaned_names(names jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(c.n order by e.place), '[]')
    from jsonb_array_elements(names) with ordinality e (n, place)
        cross join lateral (select pg_temp.cleaned_members(e.n, 'given', 'family') as n) c
    where coalesce(c.n ->> 'given', '') || coalesce(c.n ->> 'family', '') <> ''
$$;
-- A chart as a merge keeps it.
create function pg_temp.cleaned_chart(chart jsonb) returns jsonb language sql immutable as $$
    select c.chart || case when jsonb_typeof(chart -> 'other_names') = 'array'
            then jsonb_build_object('other_names', pg_temp.cleaned_names(chart -> 'other_names')) else '{}' end
        || case when c.chart ->> 'preferred_name' = '' then '{"preferred_name": null}'::jsonb else '{}' end
        || case when (c.chart ->> 'given_name') || (c.chart ->> 'family_name') = ''
            then '{"family_name": "?"}'::jsonb else '{}' end
    from (select pg_temp.cleaned_members(cleaned_chart.chart, 'given_name', 'family_name', 'preferred_name') as chart) c
$$;
-- What an import has said of a person: what the next file says is compared with it.
create function pg_temp.cleaned_record(said jsonb) returns jsonb language sql immutable as $$
    select pg_temp.cleaned_members(said, 'given', 'family', 'preferred')
        || case when jsonb_typeof(said -> 'names') = 'array'
            then jsonb_build_object('names', pg_temp.cleaned_names(said -> 'names')) else '{}' end
$$;

-- The routines that are here from before are made anew after this: what they ask of a change is not asked of this one,
-- and their policies hide nothing from the owner of the tables.
do $$
declare of_people text;
begin
    foreach of_people in array
        '{clients,guardians,accounts,inquiries,couple_members,client_merges,client_identifiers}'::text[]
    loop
        execute format('alter table %I disable trigger user, no force row level security', of_people);
    end loop;

    update clients c
    set given_name = n.clean ->> 'given_name', family_name = n.clean ->> 'family_name',
        preferred_name = n.clean ->> 'preferred_name', other_names = n.clean -> 'other_names', version = c.version + 1
    from (
        select o.practice_id, o.client_id, k.chart, pg_temp.cleaned_chart(k.chart) as clean
        from clients o cross join lateral (
            select jsonb_build_object('given_name', o.given_name, 'family_name', o.family_name, 'preferred_name',
                o.preferred_name, 'other_names', o.other_names) as chart) k) n
    where c.practice_id = n.practice_id and c.client_id = n.client_id and n.clean <> n.chart;
    update guardians g set name = coalesce(nullif(pg_temp.cleaned_again(g.name), ''), '?')
    where pg_temp.cleaned_again(g.name) <> g.name;
    update accounts a set name = coalesce(nullif(pg_temp.cleaned_again(a.name), ''), '?'), version = a.version + 1
    where pg_temp.cleaned_again(a.name) <> a.name;
    update inquiries i set contact_name = coalesce(nullif(pg_temp.cleaned_again(i.contact_name), ''), '?'),
        version = i.version + 1
    where pg_temp.cleaned_again(i.contact_name) <> i.contact_name;
    update couple_members m set known_as = coalesce(nullif(pg_temp.cleaned_again(m.known_as), ''), '?')
    where pg_temp.cleaned_again(m.known_as) <> m.known_as;
    update client_merges m
    set chart = pg_temp.cleaned_chart(m.chart),
        names_before = case when m.names_before is not null then pg_temp.cleaned_names(m.names_before) end
    where pg_temp.cleaned_chart(m.chart) <> m.chart or pg_temp.cleaned_names(m.names_before) <> m.names_before;
    update client_identifiers i set said = pg_temp.cleaned_record(i.said)
    where pg_temp.cleaned_record(i.said) <> i.said;

    foreach of_people in array
        '{clients,guardians,accounts,inquiries,couple_members,client_merges,client_identifiers}'::text[]
    loop
        execute format('alter table %I enable trigger user, force row level security', of_people);
    end loop;
end $$;

drop function pg_temp.cleaned_record(jsonb);
drop function pg_temp.cleaned_chart(jsonb);
drop function pg_temp.cleaned_names(jsonb);
drop function pg_temp.cleaned_members(jsonb, text[]);
drop function pg_temp.cleaned_again(text);
