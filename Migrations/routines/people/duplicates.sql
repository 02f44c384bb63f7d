-- Who may be whom: charts that may be one person's, and those of whom an inquiry may be from. As in search.sql, these
-- functions look past the policies and answer ids only, and of those only what the caller's scope has.

-- How much alike two people's names are, of those that both have: (3, 2) when one is the other. Who has but one name
-- may have it in either part.
create function access.alike_people(
    given text, preferred text, family text, sex text, other_given text, other_preferred text, other_family text,
        other_sex text,
    out of_given int, out of_family int) language plpgsql stable parallel safe as $$
declare
    firsts constant text[] := coalesce(public.name_words(given), '{}');
    lasts constant text[] := coalesce(public.name_words(family), '{}');
    other_firsts constant text[] := coalesce(public.name_words(other_given), '{}');
    other_lasts constant text[] := coalesce(public.name_words(other_family), '{}');
begin
    of_family := access.alike_families(lasts, other_lasts);
    of_given := greatest(
        access.alike_given_names(firsts, other_firsts, sex, other_sex),
        access.alike_given_names(public.name_words(preferred), other_firsts, sex, other_sex),
        access.alike_given_names(firsts, public.name_words(other_preferred), sex, other_sex),
        access.alike_given_names(public.name_words(preferred), public.name_words(other_preferred), sex, other_sex));
    if '{}'::text[] in (firsts, lasts, other_firsts, other_lasts) then
        if access.alike_families(firsts || lasts, other_firsts || other_lasts) = 2 then
            of_given := 3; of_family := 2;
        end if;
    elsif of_family < 2 or of_given < 3 then
        -- The two parts may have changed places.
        if access.alike_families(lasts, other_firsts) = 2 and access.alike_families(firsts, other_lasts) = 2 then
            of_given := 3; of_family := 2;
        end if;
    end if;
end $$;

-- Who may be a person of this description, and why: the birth date, the telephone or the e-mail address is the same,
-- and the names are alike. The less they are, the more else must agree: a short form of a given name, with the birth
-- date or two of them; short names a letter apart, with two of them; another family name, with the birth date and one
-- of the others. Of each of the two, names from before, and those of other records, count as the present one does. A
-- birth date that more than a hundred charts have was mostly written for want of another: of those only who has a word
-- that begins like one of the family name is looked at, or else thousands would be compared with each other.
create function access.people_like(
    practice uuid, given text, preferred text, family text, born date, telephone text, address text,
        of_sex text default null,
    others jsonb default '[]'
) returns table (client_id uuid, reasons text[]) language sql stable as $$
    with many as materialized (
        select count(*) > 100 as share_it, array(
            select '% ' || left(w, 3) || '%'
            from access.names_of(given, preferred, family, others) n,
                public.name_words(coalesce(nullif(n.family, ''), n.given)) words,
                unnest(words || array_to_string(words, '')) w
            where w <> all (public.name_particles())) as beginnings
        from (select from public.clients b where b.practice_id = practice
            and b.birth_date = born limit 101) first_ones),
    -- Before names are compared, which costs much more than anything else here.
    compared as materialized (
        select c.client_id, c.given_name, c.preferred_name, c.family_name, c.other_names, c.sex, facts.reasons,
            coalesce(c.birth_date = born, false) as born_then,
            cardinality(facts.reasons) >= 2
                and coalesce(c.birth_date = born, born between c.born_from and c.born_until, true) as two_facts
        from (
            select b.client_id from public.clients b, many
            where b.practice_id = practice and b.birth_date = born
              and (not many.share_it or b.name_key like any (many.beginnings))
            union
            select p.client_id from public.client_contacts p where p.practice_id = practice
                and p.phone_key = public.phone_key(telephone)
            union
            select e.client_id from public.client_contacts e where e.practice_id = practice
                and e.email_key = public.email_key(address)) likely
            join public.clients c on c.practice_id = practice and c.client_id = likely.client_id
            left join public.client_contacts k on k.practice_id = practice and k.client_id = likely.client_id
            cross join lateral (
                select array_remove(array[
                    case when c.birth_date = born then 'birthDate' end,
                    case when k.phone_key = public.phone_key(telephone) then 'phone' end,
                    case when k.email_key = public.email_key(address) then 'email' end], null) as reasons) facts)
    select c.client_id, c.reasons from compared c
    where exists (
        select from access.names_of(given, preferred, family, others) mine
            cross join access.names_of(c.given_name, c.preferred_name, c.family_name, c.other_names) theirs
            cross join lateral access.alike_people(
                mine.given, mine.preferred, mine.family, of_sex, theirs.given, theirs.preferred, theirs.family,
                    c.sex) names
        where names.of_given = 3 and names.of_family = 2
            or names.of_given = 2 and names.of_family = 2 and (c.born_then or c.two_facts)
            or names.of_given >= 1 and c.two_facts and (names.of_family >= 1 or c.born_then))
$$;

-- The same, as a request may ask it before there is a chart.
create function access.people_described(
    given text, preferred text, family text, born date, phone text, email text, sex text default null,
    others jsonb default '[]')
returns table (client_id uuid, reasons text[])
language plpgsql stable security definer rows 5 set search_path = public, access, pg_temp as $$
begin
    return query
    select p.client_id, p.reasons
    from access.people_like(access.practice(), given, preferred, family, born, phone, email, sex, others) p
    where access.action() in ('client.search', 'import.run')
        and (access.whole() or p.client_id = any (access.identified()));
end $$;
grant execute on function access.people_described to cairn_server, cairn_worker;

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
            cross join lateral access.people_like(c.practice_id, c.given_name, c.preferred_name, c.family_name,
                c.birth_date, k.phone, k.email, c.sex, c.other_names) p
        where c.practice_id = access.practice() and c.client_id = client
        union all
        select case client when d.client_id then d.other_id else d.client_id end, d.reasons
        from possible_duplicates d
        where d.practice_id = access.practice() and client in (d.client_id, d.other_id)) found (client_id, reasons),
            unnest(found.reasons) reason
    where access.action() in ('client.search', 'client.create', 'import.run')
      and found.client_id <> client
      and (access.whole() or client = any (access.identified()) and found.client_id = any (access.identified()))
      and not exists (
          select from possible_duplicates d
          where d.practice_id = access.practice() and d.distinct_at is not null
            and d.client_id = least(client, found.client_id) and d.other_id = greatest(client, found.client_id))
    group by found.client_id;
end $$;
grant execute on function access.duplicates_of to cairn_server, cairn_worker;

-- Refuses a chart for somebody who may have one. Those who make charts at the same time are judged one after the other,
-- each when its own chart is written and that of the one before can be seen.
create function access.refuse_duplicates(client uuid) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('cairn new charts ' || access.practice(), 0));
    if exists (select from access.duplicates_of(client)) then
        raise exception 'possible_duplicate' using errcode = 'PC409';
    end if;
end $$;
grant execute on function access.refuse_duplicates to cairn_server;

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
        select p.client_id, 'phone' from client_contacts p where p.practice_id = i.practice_id
            and p.phone_key = phone_key(i.phone)
        union all
        select e.client_id, 'email' from client_contacts e where e.practice_id = i.practice_id
            and e.email_key = email_key(i.email)) found
    where i.practice_id = access.practice() and i.inquiry_id = inquiry
      and access.action() = 'inquiry.read' and access.whole()
    group by found.client_id
    order by count(*) desc, found.client_id limit 25;
end $$;
grant execute on function access.people_of_inquiry to cairn_server;
