-- Finding people, and who may be whom. Trigrams and edit distances are not leakproof, so no index on them may be used below
-- a policy: these functions look past the policies and answer ids only, and of those only what the caller's scope has.

-- Loads the library, without which PostgreSQL does not know the setting below and lets only a superuser write it.
do $$ begin perform public.show_limit(); end $$;

-- Whose identity the caller may see, and so search by: of whom a rule of reading charts shows it. To search lets in by any
-- tie; what is searched for is judged for each chart by the tie that shows the field. Nobody where nothing is searched for.
do $$ begin
    execute format($identified$
create function access.identified() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp as $body$
    select array(select unnest(r.clients) from (select access.caller_now() as p) me, lateral (%s) r)
    where access.action() = 'client.search'
$body$ $identified$,
        (select string_agg(format('select clients from access.%I(me.p%s) where (me.p).roles && %L::text[]',
                                  'reach_' || split_part(t.relation, ':', 1),
                                  coalesce(', ' || quote_literal(nullif(split_part(t.relation, ':', 2), '')), ''), t.roles),
                           ' union all ')
         from (select r.relation, array_agg(r.role) as roles from access.rules r
               where r.action = 'client.read' and r.relation <> 'any' and r.shows && '{all,identity}'
               group by r.relation) t));
end $$;

-- Two words of names are near: one begins the other, a letter or two differ, or most of their trigrams agree.
create function access.near_words(a text, b text) returns boolean language sql immutable parallel safe
return a = b
    or least(length(a), length(b)) >= 3 and (starts_with(a, b) or starts_with(b, a))
    or least(length(a), length(b)) >= 4 and (
        public.levenshtein(left(a, 100), left(b, 100)) <= least(length(a), length(b)) / 4
        or public.similarity(a, b) >= 0.5);

-- How well words fit a name: 0 when each begins a word of it, 1 when some are only near one, null when they do not fit.
create function access.name_rank(name_key text, words text[]) returns int language sql immutable parallel safe as $$
    select case when bool_and(fit.begins) then 0 when bool_and(fit.begins or fit.is_near) then 1 end
    from unnest(words) word, lateral (
        select position(' ' || word in name_key) > 0 as begins,
            length(word) >= 4 and exists (
                select from string_to_table(name_key, ' ') part where access.near_words(word, part)) as is_near) fit
$$;

-- The people whose name fits, or fits nearly, by the index: it is asked for the longest word, the others are compared.
create function access.named_like(practice uuid, words text[], nearly boolean)
returns table (client_id uuid, rank int, family_key text, given_key text) language sql stable as $$
    select c.client_id, fit.rank, c.family_key, c.given_key
    from (select w as word, case when nearly and length(w) >= 4 then w end as near from unnest(words) w order by length(w) desc limit 1) longest
        join public.clients c on c.practice_id = practice
            and (c.name_key like '% ' || longest.word || '%' or longest.near operator(public.<%) c.name_key)
        cross join lateral (
            select case when cardinality(words) = 1 and position(' ' || longest.word in c.name_key) > 0 then 0
                        else access.name_rank(c.name_key, words) end as rank) fit
    where fit.rank is not null
$$;

-- How well words fit the present name alone. Names from before belong to the identity: who is not shown it does not find by them.
create function access.present_name_rank(practice uuid, client uuid, words text[]) returns int language sql stable as $$
    select access.name_rank(public.name_key(c.given_name || ' ' || coalesce(c.preferred_name, '') || ' ' || c.family_name), words)
    from public.clients c where c.practice_id = practice and c.client_id = client
$$;

-- One page of a search by name alone.
create function access.clients_named(
    name text, after_rank int, after_family text, after_given text, after_id uuid, most int
) returns table (client_id uuid, rank int)
language plpgsql stable security definer rows 25
set search_path = public, access, pg_temp set pg_trgm.word_similarity_threshold = 0.3 as $$
declare -- what would else be computed for every row
    words constant text[] := name_words(name);
    practice constant uuid := case when access.action() = 'client.search' then access.practice() end;
    whole constant boolean := access.whole();
    mine constant uuid[] := access.clients();
    known constant uuid[] := case when access.shows('identity') then mine else access.identified() end;
    found int := 0;
begin
    if after_rank is distinct from 1 then
        return query
        select n.client_id, 0
        from access.named_like(practice, words, false) n
        where n.rank = 0 and (whole or n.client_id = any (known)
               or n.client_id = any (mine) and access.present_name_rank(practice, n.client_id, words) = 0)
          and (after_rank is null
               or (n.family_key, n.given_key, n.client_id) > (after_family collate "C", after_given collate "C", after_id))
        order by n.family_key, n.given_key, n.client_id limit most;
        get diagnostics found = row_count;
    end if;
    if found = most then return; end if;
    -- What is only near costs more, and stands behind. Of a long word a letter or two leave more of its trigrams.
    perform set_config('pg_trgm.word_similarity_threshold', '0.42', true)
    from unnest(words) word having max(length(word)) >= 7;
    return query
    select n.client_id, 1
    from access.named_like(practice, words, true) n
    where n.rank = 1 and (whole or n.client_id = any (known)
               or n.client_id = any (mine) and access.present_name_rank(practice, n.client_id, words) is not null)
      and (after_rank is distinct from 1
           or (n.family_key, n.given_key, n.client_id) > (after_family collate "C", after_given collate "C", after_id))
    order by n.family_key, n.given_key, n.client_id limit most - found;
