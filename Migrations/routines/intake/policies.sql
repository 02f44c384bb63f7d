select access.protect('inquiries', reads => '{inquiry,seed}', writes => '{inquiry.submit,inquiry.change,seed.run}',
    seen => $$ {whole} or assigned_to = (select access.account()) $$,
    written => $$
        {whole} or assigned_to = (select access.account()) or ((select access.action()) = 'inquiry.submit'
            and state = 'received')
    $$);
grant update (version) on inquiries to cairn_access; -- only to lock the inquiry that is assigned
grant select, insert, update on inquiries to cairn_server, cairn_worker;

select access.protect('inquiry_reasons', reads => '{inquiry,practice,seed}', writes => '{practice.change,seed.run}',
    seen => $$ {of_staff} $$,
    written => $$ {whole} $$);
grant select, insert, update on inquiry_reasons to cairn_server, cairn_worker;

select access.protect('inquiry_limits', reads => '{inquiry,practice,seed}', writes => '{practice.change,seed.run}',
    seen => $$ {of_staff} $$,
    written => $$ {whole} $$);
grant select, insert, update on inquiry_limits to cairn_server, cairn_worker;

select access.protect('inquiry_states', reads => '{inquiry}', writes => '{}',
    seen => $$ {of_inquiry} $$);
grant insert on inquiry_states to cairn_access;
grant update (until) on inquiry_states to cairn_access;
grant select on inquiry_states to cairn_server, cairn_worker;

select access.protect('inquiry_assignments', reads => '{inquiry,seed}', writes => '{inquiry.change,seed.run}',
    seen => $$ {of_inquiry} $$,
    written => $$ {whole} $$);
grant update (until) on inquiry_assignments to cairn_access;
grant select, insert, update (until) on inquiry_assignments to cairn_server, cairn_worker;

select access.protect('inquiry_screenings', reads => '{inquiry}', writes => '{inquiry.change}',
    seen => $$ {of_inquiry} $$);
grant select, insert on inquiry_screenings to cairn_server, cairn_worker;

select access.protect('questionnaires', reads => '{inquiry,seed}', writes => '{seed.run}',
    seen => $$ true $$);
grant select, insert, update on questionnaires to cairn_server, cairn_worker;

select access.protect('questionnaire_versions', reads => '{inquiry,seed}', writes => '{seed.run}',
    seen => $$ true $$);
grant select, insert on questionnaire_versions to cairn_server, cairn_worker;
