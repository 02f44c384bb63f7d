-- Forced row-level security on every table, from one template:
--   same practice, and the request's resource may read this table at all, or its action may write it · the row is in scope.
-- What does not depend on the row is a sub-select, computed once for a query; so a row costs a comparison or two. The
-- practice is compared without one: a query names its practice, and so the check stands once in front of its scan.
-- Policies only forbid; queries say themselves what they want. No sub-select on a table in any of them (Citus).

-- `written` is what may be added, and what may be changed where `changed` does not say less; `adds` are the actions that add,
-- where they are others than those that change.
create function access.protect(
    target regclass, reads text[], writes text[], seen text, written text default null, changed text default null,
    adds text[] default null)
returns void language plpgsql as $$
declare
    old record;
begin
    execute format('alter table %s enable row level security, force row level security', target);
    for old in select polname from pg_policy where polrelid = target loop
        execute format('drop policy %I on %s', old.polname, target);
    end loop;
    execute format('create policy sees on %s for select using (practice_id = access.practice_reading(%L) and (%s))',
                   target, reads, seen);
    if cardinality(writes) > 0 then
        execute format('create policy adds on %s for insert with check (practice_id = (select access.practice_writing(%L)) and (%s))',
                       target, coalesce(adds, writes), coalesce(written, seen));
        execute format('create policy changes on %s for update using (practice_id = (select access.practice_writing(%L)) and (%s))',
                       target, writes, coalesce(changed, written, seen));
    end if;
end $$;

do $$
declare
    -- The scopes. `whole` is the practice's: a role's rule without a tie to one client.
    whole constant text := '(select access.whole())';
    client constant text := 'client_id = any ((select access.clients())::uuid[])';
    couple constant text := 'couple_id = any ((select access.couples())::uuid[])';
    grp constant text := 'group_id = any ((select access.groups())::uuid[])';
    bound constant text := '(select access.bound())';
    of_client constant text := client || ' or ' || whole;
    -- Rows that may belong to a group or a couple as well: who comes through the group sees the group's only.
    released constant text := 'homework_id = any ((select access.released())::uuid[])';
    of_unit constant text := format('case %s when ''group'' then %s and %s when ''couple'' then %s when ''shared'' then %s when ''work'' then %s or coalesce(%s, false) else %s or %s end',
        bound, grp, client, couple, released, client, grp, client, whole);
    -- Who comes by way of a couple has to do with the two together, and not with the groups that each of them is in.
    of_member constant text := format('case when %s in (''shared'', ''couple'') then false when %s = ''group'' then %s and %s else %s or %s end',
        bound, bound, grp, client, client, whole);
    of_couple constant text := couple || ' or ' || whole;
    of_group constant text := grp || ' or ' || whole;
    of_team constant text := client || ' or ' || couple || ' or ' || whole;
    mine constant text := 'account_id = (select access.account())';
    authored constant text := 'author_id = (select access.account())';
    -- A task about whose address something is, is for who may know that.
    of_task constant text := format('case when for_roles is null then %s or (%s and (select access.relation()) in (''treats'', ''oversees'')) else %s and (select access.role()) = any (for_roles) end',
        whole, client, whole);
    of_inquiry constant text := whole || ' or inquiry_id = any ((select access.inquiries())::uuid[])';
    of_staff constant text := '(select access.by_staff())';
    contact constant text := '(select access.shows(''contact'')) or (select access.shows(''safe_contact''))';
    identified constant text := 'client_id = any ((select access.identified())::uuid[])';
    guardian constant text := 'guardian_id = any ((select access.guardians())::uuid[])';
    of_assignment constant text := format('case %s when ''group'' then %s when ''couple'' then %s when ''shared'' then %s else %s or %s or %s or %s end',
        bound, grp, couple, couple, whole, client, couple, grp);
    own constant text := 'client_id = (select access.own_client())';
    -- Notes: never by role alone.
    of_note constant text := format('case %s when ''author'' then %s when ''couple'' then %s when ''group'' then %s when ''client'' then coalesce(%s, false) else false end',
        bound, authored, couple, grp, client);
    people constant text[] := '{client,care_team,guardianship,couple,enrollment,roster,attendance,homework,progress_note,process_note,inquiry,consent,group,homework_report,review_queue,import,seed}';
