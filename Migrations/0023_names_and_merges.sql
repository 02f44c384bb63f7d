-- Names that are written joined or split find each other; what two merged charts have twice.

-- The words of a name, folded. What joins words in a name, or stands between them, divides them here, on both sides of every
-- comparison: every kind of apostrophe, hyphen, blank and stop. What cannot be seen is left out.
create or replace function name_words(name text) returns text[] language sql immutable strict parallel safe
return array_remove(string_to_array(translate(
    public.fold(translate(name, e'\u00AD\u180E\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF', '')),
    e'-\u0027\u2018\u2019\u055A\u05F3\u05F4\u0060\u00B4\u00B7\u2022\u2027.,;:()/"_%\\\t\n\r\u0085\u00A0\u1680\u2000\u2001\u2002'
    || e'\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000',
    repeat(' ', 64)), ' '), '');

-- Words that belong to the name they stand before, in whichever of the two parts somebody wrote them.
create function name_particles() returns text[] language sql immutable parallel safe
return '{a,aan,abd,abu,af,al,am,ap,at,auf,aus,av,aw,bar,ben,bin,bint,da,das,de,degli,dei,del,della,delle,delli,dello,dem,den,der,
         des,di,do,dos,du,e,el,fitz,i,ibn,im,in,la,las,le,les,lo,los,mac,mc,o,op,ould,saint,sainte,san,sankt,santa,santo,st,sta,
         ste,sto,t,te,ten,ter,tho,thoe,to,ul,um,van,vanden,vander,ver,vom,von,vor,y,zu,zum,zur}'::text[];

-- The same words with the saints in short, as they are most often written: saint clair is st clair, saintclair stclair.
create function name_saints(words text[]) returns text[] language sql immutable strict parallel safe
return array(
    select case when w in ('saint', 'sainte', 'sankt', 'ste') then 'st' when w = 'santa' then 'sta' when w = 'santo' then 'sto'
                when w like 'saint_%' then 'st' || substr(w, 6) else w end
    from unnest(words) with ordinality u (w, n) order by n);

-- All by which a person is found, each after a blank: the words of each part of the name, and what they are from each of them on
-- without anything between: ' cruz de delacruz la lacruz maria '. So delacruz finds De La Cruz, and a beginning of any of them
-- is enough. Parts that are missing say nothing.
create function name_key(given text, preferred text, family text) returns text
language plpgsql immutable parallel safe as $$
declare
    firsts text[] := coalesce(public.name_words(given), '{}');
    others constant text[] := coalesce(public.name_words(preferred), '{}');
    lasts text[] := coalesce(public.name_words(family), '{}');
    words constant text[] := firsts || others || lasts;
begin
    -- Most names: there is nothing to join, nor a saint.
    if greatest(cardinality(firsts), cardinality(others), cardinality(lasts)) <= 1 and array_to_string(words, ' ') !~ '\m(saint|sankt|sant[ao]\M|ste\M)' then
        return coalesce(' ' || nullif(array_to_string(words, ' '), ''), '') || ' ';
    end if;
    while cardinality(lasts) > 0 and cardinality(firsts) > 1 and firsts[cardinality(firsts)] = any (public.name_particles()) loop
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
                                      from generate_series(1, least(cardinality(spelled.words), 12) - 1) n)) joined (forms)) found);
end $$;

alter table clients drop column name_key;
drop function name_key(text);
alter table clients
    add column name_key text collate "C" not null generated always as (name_key(given_name, preferred_name, family_name)) stored;
comment on column clients.name_key is 'For words anywhere in a name and for what sounds nearly so: trigrams, which only access.clients_named may look up, since their operators are not leakproof.';
create index clients_by_name_trigrams on clients using gin (practice_id, name_key gin_trgm_ops) with (fastupdate = off);

-- A merge of two charts brings two pieces of one occasion together. One of which nobody has worked waits in the record of the merge;
-- of two on which somebody has, the second stays beside the first.
alter table homework
    add merge_id uuid,
    add foreign key (practice_id, merge_id) references client_merges,
    drop constraint homework_once_per_occurrence,
    add constraint homework_once_per_occurrence unique nulls not distinct (practice_id, assignment_id, client_id, occurrence, merge_id);
drop index homework_once_per_anchor;
create unique index homework_once_per_anchor on homework (practice_id, assignment_id, client_id, anchor_id, merge_id) nulls not distinct
    where anchor_id is not null;
comment on column homework.merge_id is 'The merge of charts that brought it beside another piece of the same occasion.';

-- A letter that reminds of a piece goes with what stands in its place. Only a merge, which runs as cairn_access, does that.
drop trigger state_follows on outbox;
create trigger state_follows before update on outbox for each row
    when (current_user <> 'cairn_access' or (old.client_id, old.homework_id) is not distinct from (new.client_id, new.homework_id))
    execute function letter_state_follows();
comment on column client_merge_moves.was is 'What a merge changed of the row besides whose it is: a span, the roles of an account; or all of a row that gave way to one of the other chart. No answers and no notes.';
