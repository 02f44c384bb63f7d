-- Two charts that are one person's become one, and two again.
--
-- The merge moves every row that refers to the duplicate, and takes the duplicate's own row out of `clients` into the
-- record of the merge. So the foreign keys themselves prove that nothing is left behind: what this file did not know of
-- would refuse the whole. Reversing puts the row back and moves back what was moved, and what has since been added to
-- it.

-- What refers to a client, and how it comes along. A new table is a new line.
--   moves    its rows are moved and written down
--   spans    as moves; where survivor and duplicate both have the same `beside` at one time, the duplicate's span is
--            cut
--   one each where both have a row, the survivor's stands and the duplicate's is kept for the reversal: nothing
--            clinical
--   unlike   as moves, but of two that are alike by `beside`, a condition on survivor's row s and duplicate's row t,
--            the survivor's stands and the duplicate's is kept for the reversal: what asks for the same thing, or says
--            it, twice
--   follows  its rows are in the chart of the row they hang on (`beside`), forth and back
--   by rule  has a part of its own in people/merges_by_rule.sql
create table access.client_references (
    refers text not null,
    client_column text not null,
    way text not null check (way in ('moves', 'spans', 'one each', 'unlike', 'follows', 'by rule')),
    beside text,
    primary key (refers, client_column),
    check ((way in ('spans', 'unlike', 'follows')) = (beside is not null))
);
comment on table access.client_references is
    'What a merge of two charts moves. A test fails when a table refers to clients and is not here.';

insert into access.client_references (refers, client_column, way, beside) values
    ('public.client_contacts', 'client_id', 'one each', null),
    ('public.client_identifiers', 'client_id', 'moves', null),
    ('public.accounts', 'client_id', 'by rule', null), -- one each
    ('public.sign_ins', 'client_id', 'by rule', null), -- a copy, which follows its account by a trigger
    ('public.possible_duplicates', 'client_id', 'by rule', null),
    ('public.possible_duplicates', 'other_id', 'by rule', null),
    ('public.guardianships', 'client_id', 'spans', 'guardian_id'),
    ('public.care_team_memberships', 'client_id', 'spans', 'account_id'),
    ('public.couple_members', 'client_id', 'unlike', 's.couple_id = t.couple_id'), -- a couple of the two that never was
    ('public.inquiries', 'client_id', 'moves', null),
    ('public.inquiries', 'partner_id', 'moves', null),
    ('public.inquiries', 'known_client_id', 'moves', null),
    ('public.guardianship_history', 'client_id', 'follows', 'public.guardianships'),
    ('public.consents', 'client_id', 'unlike', $like$s.state = 'requested' and t.state = 'requested'
        and (s.kind, s.couple_id, s.confidentiality) is not distinct from (t.kind, t.couple_id, t.confidentiality)
        and not access.has_signatures(t)$like$),
    ('public.consent_signatures', 'client_id', 'follows', 'public.consents'),
    ('public.consent_revocations', 'client_id', 'follows', 'public.consents'),
    ('public.tasks', 'client_id', 'unlike',
        's.kind = t.kind and s.due_on = t.due_on and s.account_id is not distinct from t.account_id'),
    ('public.outbox', 'client_id', 'moves', null),
    ('public.chart_closings', 'client_id', 'moves', null),
    ('public.enrollments', 'client_id', 'moves', null),
    ('public.enrollment_spans', 'client_id', 'follows', 'public.enrollments'),
    ('public.placement_conflicts', 'client_id', 'moves', null),
    ('public.placement_conflicts', 'other_id', 'moves', null),
    ('public.attendance', 'client_id', 'unlike', 's.meeting_id = t.meeting_id'),
    ('public.attendance_history', 'client_id', 'moves', null),
    ('public.appointments', 'client_id', 'moves', null),
    ('public.progress_notes', 'client_id', 'moves', null),
    ('public.note_addenda', 'client_id', 'follows', 'public.progress_notes'),
    ('process.notes', 'client_id', 'moves', null),
    ('public.homework_assignments', 'client_id', 'moves', null),
    ('public.homework', 'client_id', 'moves', null),
    ('public.homework_answers', 'client_id', 'follows', 'public.homework'),
    ('public.homework_reviews', 'client_id', 'follows', 'public.homework'),
    ('public.homework_exceptions', 'client_id', 'follows', 'public.homework_assignments'),
    ('public.homework_draft_fields', 'client_id', 'follows', 'public.homework'),
    ('public.homework_comments', 'client_id', 'follows', 'public.homework'),
    ('public.attachments', 'client_id', 'follows', 'public.homework'),
    ('public.attachment_chunks', 'client_id', 'follows', 'public.homework'),
    ('public.risk_records', 'client_id', 'follows', 'public.homework'),
    ('public.risk_assessments', 'client_id', 'follows', 'public.risk_records');

