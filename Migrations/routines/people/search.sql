-- Finding people by their names. Trigrams and edit distances are not leakproof, so no index on them may be used
-- below a policy: these functions look past the policies and answer ids only, and of those only what the caller's scope
-- has.

-- Loads the library, without which PostgreSQL does not know the setting below and lets only a superuser write it.
do $$ begin perform public.show_limit(); end $$;

-- Whose identity the caller may see, and so search by: of whom a rule of reading charts shows it to one of those who
-- may search. To search lets in by any tie; what is searched for is judged for each chart by the tie that shows the
-- field. So is each chart of a list that several ties let in. Else nobody.
do $$ begin
    execute format($identified$
create function access.identified() returns uuid[]
language sql stable security definer set search_path = public, access, pg_temp as $body$
    select array(select unnest(r.clients) from (select access.caller_now() as p) me, lateral (%s) r
    where access.action() = 'client.search'
    union all
    select unnest(access.shown_of('identity', false)) where access.action() = 'client.read')
$body$ $identified$,
        (select string_agg(format('select clients from access.%I(me.p%s) where (me.p).roles && %L::text[]',
                                  'reach_' || split_part(t.relation, ':', 1),
                                  coalesce(', ' || quote_literal(nullif(split_part(t.relation, ':', 2), '')), ''),
                                      t.roles),
                           ' union all ')
         from (select r.relation, array_agg(r.role) as roles from access.rules r
               where r.action = 'client.read' and r.relation <> 'any' and r.shows && '{all,identity}'
                 and r.role in (select s.role from access.rules s where s.action = 'client.search')
               group by r.relation) t));
end $$;
grant execute on function access.identified to cairn_server, cairn_worker;

-- What a search asks for: each run of its words without anything between, as far as it may begin something in a name.
-- So what is typed in pieces finds what is written as one: of `de la cruz`, delacruz; and saints are found however they
-- are written. What is long enough is also looked for nearly.
create function access.name_runs(words text[]) returns table (first int, last int, run text, near text)
language plpgsql immutable parallel safe rows 3 as $$
declare joined text; saints text[];
begin
    for f in 1..cardinality(words) loop
        for l in f..cardinality(words) loop
            joined := array_to_string(words[f:l], '');
            return query select f, l, joined, case
                when l = f and length(joined) >= 4 or l > f and length(joined) >= 6
                    and words[f] = any (public.name_particles()) then joined end;
            saints := public.name_saints(words[f:l]);
            if saints <> words[f:l] then
                -- A saint alone is a whole word: who looks for Saint does not mean Stone.
                return query select f, l, array_to_string(saints, '') || case when l = f
                    and length(saints[1]) <= 3 then ' ' else '' end, null;
            end if;
        end loop;
    end loop;
end $$;
grant execute on function access.name_runs to cairn_server;

-- How well a search fits a name: 0 when each of its words, or a run with it, begins something there, 1 when some are
-- only near, null when they do not fit.
create function access.name_fit(name_key text, words text[], firsts int[], lasts int[], runs text[], nears text[])
    returns int
language plpgsql immutable parallel safe as $$
declare
    fits boolean; is_near boolean;
    rank int := case when cardinality(words) > 0 then 0 end;
    parts text[];
begin
    for w in 1..cardinality(words) loop
        fits := position(' ' || words[w] in name_key) > 0;
        for r in 1..cardinality(runs) loop
            exit when fits;
            fits := w between firsts[r] and lasts[r] and position(' ' || runs[r] in name_key) > 0;
        end loop;
        if fits then continue; end if;
        parts := coalesce(parts, string_to_array(name_key, ' '));
        is_near := false;
        for r in 1..cardinality(runs) loop
            exit when is_near;
            if nears[r] is not null and w between firsts[r] and lasts[r] then
                for p in 1..cardinality(parts) loop
                    is_near := access.near_words(nears[r], parts[p]);
                    exit when is_near;
                end loop;
            end if;
        end loop;
        if not is_near then return null; end if;
        rank := 1;
    end loop;
    return rank;
end $$;
grant execute on function access.name_fit to cairn_server;
create function access.name_rank(name_key text, words text[]) returns int language sql immutable parallel safe as $$
    select access.name_fit(name_key, words, array_agg(r.first), array_agg(r.last), array_agg(r.run), array_agg(r.near))
        from access.name_runs(words) r
$$;
grant execute on function access.name_rank to cairn_server;

-- The people whose name fits, or fits nearly, by the index: it is asked for the longest word and the runs with it, the
-- others are compared.
create function access.named_like(practice uuid, words text[], nearly boolean)
returns table (client_id uuid, rank int, family_key text, given_key text) language sql stable as $$
    with runs as materialized (select r.* from access.name_runs(words) r),
    asked as materialized (
        select array_agg(r.first) as firsts, array_agg(r.last) as lasts, array_agg(r.run) as runs,
            array_agg(r.near) as nears from runs r),
    longest as materialized (select n from unnest(words) with ordinality w (word, n)
        order by length(word) desc, n limit 1),
    likely as (
        select distinct c.client_id, c.name_key, c.family_key, c.given_key
        from longest join runs r on longest.n between r.first and r.last
            join public.clients c on c.practice_id = practice
                and (c.name_key like '% ' || r.run || '%' or case
                    when nearly then r.near end operator(public.<%) c.name_key))
    select l.client_id, fit.rank, l.family_key, l.given_key
    from likely l, asked, lateral (
        select case when cardinality(words) = 1 and position(' ' || words[1] in l.name_key) > 0 then 0
                    else access.name_fit(l.name_key, words, asked.firsts, asked.lasts, asked.runs,
                        asked.nears) end as rank) fit
    where fit.rank is not null
$$;

-- How well words fit the present name alone. Names from before belong to the identity: who is not shown it does not
-- find by them.
create function access.present_name_rank(practice uuid, client uuid, words text[]) returns int language sql stable as $$
    select access.name_rank(public.name_key(c.given_name, c.preferred_name, c.family_name), words)
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
               or (n.family_key, n.given_key, n.client_id) > (after_family collate "C", after_given collate "C",
                   after_id))
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
grant execute on function access.clients_named to cairn_server;