begin
    perform access.protect('practices', people || '{practice,me,staff,supervision,program,exercise,audit,sign_in}', '{practice.change,seed.run}', 'true');
    perform access.protect('clients', people, '{client.create,client.change,inquiry.change,import.run,seed.run}',
        format('%s or (%s = ''work'' and client_id = any ((select access.members())::uuid[]))', of_client, bound), of_client);
    perform access.protect('client_contacts', '{client,inquiry,import,seed,outbox,homework}', '{client.create,client.change,inquiry.change,import.run,seed.run}',
        format('(%s) and ((select access.action()) not like ''homework.%%'' or (select access.role()) = ''worker'') and (%s or %s or (select access.action()) = ''client.search'' and %s)',
            of_client, contact, identified, whole),
        format('(%s) and (%s)', of_client, contact));
    perform access.protect('client_identifiers', '{client,import,seed}', '{import.run,seed.run}',
        format('(%s) and ((select access.shows(''identity'')) or %s)', of_client, identified));
    perform access.protect('possible_duplicates', '{client,inquiry,import}', '{client.create,client.change,import.run}',
        format('%s or (%s and other_id = any ((select access.clients())::uuid[]) and ((select access.shows(''identity'')) or %s and %s))',
            whole, client, identified, replace(identified, 'client_id', 'other_id')),
        format('%s or (%s and other_id = any ((select access.clients())::uuid[]) and (select access.shows(''identity'')))',
            whole, client));
    perform access.protect('client_merges', '{client}', '{}', whole || ' and (select access.action()) = ''client.merge''');
    perform access.protect('client_merge_moves', '{client}', '{}', whole || ' and (select access.action()) = ''client.merge''');
    perform access.protect('client_merge_requests', '{client}', '{}', whole || ' and (select access.action()) in (''client.read'', ''client.merge'', ''client.change'')');
    perform access.protect('accounts', people || '{staff,supervision,me,program,exercise,audit,sign_in,outbox}', '{staff.change,staff.add,seed.run}',
        format('access.is_staff(roles) or %s or %s or %s', mine, whole, client),
        whole);
    perform access.protect('account_notices', '{me}', '{}', mine);
    perform access.protect('email_changes', '{me}', '{}', mine);
    -- Which devices are known is for the judgement of tries alone (4_tries.sql).
    perform access.protect('known_devices', '{none}', '{}', 'false');
    perform access.protect('staff', people || '{staff,me,program,exercise,supervision}', '{staff.invite,staff.change,staff.add,seed.run}', 'true', whole);
    perform access.protect('supervisions', '{supervision,staff,seed}', '{supervision.change,staff.change,seed.run}', 'true', whole);
    perform access.protect('sign_ins', '{me,sign_in}', '{sign_in.end,staff.change}', mine || ' or ' || whole);
    perform access.protect('second_factors', '{me}', '{}', mine);
    perform access.protect('recovery_codes', '{me}', '{}', mine);
    -- Keys are made, told and used by the database's own functions (4_keys.sql).
    perform access.protect('invitations', '{seed}', '{seed.run}', whole);
    perform access.protect('guardians', '{client,guardianship,inquiry,seed}', '{guardianship.change,inquiry.change,seed.run}',
        whole || ' or ' || guardian,
        whole || ' or (select access.action()) = ''guardianship.change''', whole || ' or ' || guardian);
    perform access.protect('guardianships', '{client,guardianship,inquiry,seed}', '{guardianship.change,inquiry.change,seed.run}',
        format('case (select access.role()) when ''guardian'' then %s and %s else %s end', client, guardian, of_client));
    perform access.protect('guardianship_history', '{guardianship,seed}', '{guardianship.change,seed.run}',
        format('case (select access.role()) when ''guardian'' then %s and %s else %s end', client, guardian, of_client));
    perform access.protect('couples', '{couple,client,care_team,homework,progress_note,inquiry,seed}', '{couple.create,couple.change,inquiry.change,seed.run}',
        of_couple, format('%s or (select access.action()) = ''couple.create''', of_couple), of_couple);
    perform access.protect('couple_members', '{couple,client,care_team,homework,progress_note,inquiry,seed}', '{couple.create,couple.change,inquiry.change,seed.run}',
        of_team, format('%s or (%s and ((select access.action()) = ''couple.create'' or %s))', whole, client, couple));
    perform access.protect('care_team_memberships', '{care_team,client,couple,inquiry,seed}', '{care_team.change,couple.create,couple.change,client.create,inquiry.change,seed.run}',
        of_team, format('%s or (select access.action()) = ''couple.create''', of_team), of_team);
    perform access.protect('inquiries', '{inquiry,seed}', '{inquiry.submit,inquiry.change,seed.run}',
        format('%s or assigned_to = (select access.account())', whole),
        format('%s or assigned_to = (select access.account()) or ((select access.action()) = ''inquiry.submit'' and state = ''received'')', whole));
    perform access.protect('inquiry_reasons', '{inquiry,practice,seed}', '{practice.change,seed.run}', of_staff, whole);
    perform access.protect('inquiry_limits', '{inquiry,practice,seed}', '{practice.change,seed.run}', of_staff, whole);
    perform access.protect('inquiry_states', '{inquiry}', '{}', of_inquiry);
    perform access.protect('inquiry_assignments', '{inquiry,seed}', '{inquiry.change,seed.run}', of_inquiry, whole);
    perform access.protect('inquiry_screenings', '{inquiry}', '{inquiry.change}', of_inquiry);
    perform access.protect('questionnaires', '{inquiry,seed}', '{seed.run}', 'true');
    perform access.protect('questionnaire_versions', '{inquiry,seed}', '{seed.run}', 'true');
    perform access.protect('staff_licenses', '{staff,seed}', '{staff.change,seed.run}', 'true', whole);

    -- What is asked of people is no secret to whoever has to do with a consent.
    perform access.protect('consent_documents', '{consent,practice,program,seed}', '{practice.change,seed.run}', 'true', whole);
    perform access.protect('consent_versions', '{consent,practice,seed}', '{practice.change,seed.run}', 'true', whole);
    perform access.protect('consent_packets', '{consent,practice,inquiry,seed}', '{practice.change,seed.run}', 'true', whole);
    perform access.protect('consents', '{consent,seed}', '{consent.request,inquiry.change,seed.run}', of_client,
        format('(%s) and (state = ''requested'' or (select access.action()) = ''seed.run'')', of_client), 'false');
    -- A guardian sees the own signature, and not whether the other parent has signed.
    perform access.protect('consent_signatures', '{consent,seed}', '{seed.run}',
        format('case (select access.role()) when ''guardian'' then %s and %s else %s end', client, mine, of_client), whole, 'false');
    perform access.protect('consent_revocations', '{consent}', '{}',
        format('case (select access.role()) when ''guardian'' then %s and %s else %s end', client, mine, of_client));
    -- What a leader adds is a proposal: the table has no other rows with somebody who proposes.
    perform access.protect('tasks', '{client}', '{client.change}', of_task,
        format('%s and proposed_by = (select access.account())', grp), of_task, '{enrollment.propose}');

    -- What was ended with a chart, for the practice and for who treats.
    perform access.protect('chart_closings', '{client}', '{}',
        format('(%s or (%s and (select access.relation()) in (''treats'', ''oversees''))) and (select access.shows(''identity''))', whole, client));

    -- A letter is written by the functions of keys or by the worker, seen by the desk, and moved on by the worker.
    perform access.protect('outbox', '{inquiry,outbox,homework}', '{outbox.send,outbox.forget,homework.remind,homework.digest}',
        whole || ' or (select access.role()) = ''worker''',
        '(select access.role()) = ''worker'' and state = ''waiting''',
        '(select access.role()) = ''worker''');
    perform access.protect('jobs', '{inquiry}', '{inquiry.change}', whole);

    perform access.protect('programs', '{program,exercise,group,roster,enrollment,homework,homework_report,inquiry,import,seed}', '{program.change,seed.run}',
        'published or ' || of_staff, whole);
    perform access.protect('groups', '{client,program,group,roster,enrollment,attendance,homework,homework_report,review_queue,progress_note,meeting,seed}', '{group.change,meeting.plan,seed.run}', of_group, whole);
    perform access.protect('tracks', '{program,group,roster,enrollment,exercise,homework,homework_report,seed}', '{program.change,seed.run}', 'true', whole);
    perform access.protect('phases', '{program,group,roster,enrollment,exercise,homework,homework_report,seed}', '{program.change,seed.run}', 'true', whole);
    perform access.protect('phase_prerequisites', '{program,group,enrollment,seed}', '{program.change,seed.run}', 'true', whole);
    perform access.protect('group_facilitators', '{group,roster,seed}', '{group.change,seed.run}', of_group, whole);
    perform access.protect('enrollments', '{enrollment,roster,attendance,group,homework,progress_note,client,seed}', '{enrollment.create,enrollment.change,seed.run}',
        of_member, format('%s or (%s = ''group'' and %s)', whole, bound, grp));
    perform access.protect('enrollment_spans', '{enrollment,roster,attendance,group,homework,progress_note,seed}', '{seed.run}',
        of_member, format('%s or (%s = ''group'' and %s)', whole, bound, grp));
    perform access.protect('meetings', '{group,roster,attendance,progress_note,meeting,homework,seed}', '{group.change,attendance.record,meeting.plan,seed.run}', of_group);
    perform access.protect('closures', '{closure,practice,group,meeting,homework,seed}', '{practice.change,seed.run}',
        of_staff || ' or (select access.groups()) <> ''{}''', whole);
    perform access.protect('attendance_history', '{attendance,roster,seed}', '{attendance.record,seed.run}', of_member);
    perform access.protect('placement_conflicts', '{client,seed}', '{client.change,seed.run}',
        format('(%s) and (select access.relation()) <> ''leads_client'' and %s', of_client, of_staff));
    perform access.protect('calendar_feeds', '{me}', '{me.change}', mine);
    perform access.protect('attendance', '{attendance,roster,progress_note,seed}', '{attendance.record,seed.run}', of_member);
    -- The worker hangs due dates on appointments; nobody else looks at them for the sake of homework.
    perform access.protect('appointments', '{appointment,homework,seed}', '{appointment.change,seed.run}',
        format('((select access.action()) not like ''homework.%%'' or (select access.role()) = ''worker'') and case %s when ''author'' then appointment_id = any ((select access.attended())::uuid[]) when ''couple'' then %s else %s or %s or %s or %s end',
            bound, couple, whole, client, couple, grp));
    perform access.protect('appointment_staff', '{appointment,seed}', '{appointment.change,seed.run}', whole || ' or ' || mine);

    perform access.protect('progress_notes', '{progress_note}', '{progress_note.create,progress_note.change,progress_note.sign,progress_note.cosign}',
        of_note, format('case %s when ''author'' then %s else (%s) and (client_id is null or %s) and ((select access.action()) = ''progress_note.cosign'' or %s) end',
            bound, authored, of_note, client, authored));
    perform access.protect('note_addenda', '{progress_note}', '{progress_note.amend}', of_note, authored);
    perform access.protect('process.notes', '{process_note}', '{process_note.create,process_note.change}',
        authored, format('%s and %s', authored, client), authored);

    perform access.protect('exercises', '{exercise,homework,homework_report,seed}', '{exercise.change,seed.run}', 'true',
        format('(%s and author_id is null) or %s', whole, authored));
    perform access.protect('exercise_versions', '{exercise,homework,homework_report,seed}', '{exercise.change,seed.run}', 'true');
    perform access.protect('exercise_tags', '{exercise,seed}', '{exercise.change,seed.run}', 'true',
        format('(%s and author_id is null) or %s', whole, authored));
    perform access.protect('phase_steps', '{program,homework,seed}', '{program.change,seed.run}', of_staff, whole);
    perform access.protect('homework_assignments', '{homework,homework_report,review_queue,seed}', '{homework.assign,homework.withdraw,homework.plan,seed.run}',
        of_assignment, format('%s or case %s when ''group'' then %s when ''couple'' then %s else %s end', whole, bound, grp, couple, client), of_assignment);
    perform access.protect('homework_exceptions', '{homework,seed}', '{homework.assign,homework.withdraw,seed.run}', of_assignment);
    perform access.protect('homework', '{homework,roster,homework_report,review_queue,seed}',
        '{homework.assign,homework.submit,homework.review,homework.withdraw,homework.share,homework.plan,homework.remind,seed.run}', of_unit);
    -- A draft, and what is private or was taken back, is for its author alone; and what a counselor answered is not for the
    -- partner who was shown the answers.
    perform access.protect('homework_answers', '{homework,seed}', '{homework.submit,seed.run}',
        format('(select access.sees_answers()) and (%s) and ((number > 0 and not private and withdrawn_at is null) or %s or %s)', of_unit, own, whole));
    perform access.protect('homework_draft_fields', '{homework,seed}', '{homework.submit,seed.run}', own || ' or (select access.action()) = ''seed.run''');
    perform access.protect('attachments', '{homework,seed}', '{homework.submit,seed.run}',
        format('(select access.sees_answers()) and (%s) and (handed_in or %s)', of_unit, own));
    perform access.protect('attachment_chunks', '{homework,seed}', '{homework.submit,seed.run}',
        format('(select access.sees_answers()) and (%s) and (handed_in or %s)', of_unit, own));
    perform access.protect('homework_reviews', '{homework,seed}', '{homework.review,seed.run}', format('(select access.shows(''review'')) and (%s)', of_unit));
    perform access.protect('homework_comments', '{homework,seed}', '{homework.review,homework.submit,seed.run}',
        format('(select access.shows(''review'')) and (%s)', of_unit), format('(%s) and author_id = (select access.account()) or %s', of_unit, whole));

    -- The words are read for the client who hands something in, and shown to professionals.
    perform access.protect('risk_words', '{practice,homework,seed}', '{practice.change,seed.run}',
        of_staff || ' or (select access.action()) = ''homework.submit''', whole);
    perform access.protect('risk_records', '{homework,review_queue,seed}', '{homework.review,seed.run}',
        format('(%s) and (select access.sees_answers()) and (%s)', of_staff, of_unit));
    perform access.protect('risk_assessments', '{homework,seed}', '{homework.review,seed.run}',
        format('(%s) and (select access.sees_answers()) and (%s)', of_staff, replace(of_unit, released, 'false')));

    perform access.protect('audit_events', '{audit}', '{}', whole);
    perform access.protect('audit_seals', '{audit}', '{}', whole);