do $$
declare r access.client_references;
begin
    for r in select * from access.client_references loop
        execute format('grant update%s on %s to cairn_access', case
            when r.way in ('one each', 'unlike')
                or r.refers = any (
                '{public.placement_conflicts,public.enrollments,public.enrollment_spans,public.attendance_history,'
                'public.homework,public.chart_closings}')
            then ', insert, delete' else '' end, r.refers);
    end loop;
end $$;

-- The columns of a table's primary key that say which row it is within a practice and a chart.
create function access.key_columns(refers text, client_column text) returns text[] language sql stable as $$
    select array_agg(a.attname::text order by k.n)
    from pg_index i, unnest(i.indkey::int2[]) with ordinality k (attnum, n) join pg_attribute a on a.attnum = k.attnum
    where i.indrelid = refers::regclass and a.attrelid = i.indrelid and i.indisprimary
      and a.attname not in ('practice_id', client_column)
$$;
create function access.key_of(alias text, columns text[]) returns text language sql immutable as $$
    select format('jsonb_build_object(%s)', string_agg(format('%L, %s.%I', c, alias, c), ', ' order by c))
        from unnest(columns) c
$$;
create function access.next_version(refers text) returns text language sql stable as $$
    select case when exists (select from pg_trigger t where t.tgrelid = refers::regclass and t.tgname = 'versioned')
        then ', version = version + 1' else '' end
$$;

-- Takes rows out of the way, which a condition names (t is the row, $3 the survivor, $4 the duplicate), and keeps them
-- for the reversal.
create function access.set_aside(merge public.client_merges, refers text, client_column text, condition text)
    returns void
language plpgsql as $$
begin
    execute format($sql$
        with gone as (delete from %1$s t where t.practice_id = $1 and (%5$s) returning t.*)
        insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
        select $1, $2, %4$L, %3$L, %2$s, to_jsonb(gone) from gone$sql$,
        refers, access.key_of('gone', access.key_columns(refers, client_column)), client_column, refers, condition)
    using merge.practice_id, merge.merge_id, merge.survivor_id, merge.duplicate_id;
end $$;

-- Moves the rows of one reference from the duplicate's chart into the survivor's.
create function access.move_forth(merge public.client_merges, r access.client_references)
    returns void language plpgsql as $$
