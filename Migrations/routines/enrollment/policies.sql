select access.protect('enrollments',
    reads => '{enrollment,roster,attendance,group,homework,progress_note,client,seed}',
    writes => '{enrollment.create,enrollment.change,seed.run}',
    seen => $$ {of_member} $$,
    written => $$ {whole} or ({bound} = 'group' and {grp}) $$);
grant insert, update on enrollments to cairn_access;
grant select on enrollments to cairn_server;
grant select, insert, update on enrollments to cairn_worker;

select access.protect('enrollment_spans',
    reads => '{enrollment,roster,attendance,group,homework,progress_note,seed}',
    writes => '{seed.run}',
    seen => $$ {of_member} $$,
    written => $$ {whole} or ({bound} = 'group' and {grp}) $$);
grant insert, update on enrollment_spans to cairn_access;
grant select on enrollment_spans to cairn_server;
grant select, insert, update on enrollment_spans to cairn_worker;

select access.protect('placement_conflicts', reads => '{client,seed}', writes => '{client.change,seed.run}',
    seen => $$ ({of_client}) and (select access.relation()) <> 'leads_client' and {of_staff} $$);
grant insert, update on placement_conflicts to cairn_access;
grant select on placement_conflicts to cairn_server;
grant select, insert, update on placement_conflicts to cairn_worker;
