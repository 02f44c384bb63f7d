-- What columns are made of: extensions, and the functions that stored columns and constraints call. None of them may
-- ever answer otherwise for the same text, since what is stored would not be made anew.

-- Exclusion constraints take ids as text: so the planner never prefers their GiST index to the b-tree, which is ten
-- times as fast, for finding a row by its ids.
create extension if not exists btree_gist;
create extension if not exists unaccent;
create schema process;
create extension if not exists pg_trgm;
create extension if not exists fuzzystrmatch;
create extension if not exists btree_gin;

-- Case and accents folded away, for finding people by name. `unaccent` itself is only stable, because its
-- dictionary could be edited; ours never is.
create function fold(t text) returns text language sql immutable strict parallel safe
return lower(public.unaccent('public.unaccent'::regdictionary, t));

-- The words of a name, folded. What joins words in a name, or stands between them, divides them here, on both sides of
-- every comparison: every kind of apostrophe, hyphen, blank and stop. What cannot be seen is left out.
create function name_words(name text) returns text[] language sql immutable strict parallel safe
return array_remove(string_to_array(translate(
    public.fold(translate(name, e'\u00AD\u180E\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF', '')),
    e'-\u0027\u2018\u2019\u055A\u05F3\u05F4\u0060\u00B4\u00B7\u2022\u2027.,'
    ';:()/"_%\\\t\n\r\u0085\u00A0\u1680\u2000\u2001\u2002'
    || e'\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000',
    repeat(' ', 64)), ' '), '');

-- The digits of a telephone number from the last to the first, without the country code of North America and without an
-- extension: so the end of a number, which is what people say, is a prefix.
create function phone_key(phone text) returns text language sql immutable strict parallel safe
return nullif(reverse(regexp_replace(regexp_replace(
    regexp_replace(lower(normalize(phone, NFKC)), '([0-9])[^0-9a-z]*(x|ext|#).*$', '\1'),
    '[^0-9]', '', 'g'), '^(00)?1([0-9]{10})$', '\2')), '');

-- Case and the ways to write one letter folded away. Dots and what follows a plus stay: who may say that two mailboxes
-- are one is the mail server of that domain.
create function email_key(email text) returns text language sql immutable strict parallel safe
return lower(normalize(btrim(email, E' \t\r\n'), NFC));

-- Words that belong to the name they stand before, in whichever of the two parts somebody wrote them.
create function name_particles() returns text[] language sql immutable parallel safe
return '{a,aan,abd,abu,af,al,am,ap,at,auf,aus,av,aw,bar,ben,bin,bint,da,das,de,degli,dei,del,della,delle,delli,
         dello,dem,den,der,des,di,do,dos,du,e,el,fitz,i,ibn,im,in,la,las,le,les,lo,los,mac,mc,o,op,ould,saint,
         sainte,san,sankt,santa,santo,st,sta,ste,sto,t,te,ten,ter,tho,thoe,to,ul,um,van,vanden,vander,ver,vom,
         von,vor,y,zu,zum,zur}'::text[];

-- The same words with the saints in short, as they are most often written: saint clair is st clair, saintclair stclair.
create function name_saints(words text[]) returns text[] language sql immutable strict parallel safe
return array(
    select case when w in ('saint', 'sainte', 'sankt', 'ste') then 'st' when w = 'santa' then 'sta'
        when w = 'santo' then 'sto'
                when w like 'saint_%' then 'st' || substr(w, 6) else w end
    from unnest(words) with ordinality u (w, n) order by n);

-- All by which a person is found, each after a blank: the words of each part of the name, and what they are from each
-- of them on without anything between: ' cruz de delacruz la lacruz maria '. So delacruz finds De La Cruz, and a
-- beginning of any of them is enough. Parts that are missing say nothing.
create function name_key(given text, preferred text, family text) returns text
language plpgsql immutable parallel safe as $$
declare
    firsts text[] := coalesce(public.name_words(given), '{}');
    others constant text[] := coalesce(public.name_words(preferred), '{}');
    lasts text[] := coalesce(public.name_words(family), '{}');
    words constant text[] := firsts || others || lasts;
begin
    -- Most names: there is nothing to join, nor a saint.
    if greatest(cardinality(firsts), cardinality(others), cardinality(lasts)) <= 1
        and array_to_string(words, ' ') !~ '\m(saint|sankt|sant[ao]\M|ste\M)' then
        return coalesce(' ' || nullif(array_to_string(words, ' '), ''), '') || ' ';
    end if;
    while cardinality(lasts) > 0 and cardinality(firsts) > 1
        and firsts[cardinality(firsts)] = any (public.name_particles()) loop
        lasts := firsts[cardinality(firsts)] || lasts;
        firsts := firsts[:cardinality(firsts) - 1];
    end loop;
    return (
        select coalesce(string_agg(' ' || form, '' order by form collate "C"), '') || ' '
        from (
            select distinct unnest(spelled.words || joined.forms) as form
            from (values (firsts), (others), (lasts)) part (words),
                lateral (select part.words union select public.name_saints(part.words)) spelled (words),
                lateral (select array(select array_to_string(spelled.words[n:], '')
                                      from generate_series(1,
                                          least(cardinality(spelled.words), 12) - 1) n)) joined (forms)) found);
end $$;

-- The first and the last day of a year, YYYY, or of a month, YYYY-MM.
create function first_day_of(part text) returns date language sql immutable strict parallel safe
return make_date(left(part, 4)::int, coalesce(nullif(substr(part, 6, 2), '')::int, 1), 1);

create function last_day_of(part text) returns date language sql immutable strict parallel safe
return (first_day_of(part) + case length(part) when 4 then interval '1 year' else interval '1 month' end)::date - 1;

-- Names that a person has besides the present one: [{"kind": "maiden", "given": "", "family": "Whitlow", "until":
-- "2020-06"}].
create function are_names(names jsonb) returns boolean language sql immutable parallel safe
return case when jsonb_typeof(names) = 'array' then jsonb_array_length(names) <= 40 and not exists (
    select from jsonb_array_elements(names) n
    where coalesce(n ->> 'kind', '') not in ('maiden', 'former', 'alias')
        or coalesce(n ->> 'given', '') || coalesce(n ->> 'family', '') = ''
        or char_length(n ->> 'given') > 100 or char_length(n ->> 'family') > 100
        or n ->> 'from' !~ '^\d{4}(-\d\d(-\d\d)?)?$' or n ->> 'until' !~ '^\d{4}(-\d\d(-\d\d)?)?$') else false end;

-- All by which a person is found: the words of the present name (name_key), and those of each other one.
create function names_key(given text, preferred text, family text, others jsonb) returns text
language sql immutable parallel safe
return name_key(given, preferred, family) || case when others = '[]' then '' else coalesce((
    select string_agg(ltrim(name_key(n ->> 'given', null, n ->> 'family'), ' '), '' order by place)
    from jsonb_array_elements(others) with ordinality as other (n, place)), '') end;

do $$
declare word regprocedure;
begin
    for word in select p.oid from pg_proc p where p.pronamespace = 'public'::regnamespace
        and p.proowner = current_user::regrole loop
        execute format('comment on function %s is %L', word, 'Columns are made of it.');
    end loop;
end $$;