end $$;

-- Who may be a person of this description, and why: a near name, and the birth date, the telephone or the e-mail address.
create function access.people_like(
    practice uuid, given text, preferred text, family text, born date, telephone text, address text
) returns table (client_id uuid, reasons text[]) language sql stable as $$
    select c.client_id, array_remove(array[
        case when c.birth_date = born then 'birthDate' end,
        case when k.phone_key = public.phone_key(telephone) then 'phone' end,
        case when k.email_key = public.email_key(address) then 'email' end], null)
    from (
        select b.client_id from public.clients b where b.practice_id = practice and b.birth_date = born
        union
        select p.client_id from public.client_contacts p where p.practice_id = practice and p.phone_key = public.phone_key(telephone)
        union
        select e.client_id from public.client_contacts e where e.practice_id = practice and e.email_key = public.email_key(address)) likely
        join public.clients c on c.practice_id = practice and c.client_id = likely.client_id
        left join public.client_contacts k on k.practice_id = practice and k.client_id = likely.client_id
    where (access.near_words(public.fold(family), c.family_key)
            and (access.near_words(public.fold(given), c.given_key) or access.near_words(public.fold(given), c.preferred_key)
                or access.near_words(public.fold(preferred), c.given_key) or access.near_words(public.fold(preferred), c.preferred_key)))
        or (access.near_words(public.fold(family), c.given_key) and access.near_words(public.fold(given), c.family_key))
$$;

-- The same, as a request may ask it before there is a chart.
create function access.people_described(given text, preferred text, family text, born date, phone text, email text)
returns table (client_id uuid, reasons text[])
language plpgsql stable security definer rows 5 set search_path = public, access, pg_temp as $$
begin
    return query
    select p.client_id, p.reasons
    from access.people_like(access.practice(), given, preferred, family, born, phone, email) p
    where access.action() in ('client.search', 'import.run') and (access.whole() or p.client_id = any (access.identified()));
end $$;

-- The charts that may be this client's too: by what the rule finds now, and by what was found before; not those which
-- somebody has told apart.
create function access.duplicates_of(client uuid) returns table (client_id uuid, reasons text[])
language plpgsql stable security definer rows 5 set search_path = public, access, pg_temp as $$
begin
    return query
    select found.client_id, array_agg(distinct reason order by reason)
    from (
        select p.client_id, p.reasons
        from clients c left join client_contacts k using (practice_id, client_id)
            cross join lateral access.people_like(c.practice_id, c.given_key, c.preferred_name, c.family_key, c.birth_date, k.phone, k.email) p
        where c.practice_id = access.practice() and c.client_id = client
        union all
        select case client when d.client_id then d.other_id else d.client_id end, d.reasons
        from possible_duplicates d
        where d.practice_id = access.practice() and client in (d.client_id, d.other_id)) found (client_id, reasons), unnest(found.reasons) reason
    where access.action() in ('client.search', 'client.create', 'import.run')
      and found.client_id <> client
      and (access.whole() or client = any (access.identified()) and found.client_id = any (access.identified()))
      and not exists (
          select from possible_duplicates d
          where d.practice_id = access.practice() and d.distinct_at is not null
            and d.client_id = least(client, found.client_id) and d.other_id = greatest(client, found.client_id))
    group by found.client_id;
end $$;

-- Refuses a chart for somebody who may have one. Those who make charts at the same time are judged one after the other, each
-- when its own chart is written and that of the one before can be seen.
create function access.refuse_duplicates(client uuid) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('cairn new charts ' || access.practice(), 0));
    if exists (select from access.duplicates_of(client)) then
        raise exception 'possible_duplicate' using errcode = 'PC409';
    end if;
end $$;

-- Who an inquiry may be from: of a near name, or with its telephone or e-mail address, which a family may share.
create function access.people_of_inquiry(inquiry uuid) returns table (client_id uuid, reasons text[])
language plpgsql stable security definer
set search_path = public, access, pg_temp set pg_trgm.word_similarity_threshold = 0.3 as $$
begin
    return query
    select found.client_id, array_agg(found.reason order by found.reason)
    from inquiries i cross join lateral (
        select n.client_id, 'name' as reason from access.named_like(i.practice_id, name_words(i.contact_name), true) n
        union all
        select p.client_id, 'phone' from client_contacts p where p.practice_id = i.practice_id and p.phone_key = phone_key(i.phone)
        union all
        select e.client_id, 'email' from client_contacts e where e.practice_id = i.practice_id and e.email_key = email_key(i.email)) found
    where i.practice_id = access.practice() and i.inquiry_id = inquiry
      and access.action() = 'inquiry.read' and access.whole()
    group by found.client_id
    order by count(*) desc, found.client_id limit 25;
end $$;