begin
    if r.way = 'spans' then
        execute format($sql$
            with cut as (
                select %2$s as key, t.during, t.ended_at,
                    datemultirange(t.during) - range_agg(s.during) as rest
                from %1$s t join %1$s s on s.practice_id = t.practice_id and s.%3$I = t.%3$I and s.%4$I = $3
                    and s.during && t.during
                where t.practice_id = $1 and t.%4$I = $4
                group by t.practice_id, %5$s, t.during, t.ended_at),
            remains as (
                select cut.*, coalesce((select part from unnest(rest) part order by part desc limit 1),
                    'empty') as during_left from cut),
            changed as (
                update %1$s t set during = c.during_left%6$s,
                    ended_at = case when isempty(c.during_left) then coalesce(t.ended_at, $5) else t.ended_at end
                from remains c where t.practice_id = $1 and t.%4$I = $4 and %2$s = c.key)
            insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key, was)
            select $1, $2, %7$L, %4$L, key,
                jsonb_build_object('during', during, 'ended_at', ended_at, 'during_left', during_left)
                    from remains$sql$,
            r.refers, access.key_of('t', access.key_columns(r.refers, r.client_column)), r.beside, r.client_column,
            (select string_agg(format('t.%I', c), ', ') from unnest(access.key_columns(r.refers, r.client_column)) c),
            access.next_version(r.refers), r.refers)
        using merge.practice_id, merge.merge_id, merge.survivor_id, merge.duplicate_id, merge.merged_at;
    elsif r.way in ('one each', 'unlike') then
        perform access.set_aside(merge, r.refers, r.client_column,
            format('t.%2$I = $4 and exists (select from %1$s s where s.practice_id = $1 and s.%2$I = $3 and %3$s)',
                   r.refers, r.client_column, coalesce(r.beside, 'true')));
    end if;
    execute format($sql$
        with moved as (
            update %1$s t set %3$I = $3%4$s where t.practice_id = $1 and t.%3$I = $4 returning %2$s as key)
        insert into public.client_merge_moves (practice_id, merge_id, table_name, column_name, key)
        select $1, $2, %5$L, %3$L, key from moved where %6$L <> 'follows'
        on conflict do nothing$sql$,
        r.refers, access.key_of('t', access.key_columns(r.refers, r.client_column)), r.client_column,
        access.next_version(r.refers), r.refers, r.way)
    using merge.practice_id, merge.merge_id, merge.survivor_id, merge.duplicate_id;
end $$;

-- Moves back what was moved, and puts back what gave way. What hangs on a moved row goes with it, even when it was
-- added since.
create function access.move_back(merge public.client_merges, r access.client_references)
    returns void language plpgsql as $$
declare
    mover constant text := case r.way when 'follows' then r.beside else r.refers end;
    displaced jsonb;
begin
    execute format($sql$
        update %1$s t set %3$I = $4%5$s
        from public.client_merge_moves m
        where m.practice_id = $1 and m.merge_id = $2 and m.table_name = %4$L and m.column_name = %6$L
          and t.practice_id = $1 and t.%3$I = $3 and %2$s = m.key and not coalesce(m.was ? %6$L, false)$sql$,
        r.refers, access.key_of('t', access.key_columns(mover, r.client_column)), r.client_column, mover,
        access.next_version(r.refers), r.client_column)
    using merge.practice_id, merge.merge_id, merge.survivor_id, merge.duplicate_id;
    if r.way = 'spans' then
        -- A span that somebody has changed since stays as it is.
        execute format($sql$
            update %1$s t set during = (m.was ->> 'during')::daterange,
                ended_at = (m.was ->> 'ended_at')::timestamptz%4$s
            from public.client_merge_moves m
            where m.practice_id = $1 and m.merge_id = $2 and m.table_name = %3$L and m.was is not null
              and t.practice_id = $1 and t.%5$I = $3 and %2$s = m.key
              and t.during = (m.was ->> 'during_left')::daterange$sql$,
            r.refers, access.key_of('t', access.key_columns(r.refers, r.client_column)), r.refers,
            access.next_version(r.refers), r.client_column)
        using merge.practice_id, merge.merge_id, merge.duplicate_id;
    else
        -- What gave way is kept whole. It comes back when what stands in its place is gone.
        for displaced in
            select m.was from public.client_merge_moves m
            where m.practice_id = merge.practice_id and m.merge_id = merge.merge_id
              and m.table_name = r.refers and m.column_name = r.client_column and m.was ? r.client_column
        loop
            perform access.put_back(r.refers, displaced);
        end loop;
    end if;
end $$;

create function access.has_signatures(c public.consents) returns boolean language sql stable as $$
    select exists (select from public.consent_signatures s where s.practice_id = (c).practice_id
        and s.consent_id = (c).consent_id)
$$;

-- Puts a row back that gave way; what is generated is generated anew.
create function access.put_back(target text, displaced jsonb) returns void language plpgsql as $$
begin
    execute (
        select format('insert into %s (%s) select %s from jsonb_populate_record(null::%1$s, $1) r', target,
            string_agg(quote_ident(a.attname), ', ' order by a.attnum), string_agg('r.' || quote_ident(a.attname), ', '
                order by a.attnum))
        from pg_attribute a
        where a.attrelid = target::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            and displaced ? a.attname::text)
    using displaced;
end $$;
