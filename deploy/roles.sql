-- The four roles of Cairn, and their rights in the database this is run in.
--
--   psql -X -v ON_ERROR_STOP=1 -d cairn -f deploy/roles.sql
--
-- Run it as a superuser, connected to the database that is to hold Cairn (it becomes cairn_owner's). It can be run again at any time, by several
-- at once: it creates what is missing, corrects what was changed, and never touches a password. It is one statement, so
-- that any client can send it.
--
--   cairn_owner   owns schemas, tables and types, and runs the migrations. Never used to serve requests.
--   cairn_access  owns the access functions and nothing else. It passes row-level security, because the functions that
--                 the policies call may not be judged by those policies. Nobody can sign in as it.
--   cairn_server  serves requests. Owns nothing, passes nothing: the policies judge everything it does.
--   cairn_worker  background work: the same, with rules of its own.
do $roles$
declare
    wanted record;
begin
    perform pg_advisory_xact_lock(7160290471);

    for wanted in
        select *
        from (values
            ('cairn_owner', true, false),
            ('cairn_access', false, true),
            ('cairn_server', true, false),
            ('cairn_worker', true, false)
        ) as role (name, may_login, passes_policies)
    loop
        -- Roles belong to the whole cluster, the lock above to one database: somebody may be faster.
        begin
            if not exists (select from pg_roles where rolname = wanted.name) then
                execute format('create role %I', wanted.name);
            end if;
        exception when duplicate_object or unique_violation then
            null;
        end;

        if exists (
            select
            from pg_roles
            where rolname = wanted.name
                and (rolcanlogin, rolbypassrls, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolinherit)
                    is distinct from (wanted.may_login, wanted.passes_policies, false, false, false, false, true)
        ) then
            begin
                execute format(
                    'alter role %I %s %s nosuperuser nocreaterole nocreatedb noreplication inherit',
                    wanted.name,
                    case when wanted.may_login then 'login' else 'nologin' end,
                    case when wanted.passes_policies then 'bypassrls' else 'nobypassrls' end);
            exception when sqlstate 'XX000' then
                null;  -- "tuple concurrently updated": another run has just made the same correction
            end;
        end if;
    end loop;

    -- The owner hands the access functions over to cairn_access, for which it must be a member of it.
    if not pg_has_role('cairn_owner', 'cairn_access', 'member') then
        begin
            grant cairn_access to cairn_owner;
        exception when unique_violation or sqlstate 'XX000' then
            null;
        end;
    end if;

    -- The owner of a database can give rights on it and on its schema `public`, which the access files do.
    if (select pg_get_userbyid(datdba) from pg_database where datname = current_database()) <> 'cairn_owner' then
        execute format('alter database %I owner to cairn_owner', current_database());
    end if;
    alter schema public owner to cairn_owner;
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to cairn_server, cairn_worker', current_database());
    -- What a request may touch is a setting that the door makes; no query may make it instead.
    revoke execute on function pg_catalog.set_config(text, text, boolean) from public;
    grant execute on function pg_catalog.set_config(text, text, boolean) to cairn_owner, cairn_access;
    revoke all on schema public from public;
    grant usage on schema public to cairn_server, cairn_worker;
end
$roles$;
