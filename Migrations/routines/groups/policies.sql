select access.protect('programs',
    reads => '{program,exercise,group,roster,enrollment,homework,homework_report,inquiry,import,seed}',
    writes => '{program.change,seed.run}',
    seen => $$ published or {of_staff} $$,
    written => $$ {whole} $$);
grant select, insert, update on programs to cairn_server, cairn_worker;

select access.protect('groups',
    reads => '{client,program,group,roster,enrollment,attendance,homework,homework_report,review_queue,progress_note,
        meeting,seed}',
    writes => '{group.change,meeting.plan,seed.run}',
    seen => $$ {of_group} $$,
    written => $$ {whole} $$);
grant update (version) on groups to cairn_access; -- only to lock the row of the group whose seat is taken
grant update (planned_until) on groups to cairn_access;
grant select, insert, update on groups to cairn_server, cairn_worker;

select access.protect('tracks',
    reads => '{program,group,roster,enrollment,exercise,homework,homework_report,seed}',
    writes => '{program.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
grant select, insert, update on tracks to cairn_server, cairn_worker;

select access.protect('phases',
    reads => '{program,group,roster,enrollment,exercise,homework,homework_report,seed}',
    writes => '{program.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
grant select, insert, update on phases to cairn_server, cairn_worker;

select access.protect('phase_prerequisites',
    reads => '{program,group,enrollment,seed}',
    writes => '{program.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
select access.lets_remove('phase_prerequisites', '{program.change}',
    $$ {whole} $$);
grant select, insert, delete on phase_prerequisites to cairn_server, cairn_worker;
grant delete on phase_prerequisites to cairn_server;

select access.protect('group_facilitators', reads => '{group,roster,seed}', writes => '{group.change,seed.run}',
    seen => $$ {of_group} $$,
    written => $$ {whole} $$);
select access.lets_remove('group_facilitators', '{group.change}',
    $$ {whole} $$);
grant select, insert, update on group_facilitators to cairn_server, cairn_worker;
grant delete on group_facilitators to cairn_server;

select access.protect('closures',
    reads => '{closure,practice,group,meeting,homework,seed}',
    writes => '{practice.change,seed.run}',
    seen => $$ {of_staff} or (select access.groups()) <> '{}' $$,
    written => $$ {whole} $$);
select access.lets_remove('closures', '{practice.change}',
    $$ {whole} $$);
grant select, insert, update on closures to cairn_server, cairn_worker;
grant delete on closures to cairn_server;
