select access.protect('exercises',
    reads => '{exercise,homework,homework_report,seed}',
    writes => '{exercise.change,seed.run}',
    seen => $$ true $$,
    written => $$ ({whole} and author_id is null) or {authored} $$);
grant select, insert, update on exercises to cairn_server, cairn_worker;

select access.protect('exercise_versions',
    reads => '{exercise,homework,homework_report,seed}',
    writes => '{exercise.change,seed.run}',
    seen => $$ true $$);
grant select, insert on exercise_versions to cairn_server, cairn_worker;

select access.protect('exercise_tags', reads => '{exercise,seed}', writes => '{exercise.change,seed.run}',
    seen => $$ true $$,
    written => $$ ({whole} and author_id is null) or {authored} $$);
-- Tags that an exercise has no more.
select access.lets_remove('exercise_tags', '{exercise.change}',
    $$ (({whole} and author_id is null) or {authored}) $$);
grant select, insert, delete on exercise_tags to cairn_server, cairn_worker;

select access.protect('phase_steps', reads => '{program,homework,seed}', writes => '{program.change,seed.run}',
    seen => $$ {of_staff} $$,
    written => $$ {whole} $$);
grant select, insert, update on phase_steps to cairn_server, cairn_worker;
