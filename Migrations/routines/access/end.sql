-- The functions that answer beyond the scope run as cairn_access: a role that owns nothing else and passes by the
-- policies, because the policies call them. The server and the worker own nothing.
grant create on schema access to cairn_access;
do $$
declare f record;
begin
    for f in select oid::regprocedure as name from pg_proc where pronamespace = 'access'::regnamespace
        and prosecdef loop
        execute format('alter function %s owner to cairn_access', f.name);
    end loop;
    -- The doors: no other function has a dot in its name.
    for f in select oid::regprocedure as name from pg_proc where pronamespace = 'access'::regnamespace
        and proname like '%.%' loop
        execute format('grant execute on function %s to cairn_server', f.name);
    end loop;
end $$;
revoke create on schema access from cairn_access;
grant select on all tables in schema public, process, access to cairn_access;
grant execute on all functions in schema access to cairn_access;

drop function access.protect;
drop function access.lets_remove;
drop function access.in_full(text[]), access.in_full(text);
drop table access.policy_words;
alter default privileges grant execute on functions to public;
