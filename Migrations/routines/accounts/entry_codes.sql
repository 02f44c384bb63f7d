-- Codes with which the desk lets somebody past the limits of signing in (decision 0048): for whom others keep out, and
-- who has neither a mailbox nor a device that is known. Such a code opens nothing: beside the right password it has a
-- limit of its own, as a known device has, for half an hour. It is kept among these, as one that was last seen so long
-- ago that half an hour is left of its ninety days.

create function access.make_entry_code(account uuid, code_hash bytea, at timestamptz, request uuid, proof bytea)
returns table (account_id uuid, sign_in_name text, expires_at timestamptz)
language plpgsql security definer set search_path = public, access, pg_temp as $$
#variable_conflict use_column
declare
    ends constant timestamptz := at + interval '30 minutes';
    a accounts;
    drawn record;
begin
    a := access.account_at_the_desk(account);
    if not access.is_in_use(a) then
        raise exception 'account_not_in_use' using errcode = 'PC409';
    end if;
    -- Each code is ten guesses of the password more: three codes an hour, and one at a time.
    select * into drawn from access.draw(
        sha256(convert_to('entry-code/', 'UTF8') || uuid_send(a.practice_id) || uuid_send(a.account_id)), 3,
        interval '1 hour', at);
    if drawn.remaining < 0 then
        raise exception 'too_many_failures' using errcode = 'PC429';
    end if;
    delete from known_devices d
    where d.practice_id = a.practice_id and d.account_id = a.account_id and d.seen_at <= ends - interval '90 days';
    insert into known_devices (practice_id, account_id, device_hash, seen_at)
    values (a.practice_id, a.account_id, code_hash, ends - interval '90 days');
    perform access.note_key('entry_code.make', a, at, request, proof);
    return query select a.account_id, a.sign_in_name, ends;
end $$;
grant execute on function access.make_entry_code to cairn_server;
