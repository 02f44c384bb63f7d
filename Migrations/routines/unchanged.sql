-- A change that says what is there already is none, and keeps the version: whoever has read that version has read the
-- present one (decision 0045). A statement that sets the version alone says that something changed beside the row, and
-- is one; where both may be, whoever changes says that something did: cairn.changed_beside. The arguments are columns
-- that are no news by themselves: who wrote it, and when, and what the database makes of the others.
create function unchanged_keeps_its_version() returns trigger language plpgsql as $$
declare beside constant text[] := array['version'] || tg_argv;
begin
    if coalesce(current_setting('cairn.changed_beside', true), '') <> 'on'
        and to_jsonb(new) - beside = to_jsonb(old) - beside
    then
        return old;
    end if;
    return new;
end $$;

-- Says, for this transaction, that something beside a row is new.
create function access.say_changed_beside() returns boolean
language sql security definer set search_path = public, access, pg_temp as $$
    select set_config('cairn.changed_beside', 'on', true) is not null
$$;
grant execute on function access.say_changed_beside to cairn_server;

-- On what PATCH changes. The name of the trigger puts it behind the others of its table, which come in the order of
-- their names: a version that is not the present one is refused first.
do $$
declare changed record;
begin
    for changed in
        select c.oid::regclass as target,
            string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.attgenerated = '') as columns,
            string_agg(quote_literal(a.attname), ', ' order by a.attnum)
                filter (where a.attgenerated <> '' or a.attname = any (t.beside)) as beside
        from (values
            ('clients', '{}'::text[]), ('couples', '{}'), ('guardianships', '{recorded_at,recorded_by}'),
            ('practices', '{}'), ('inquiries', '{}'), ('groups', '{}'), ('meetings', '{by_hand,changed_at}'),
            ('programs', '{}'), ('tracks', '{}'),
            ('closures', '{}'), ('exercises', '{}')
        ) t (named, beside)
            join pg_class c on c.relname = t.named and c.relnamespace = 'public'::regnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and a.attname <> 'version'
        group by c.oid
    loop
        execute format('create trigger with_nothing_new_keeps_its_version before update of %s on %s
            for each row execute function unchanged_keeps_its_version(%s)',
            changed.columns, changed.target, coalesce(changed.beside, ''));
    end loop;
end $$;
