select access.protect('clients',
    reads => '{people}',
    writes => '{client.create,client.change,inquiry.change,import.run,seed.run}',
    seen => $$ {of_client} or ({bound} = 'work' and client_id = any ((select access.members())::uuid[])) $$,
    written => $$ {of_client} $$);
grant update on clients to cairn_access;
grant insert, delete on clients to cairn_access;
grant select, insert, update on clients to cairn_server, cairn_worker;

select access.protect('client_contacts',
    reads => '{client,inquiry,import,seed,outbox,homework}',
    writes => '{client.create,client.change,inquiry.change,import.run,seed.run}',
    seen => $$
        ({of_client}) and ((select access.action()) not like 'homework.%' or (select access.role()) = 'worker')
            and ({contact} or {identified} or (select access.action()) = 'client.search' and {whole})
    $$,
    written => $$ ({of_client}) and ({contact}) $$);
grant select, insert, update on client_contacts to cairn_server, cairn_worker;

select access.protect('client_identifiers', reads => '{client,import,seed}', writes => '{import.run,seed.run}',
    seen => $$ ({of_client}) and ((select access.shows('identity')) or {identified}) $$);
grant insert, delete on client_identifiers to cairn_access;
grant select, insert, update on client_identifiers to cairn_server, cairn_worker;

select access.protect('possible_duplicates',
    reads => '{client,inquiry,import}',
    writes => '{client.create,client.change,import.run}',
    seen => $$
        {whole} or ({client} and other_id = any ((select access.clients())::uuid[])
            and ((select access.shows('identity')) or {identified} and {other_identified}))
    $$,
    written => $$
        {whole} or ({client} and other_id = any ((select access.clients())::uuid[])
            and (select access.shows('identity')))
    $$);
grant insert, delete on possible_duplicates to cairn_access;
grant select, insert, update on possible_duplicates to cairn_server, cairn_worker;

select access.protect('client_merges', reads => '{client}', writes => '{}',
    seen => $$ {whole} and (select access.action()) = 'client.merge' $$);
grant insert on client_merges to cairn_access;
grant update on client_merges to cairn_access;
grant select on client_merges to cairn_server;

select access.protect('client_merge_moves', reads => '{client}', writes => '{}',
    seen => $$ {whole} and (select access.action()) = 'client.merge' $$);
grant insert on client_merge_moves to cairn_access;
grant select on client_merge_moves to cairn_server;

select access.protect('client_merge_requests', reads => '{client}', writes => '{}',
    seen => $$ {whole} and (select access.action()) in ('client.read', 'client.merge', 'client.change') $$);
grant insert, update, delete on client_merge_requests to cairn_access;
grant select on client_merge_requests to cairn_server;

select access.protect('guardians',
    reads => '{client,guardianship,inquiry,seed}',
    writes => '{guardianship.change,inquiry.change,seed.run}',
    seen => $$ {whole} or {guardian} $$,
    written => $$ {whole} or (select access.action()) = 'guardianship.change' $$,
    changed => $$ {whole} or {guardian} $$);
grant update (account_id, name, email) on guardians to cairn_access;
grant select, insert, update on guardians to cairn_server, cairn_worker;

select access.protect('guardianships',
    reads => '{client,guardianship,inquiry,seed}',
    writes => '{guardianship.change,inquiry.change,seed.run}',
    seen => $$ case (select access.role()) when 'guardian' then {client} and {guardian} else {of_client} end $$);
grant select, insert, update on guardianships to cairn_server, cairn_worker;

select access.protect('guardianship_history',
    reads => '{guardianship,seed}',
    writes => '{guardianship.change,seed.run}',
    seen => $$ case (select access.role()) when 'guardian' then {client} and {guardian} else {of_client} end $$);
grant insert on guardianship_history to cairn_access;
grant select, insert on guardianship_history to cairn_server, cairn_worker;

select access.protect('couples',
    reads => '{couple,client,care_team,homework,progress_note,inquiry,seed}',
    writes => '{couple.create,couple.change,inquiry.change,seed.run}',
    seen => $$ {of_couple} $$,
    written => $$ {of_couple} or (select access.action()) = 'couple.create' $$,
    changed => $$ {of_couple} $$);
grant update (version) on couples to cairn_access; -- only to lock the couple whose keys are turned
grant update on couples to cairn_access; -- what ends with a chart
grant select, insert, update on couples to cairn_server, cairn_worker;

select access.protect('couple_members',
    reads => '{couple,client,care_team,homework,progress_note,inquiry,seed}',
    writes => '{couple.create,couple.change,inquiry.change,seed.run}',
    seen => $$ {of_team} $$,
    written => $$ {whole} or ({client} and ((select access.action()) = 'couple.create' or {couple})) $$);
grant select, insert, update on couple_members to cairn_server, cairn_worker;

select access.protect('care_team_memberships',
    reads => '{care_team,client,couple,inquiry,seed}',
    writes => '{care_team.change,couple.create,couple.change,client.create,inquiry.change,seed.run}',
    seen => $$ {of_team} $$,
    written => $$ {of_team} or (select access.action()) = 'couple.create' $$,
    changed => $$ {of_team} $$);
grant select, insert, update on care_team_memberships to cairn_server, cairn_worker;

-- What was ended with a chart, for the practice and for who treats.
select access.protect('chart_closings', reads => '{client}', writes => '{}',
    seen => $$
        ({whole} or ({client} and (select access.relation()) in ('treats', 'oversees')))
            and (select access.shows('identity'))
    $$);
grant select, insert, update on chart_closings to cairn_access;
grant select on chart_closings to cairn_server;
