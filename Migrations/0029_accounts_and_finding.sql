-- Who wrote an e-mail address is known since 0024 only; until then every address counted as the desk's. What is known
-- of before is who changed a chart, and not what of it: where that was ever anybody else than the desk, the address may
-- be theirs, and the desk confirms it once by inviting. Of an address that the desk wrote this asks once too often; the
-- other way about a counselor could have given an account to an address of their own.
-- The owner of the tables passes by their policies only while they are not forced.
alter table client_contacts no force row level security;
alter table audit_events no force row level security;
update client_contacts k set email_by_desk = false
from (
    select distinct e.practice_id, unnest(e.client_ids) as client_id from audit_events e
    where e.action = 'client.change' and e.outcome = 'allowed'
      and e.role not in ('owner', 'admin', 'intake', 'worker')) others
where k.practice_id = others.practice_id and k.client_id = others.client_id and k.email is not null and k.email_by_desk;
alter table audit_events force row level security;
alter table client_contacts force row level security;

-- Short forms of what stands before a family name: vd Berg, v. d. Berg, v/d Berg and van der Berg find each other, and
-- so does what is written as one.

create or replace function name_particles() returns text[] language sql immutable parallel safe
return '{a,aan,abd,abu,af,al,am,ap,at,auf,aus,av,aw,bar,ben,bin,bint,d,da,das,de,degli,dei,del,della,delle,delli,dello,
         dem,den,der,des,di,do,dos,du,e,el,fitz,het,i,ibn,im,in,la,las,le,les,lo,los,mac,mc,o,op,ould,saint,sainte,
         san,sankt,santa,santo,st,sta,ste,sto,t,te,ten,ter,tho,thoe,to,ul,um,v,van,vanden,vander,vd,ver,vom,von,vor,
         y,zu,zum,zur}'::text[];

-- A name, with a blank before and after each word, in which van der, von den, vd and the like are vd, and van is v.
create function name_prefixes(name text) returns text language sql immutable strict parallel safe
return case when name ~ ' v' then
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(name,
        ' (?:van|von|v) ?(?:de[rmn]?|d)(?= |[a-z]{4})', ' vd', 'g'),
        ' v[ao]nde[rmn]?(?=[a-z]{3})', ' vd', 'g'),
        ' (?:van|von)(?= )', ' v', 'g'),
        ' van(?=[b-df-hj-np-tv-xz][a-z]{2})', ' v', 'g')
    else name end;

-- The same words with the saints, and what stands before a family name, in short: saint clair is st clair, saintclair
-- stclair, van der berg and v d berg are vd berg, vandenberg vdberg.
create or replace function name_saints(words text[]) returns text[] language sql immutable strict parallel safe
return string_to_array(btrim(name_prefixes(' ' || array_to_string(array(
    select case when w in ('saint', 'sainte', 'sankt', 'ste') then 'st'
                when w = 'santa' then 'sta' when w = 'santo' then 'sto'
                when w like 'saint_%' then 'st' || substr(w, 6) else w end
    from unnest(words) with ordinality u (w, n) order by n), ' ') || ' ')), ' ');

create or replace function name_key(given text, preferred text, family text) returns text
language plpgsql immutable parallel safe as $$
declare
    firsts text[] := coalesce(public.name_words(given), '{}');
    others constant text[] := coalesce(public.name_words(preferred), '{}');
    lasts text[] := coalesce(public.name_words(family), '{}');
    words constant text[] := firsts || others || lasts;
begin
    -- Most names: there is nothing to join, nor anything that has a short form.
    if greatest(cardinality(firsts), cardinality(others), cardinality(lasts)) <= 1
        and array_to_string(words, ' ') !~ '\m(saint|sankt|sant[ao]\M|ste\M|v[ao]n)'
    then
        return coalesce(' ' || nullif(array_to_string(words, ' '), ''), '') || ' ';
    end if;
    while cardinality(lasts) > 0 and cardinality(firsts) > 1
        and firsts[cardinality(firsts)] = any (public.name_particles())
    loop
        lasts := firsts[cardinality(firsts)] || lasts;
        firsts := firsts[:cardinality(firsts) - 1];
    end loop;
    return (
        select coalesce(string_agg(' ' || form, '' order by form collate "C"), '') || ' '
        from (
            select distinct unnest(spelled.words || joined.forms) as form
            from (values (firsts), (others), (lasts)) part (words),
                lateral (select part.words union select public.name_saints(part.words)) spelled (words),
                lateral (select array(
                    select array_to_string(spelled.words[n:], '')
                    from generate_series(1, least(cardinality(spelled.words), 12) - 1) n)) joined (forms)) found);
end $$;

alter table clients drop column name_key;
alter table clients
    add column name_key text collate "C" not null
        generated always as (names_key(given_name, preferred_name, family_name, other_names)) stored;
comment on column clients.name_key is
    'For words anywhere in a name, of now or before, and for what sounds nearly so: trigrams, which only '
    'access.clients_named may look up, since their operators are not leakproof.';
create index clients_by_name_trigrams on clients using gin (practice_id, name_key gin_trgm_ops) with (fastupdate = off);
