select access.protect('homework_assignments',
    reads => '{homework,homework_report,review_queue,seed}',
    writes => '{homework.assign,homework.withdraw,homework.plan,seed.run}',
    seen => $$ {of_assignment} $$,
    written => $$ {whole} or case {bound} when 'group' then {grp} when 'couple' then {couple} else {client} end $$,
    changed => $$ {of_assignment} $$);
grant update (ended_at, version) on homework_assignments to cairn_access;
grant update (plan_next) on homework_assignments to cairn_access;
grant select, insert, update on homework_assignments to cairn_server, cairn_worker;

select access.protect('homework_exceptions',
    reads => '{homework,seed}',
    writes => '{homework.assign,homework.withdraw,seed.run}',
    seen => $$ {of_assignment} $$);
-- An exception that is none after all: of an assignment in scope, as it is seen (access/policies.sql).
select access.lets_remove('homework_exceptions', '{homework.assign,homework.withdraw}', $$
        case {bound} when 'group' then {grp} when 'couple' then {couple} when 'shared' then false else {whole}
            or {client} or {couple} or {grp} end
    $$);
grant select, insert, delete on homework_exceptions to cairn_server, cairn_worker;

select access.protect('homework',
    reads => '{homework,roster,homework_report,review_queue,seed}',
    writes => '{homework.assign,homework.submit,homework.review,homework.withdraw,homework.share,homework.plan,
        homework.remind,seed.run}',
    seen => $$ {of_unit} $$);
select access.lets_remove('homework', '{homework.plan}',
    $$ {whole} and homework_is_untouched(state, submissions) $$, 'cairn_worker');
grant update (version) on homework to cairn_access; -- only to lock the partner's piece of a couple's homework
grant update (state, remind_at) on homework to cairn_access;
grant select, insert, update on homework to cairn_server, cairn_worker;
grant delete on homework to cairn_worker;

-- A draft, and what is private or was taken back, is for its author alone; and what a counselor answered is not for the
-- partner who was shown the answers.
select access.protect('homework_answers', reads => '{homework,seed}', writes => '{homework.submit,seed.run}',
    seen => $$
        (select access.sees_answers()) and ({of_unit}) and ((number > 0 and not private and withdrawn_at is null)
            or {own} or {whole})
    $$);
grant select, insert, update on homework_answers to cairn_server, cairn_worker;

select access.protect('homework_draft_fields', reads => '{homework,seed}', writes => '{homework.submit,seed.run}',
    seen => $$ {own} or (select access.action()) = 'seed.run' $$);
-- What a draft says no more, and a file that was not handed in: by its author.
select access.lets_remove('homework_draft_fields', '{homework.submit}',
    $$ {own} $$);
grant select, insert, update, delete on homework_draft_fields to cairn_server;
grant select, insert on homework_draft_fields to cairn_worker;

select access.protect('attachments', reads => '{homework,seed}', writes => '{homework.submit,seed.run}',
    seen => $$ (select access.sees_answers()) and ({of_unit}) and (handed_in or {own}) $$);
select access.lets_remove('attachments', '{homework.submit}',
    $$ {own} and not handed_in and submission is null $$);
grant update (handed_in_with) on attachments to cairn_access;
grant delete on attachments to cairn_access;
grant select, insert, update on attachments to cairn_server, cairn_worker;
grant delete on attachments to cairn_server;

select access.protect('attachment_chunks', reads => '{homework,seed}', writes => '{homework.submit,seed.run}',
    seen => $$ (select access.sees_answers()) and ({of_unit}) and (handed_in or {own}) $$);
select access.lets_remove('attachment_chunks', '{homework.submit}',
    $$ {own} and not handed_in $$);
grant update (handed_in) on attachment_chunks to cairn_access;
grant select, insert, update on attachment_chunks to cairn_server, cairn_worker;
grant delete on attachment_chunks to cairn_server;

select access.protect('homework_reviews', reads => '{homework,seed}', writes => '{homework.review,seed.run}',
    seen => $$ (select access.shows('review')) and ({of_unit}) $$);
grant select, insert on homework_reviews to cairn_server, cairn_worker;

select access.protect('homework_comments',
    reads => '{homework,seed}',
    writes => '{homework.review,homework.submit,seed.run}',
    seen => $$ (select access.shows('review')) and ({of_unit}) $$,
    written => $$ ({of_unit}) and author_id = (select access.account()) or {whole} $$);
grant select, insert on homework_comments to cairn_server, cairn_worker;

-- The words are read for the client who hands something in, and shown to professionals.
select access.protect('risk_words', reads => '{practice,homework,seed}', writes => '{practice.change,seed.run}',
    seen => $$ {of_staff} or (select access.action()) = 'homework.submit' $$,
    written => $$ {whole} $$);
grant select, insert, update on risk_words to cairn_server, cairn_worker;

select access.protect('risk_records', reads => '{homework,review_queue,seed}', writes => '{homework.review,seed.run}',
    seen => $$ ({of_staff}) and (select access.sees_answers()) and ({of_unit}) $$);
grant insert on risk_records to cairn_access;
grant select, update (assessed_at, outcome, version) on risk_records to cairn_server;
grant select, insert, update on risk_records to cairn_worker;

select access.protect('risk_assessments', reads => '{homework,seed}', writes => '{homework.review,seed.run}',
    seen => $$ ({of_staff}) and (select access.sees_answers()) and ({of_unit_but_released}) $$);
grant select, insert on risk_assessments to cairn_server, cairn_worker;
