select access.protect('practices',
    reads => '{people,practice,me,staff,supervision,program,exercise,audit,sign_in}',
    writes => '{practice.change,seed.run}',
    seen => $$ true $$);
grant update (version) on practices to cairn_access; -- only to lock the practice whose closures change
grant select, insert, update on practices to cairn_server, cairn_worker;

select access.protect('accounts',
    reads => '{people,staff,supervision,me,program,exercise,audit,sign_in,outbox}',
    writes => '{staff.change,staff.add,seed.run}',
    seen => $$ access.is_staff(roles) or {mine} or {whole} or {client} $$,
    written => $$ {whole} $$);
grant update on accounts to cairn_access;
grant insert on accounts to cairn_access;
grant select (practice_id, account_id, email, sign_in_name, wanted_email, name, roles, client_id, disabled_at,
    created_at, version) on accounts to cairn_server, cairn_worker;
grant insert, update on accounts to cairn_worker;
grant update (name, roles, disabled_at, version) on accounts to cairn_server;

select access.protect('account_notices', reads => '{me}', writes => '{}',
    seen => $$ {mine} $$);
grant insert on account_notices to cairn_access;
grant select on account_notices to cairn_server;

select access.protect('email_changes', reads => '{me}', writes => '{}',
    seen => $$ {mine} $$);
grant insert, update on email_changes to cairn_access;
grant select (practice_id, change_id, account_id, email, old_email, created_at, expires_at, new_proved_at,
    old_proved_at, done_at, withdrawn_at) on email_changes to cairn_server;

-- Which devices are known is for the judgement of tries alone (accounts/tries.sql).
select access.protect('known_devices', reads => '{none}', writes => '{}',
    seen => $$ false $$);
grant insert, update, delete on known_devices to cairn_access;

select access.protect('staff',
    reads => '{people,staff,me,program,exercise,supervision}',
    writes => '{staff.invite,staff.change,staff.add,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
grant update (homework_digest) on staff to cairn_access;
grant select, insert, update on staff to cairn_server, cairn_worker;

select access.protect('supervisions',
    reads => '{supervision,staff,seed}',
    writes => '{supervision.change,staff.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
grant select, insert, update on supervisions to cairn_server, cairn_worker;

select access.protect('sign_ins', reads => '{me,sign_in}', writes => '{sign_in.end,staff.change}',
    seen => $$ {mine} or {whole} $$);
grant insert on sign_ins to cairn_access;
grant update on sign_ins to cairn_access;
grant select (practice_id, sign_in_id, account_id, created_at, last_seen_at, idle_limit, expires_at, ended_at,
    device), update (ended_at) on sign_ins to cairn_server;

select access.protect('second_factors', reads => '{me}', writes => '{}',
    seen => $$ {mine} $$);
grant insert, update, delete on second_factors to cairn_access;
grant select (practice_id, account_id, created_at) on second_factors to cairn_server;

select access.protect('recovery_codes', reads => '{me}', writes => '{}',
    seen => $$ {mine} $$);
grant insert, update, delete on recovery_codes to cairn_access;
grant select (practice_id, account_id, used_at) on recovery_codes to cairn_server;

-- Keys are made, told and used by the database's own functions (accounts/keys.sql).
select access.protect('invitations', reads => '{seed}', writes => '{seed.run}',
    seen => $$ {whole} $$);
grant update on invitations to cairn_access;
grant insert on invitations to cairn_access;
grant select (practice_id, invitation_id, account_id, created_at, expires_at,
    accepted_at) on invitations to cairn_server, cairn_worker;

select access.protect('staff_licenses', reads => '{staff,seed}', writes => '{staff.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
select access.lets_remove('staff_licenses', '{staff.change}',
    $$ {whole} $$);
grant select, insert, update on staff_licenses to cairn_server, cairn_worker;
grant delete on staff_licenses to cairn_server;
