-- Names with more that nobody sees: marks that were not known to schema/0019_clean_names.sql, Braille cells without
-- dots, Mongolian variation selectors, and joiners behind punctuation. Everywhere where that one looked; what is kept
-- as JSON is cleaned as its text: such marks, and blanks beside a quote, are all that leaves it.

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
    select regexp_replace(regexp_replace(regexp_replace(name, '^[' || blanks || ']+|[' || blanks || ']+$', '', 'g'),
        '(: ")[' || blanks || ']+', '\1', 'g'), '[' || blanks || ']+("[],}])', '\1', 'g')
    from selected, parts
$$;

do $$
declare of_people text;
begin
    foreach of_people in array
        '{clients,guardians,accounts,inquiries,couple_members,client_merges,client_identifiers}'::text[]
    loop
        execute format('alter table %I disable trigger user, no force row level security', of_people);
    end loop;

    update clients c
    set given_name = n.given, family_name = case when n.given || n.family = '' then '?' else n.family end,
        preferred_name = nullif(pg_temp.cleaned_again(c.preferred_name), ''),
        other_names = pg_temp.cleaned_again(c.other_names::text)::jsonb, version = c.version + 1
    from (
        select o.practice_id, o.client_id, pg_temp.cleaned_again(o.given_name) as given,
            pg_temp.cleaned_again(o.family_name) as family
        from clients o) n
    where c.practice_id = n.practice_id and c.client_id = n.client_id
      and (n.given, n.family, pg_temp.cleaned_again(c.preferred_name), pg_temp.cleaned_again(c.other_names::text))
          is distinct from (c.given_name, c.family_name, c.preferred_name, c.other_names::text);
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
    set chart = pg_temp.cleaned_again(m.chart::text)::jsonb,
        names_before = pg_temp.cleaned_again(m.names_before::text)::jsonb
    where (pg_temp.cleaned_again(m.chart::text), pg_temp.cleaned_again(m.names_before::text))
        is distinct from (m.chart::text, m.names_before::text);
    update client_identifiers i set said = pg_temp.cleaned_again(i.said::text)::jsonb
    where pg_temp.cleaned_again(i.said::text) <> i.said::text;

    foreach of_people in array
        '{clients,guardians,accounts,inquiries,couple_members,client_merges,client_identifiers}'::text[]
    loop
        execute format('alter table %I enable trigger user, force row level security', of_people);
    end loop;
end $$;

drop function pg_temp.cleaned_again(text);
