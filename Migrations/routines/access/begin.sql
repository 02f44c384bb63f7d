-- The present rules, made anew: what an earlier version of these files made goes first.

drop schema if exists access cascade;
do $$
declare made record;
begin
    for made in select t.tgname, t.tgrelid::regclass as target from pg_trigger t join pg_class c on c.oid = t.tgrelid
                where not t.tgisinternal and c.relnamespace in ('public'::regnamespace, 'process'::regnamespace) loop
        execute format('drop trigger %I on %s', made.tgname, made.target);
    end loop;
    for made in select polname, polrelid::regclass as target from pg_policy loop
        execute format('drop policy %I on %s', made.polname, made.target);
    end loop;
    -- What columns are made of belongs to the schema (schema/0001_words.sql) and stays. What calls another was made
    -- after it.
    for made in select p.oid::regprocedure as name from pg_proc p
                where p.pronamespace = 'public'::regnamespace and p.proowner = current_user::regrole
                  and obj_description(p.oid, 'pg_proc') is distinct from 'Columns are made of it.'
                order by p.oid desc loop
        execute format('drop function %s', made.name);
    end loop;
end $$;

create schema access;

-- Nobody has a right that is not given beside what it is a right to.
revoke all on all tables in schema public, process from cairn_server, cairn_worker, public;
revoke create on schema public from public;
do $$ begin execute format('revoke temporary, create on database %I from public', current_database()); end $$;
grant usage on schema public, access to cairn_server, cairn_worker, cairn_access;
grant usage on schema process to cairn_server, cairn_access;
grant select on cairn_migrations to cairn_server, cairn_worker;