end $$;

-- Kept by the server for itself, within the practice and the account of the request.
alter table idempotency_keys enable row level security, force row level security;
drop policy if exists mine on idempotency_keys;
create policy mine on idempotency_keys
    using (practice_id = (select access.practice()) and account_id = (select access.account()));
alter table rate_limits enable row level security, force row level security;
alter table access.rules enable row level security, force row level security;
alter table access.targets enable row level security, force row level security;
alter table access.judged enable row level security, force row level security;
alter table access.client_references enable row level security, force row level security;
alter table access.given_names enable row level security, force row level security;

-- The background work: it seals the audit and throws away what has served its time, and sees nothing else.
drop policy if exists seals on audit_events;
create policy seals on audit_events to cairn_worker using (true);
drop policy if exists seals on audit_seals;
create policy seals on audit_seals to cairn_worker using (true) with check (true);
drop policy if exists expires on idempotency_keys;
create policy expires on idempotency_keys to cairn_worker using (true);
drop policy if exists expires on rate_limits;
create policy expires on rate_limits to cairn_worker using (true);
-- A worker takes jobs before it knows whose they are; they hold ids. For the work itself it enters by access.enter_job.
drop policy if exists takes on jobs;
create policy takes on jobs to cairn_worker using (true) with check (true);
drop policy if exists lists on practices;
create policy lists on practices to cairn_worker using (true) with check (true);

-- The keys of a practice are wrapped and useless without the master key; the server fetches them before it knows the caller.
alter table practice_keys enable row level security, force row level security;
drop policy if exists keys on practice_keys;
create policy keys on practice_keys to cairn_server, cairn_worker using (true) with check (true);
