-- What is asked of people is no secret to whoever has to do with a consent.
select access.protect('consent_documents',
    reads => '{consent,practice,program,seed}',
    writes => '{practice.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
grant select, insert on consent_documents to cairn_server, cairn_worker;

select access.protect('consent_versions', reads => '{consent,practice,seed}', writes => '{practice.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
grant select, insert on consent_versions to cairn_server, cairn_worker;

select access.protect('consent_packets',
    reads => '{consent,practice,inquiry,seed}',
    writes => '{practice.change,seed.run}',
    seen => $$ true $$,
    written => $$ {whole} $$);
grant select, insert, update on consent_packets to cairn_server, cairn_worker;

select access.protect('consents', reads => '{consent,seed}', writes => '{consent.request,inquiry.change,seed.run}',
    seen => $$ {of_client} $$,
    written => $$ ({of_client}) and (state = 'requested' or (select access.action()) = 'seed.run') $$,
    changed => $$ false $$);
grant insert on consents to cairn_access;
grant update on consents to cairn_access;
grant select, insert (practice_id, consent_id, client_id, kind, requested_at, requested_by) on consents to cairn_server;
grant select, insert on consents to cairn_worker;

-- A guardian sees the own signature, and not whether the other parent has signed.
select access.protect('consent_signatures', reads => '{consent,seed}', writes => '{seed.run}',
    seen => $$ case (select access.role()) when 'guardian' then {client} and {mine} else {of_client} end $$,
    written => $$ {whole} $$,
    changed => $$ false $$);
grant insert on consent_signatures to cairn_access;
grant select, insert on consent_signatures to cairn_worker;
grant select on consent_signatures to cairn_server;

select access.protect('consent_revocations', reads => '{consent}', writes => '{}',
    seen => $$ case (select access.role()) when 'guardian' then {client} and {mine} else {of_client} end $$);
grant insert on consent_revocations to cairn_access;
grant select on consent_revocations to cairn_server;
