-- What a leader adds is a proposal: the table has no other rows with somebody who proposes.
select access.protect('tasks', reads => '{client}', writes => '{client.change}',
    seen => $$ {of_task} $$,
    written => $$ {grp} and proposed_by = (select access.account()) $$,
    changed => $$ {of_task} $$,
    adds => '{enrollment.propose}');
grant insert on tasks to cairn_access;
grant update (done_at, done_by) on tasks to cairn_access;
grant select, update (done_at, done_by), insert (practice_id, task_id, kind, group_id, proposed_by, proposal,
    due_on, opened_at) on tasks to cairn_server;

-- A letter is written by the functions of keys or by the worker, seen by the desk, and moved on by the worker.
select access.protect('outbox',
    reads => '{inquiry,outbox,homework}',
    writes => '{outbox.send,outbox.forget,homework.remind,homework.digest}',
    seen => $$ {whole} or (select access.role()) = 'worker' $$,
    written => $$ (select access.role()) = 'worker' and state = 'waiting' $$,
    changed => $$ (select access.role()) = 'worker' $$);
grant insert on outbox to cairn_access;
grant update (state, reason, sealed, state_since) on outbox to cairn_access;
grant select (practice_id, letter_id, event, kind, account_id, client_id, homework_id, state, reason, state_since,
    created_at, expires_at) on outbox to cairn_server;
grant insert on outbox to cairn_worker;
grant select, update (state, reason, sealed, state_since) on outbox to cairn_worker;

select access.protect('jobs', reads => '{inquiry}', writes => '{inquiry.change}',
    seen => $$ {whole} $$);
grant insert on jobs to cairn_access;
grant select, update (state, run_at, attempts, ended_at) on jobs to cairn_server;
grant select, insert, update, delete on jobs to cairn_worker;
