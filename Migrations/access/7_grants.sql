-- Who may call and touch what at all. The server and the worker own nothing; the access functions belong to a role that
-- owns nothing else and passes by the policies, because the policies call them.

revoke all on all tables in schema public, process, access from cairn_server, cairn_worker, public;
revoke all on all functions in schema access from public;
revoke create on schema public from public;
do $$ begin execute format('revoke temporary, create on database %I from public', current_database()); end $$;
grant usage on schema public, access to cairn_server, cairn_worker, cairn_access;
grant usage on schema process to cairn_server, cairn_access;
grant create on schema access to cairn_access;

-- The functions that answer beyond the scope run as cairn_access.
do $$
declare f record;
begin
    for f in select oid::regprocedure as name from pg_proc where pronamespace = 'access'::regnamespace and prosecdef loop
        execute format('alter function %s owner to cairn_access', f.name);
    end loop;
end $$;
revoke create on schema access from cairn_access;
grant select on all tables in schema public, process, access to cairn_access;
grant execute on all functions in schema access to cairn_access;
grant select on sequence audit_events_audit_event_id_seq to cairn_access; -- only to find the row of the door
grant insert on audit_events, sign_ins, consents, consent_signatures, consent_revocations, tasks to cairn_access;
grant insert, update on rate_limits, idempotency_keys to cairn_access;
grant update on sign_ins, invitations, accounts, consents to cairn_access;
grant insert on accounts, invitations, account_notices, outbox to cairn_access;
grant insert, update on email_changes to cairn_access;
grant insert, update, delete on known_devices to cairn_access;
grant update (account_id) on guardians to cairn_access;
grant insert, update, delete on second_factors, recovery_codes to cairn_access;
grant insert on inquiry_states to cairn_access;
grant insert, update on enrollment_spans to cairn_access;
grant insert, update on enrollments to cairn_access;
grant insert, update on placement_conflicts to cairn_access;
grant update (done_at, done_by) on tasks to cairn_access;
grant update (last_read_at, revoked_at) on calendar_feeds to cairn_access;
grant update (until) on inquiry_states, inquiry_assignments to cairn_access;
grant update (version) on inquiries to cairn_access; -- only to lock the inquiry that is assigned
grant insert on jobs to cairn_access;
grant update (state, reason, sealed, state_since) on outbox to cairn_access;
grant update (version) on groups to cairn_access; -- only to lock the row of the group whose seat is taken
grant update (planned_until) on groups to cairn_access;
grant update (version) on homework to cairn_access; -- only to lock the partner's piece of a couple's homework
grant update (version) on practices to cairn_access; -- only to lock the practice whose closures change
grant update (version) on couples to cairn_access; -- only to lock the couple whose keys are turned
grant update (state, remind_at) on homework to cairn_access;
grant update (ended_at, version) on homework_assignments to cairn_access;
grant update on couples, appointments to cairn_access; -- what ends with a chart
grant select, insert, update on chart_closings to cairn_access;
grant delete on attendance to cairn_access;
grant update (version) on meetings to cairn_access; -- only to lock the meeting whose marks are cleared
grant insert on attendance_history, guardianship_history to cairn_access;
grant update (plan_next) on homework_assignments to cairn_access;
grant insert on risk_records to cairn_access;
grant update (handed_in_with) on attachments to cairn_access;
grant update (handed_in) on attachment_chunks to cairn_access;
grant delete on attachments to cairn_access;
grant update (homework_digest) on staff to cairn_access;

-- What a merge of two charts takes out of the way and puts back; what it moves is granted where it is listed.
grant update on clients to cairn_access;
grant insert, delete on clients, client_identifiers, possible_duplicates to cairn_access;
grant insert on client_merges, client_merge_moves to cairn_access;
grant update on client_merges to cairn_access;
grant insert, update, delete on client_merge_requests to cairn_access;

do $$
declare
    settings constant text := 'access.word(int), access.practice(), access.today(), access.at(), access.today_in(uuid), access.roles(), access.standing(), access.practice_reading(text[]), access.practice_writing(text[]), access.account(), access.own_client(), access.role(), access.relation(), access.action(),
        access.bound(), access.whole(), access.clients(), access.couples(), access.groups(), access.shows(text), access.sees_answers(), access.is_staff(text[]), access.by_staff(), access.guardians(), access.attended(), access.released(), access.inquiries(), access.members(),
        access.identified(), access.key_is_turned(public.homework)';
begin
    execute format('grant execute on function %s to cairn_server, cairn_worker', settings);
end $$;
grant execute on function
    access.refused(uuid, bytea, uuid, text, text, uuid, timestamptz, uuid, bytea, text, boolean),
    access.claim_answer(text, bytea, bytea, uuid, timestamptz), access.keep_answer(text, bytea, uuid, smallint, jsonb, bytea),
    access.still_stands(uuid, bytea, text, text, uuid, timestamptz, uuid, jsonb), access.lasts(), access.look(boolean), access.seen(uuid, bytea, timestamptz),
    access.judge(text[], uuid[]),
    access.enter_public(text, text, timestamptz, uuid, bytea),
    access.practice_named(text),
    access.try_to_sign_in(text, text, bytea, bytea, bytea[], int[], int[], timestamptz),
    access.try_second_factor(uuid, uuid, bytea, bytea[], int[], int[], timestamptz),
    access.full_bucket(bytea[], int[], int[], timestamptz), access.count_failure(bytea[], int[], int[], timestamptz),
    access.tries_left(bytea[], int[], int[], timestamptz),
    access.refuse_beyond(bytea[], int[], int[], timestamptz),
    access.open_sign_in(uuid, uuid, uuid, bytea, bigint, bytea, timestamptz, uuid, bytea, bytea, bytea, text, bytea,
                        bytea[], uuid, bytea, text),
    access.forget_password(uuid, text, uuid, bytea, bytea, boolean, timestamptz, uuid, bytea),
    access.set_own_password(text, text, uuid, timestamptz, uuid, bytea),
    access.start_email_change(text, uuid, uuid, bytea, bytea, uuid, bytea, bytea, uuid, timestamptz, uuid, bytea),
    access.withdraw_email_change(timestamptz), access.email_change(uuid, bytea, timestamptz),
    access.prove_email(uuid, bytea, timestamptz, uuid, bytea),
    access.invitation(uuid, bytea, timestamptz),
    access.accept_invitation(uuid, bytea, text, bytea, bigint, bytea[], bigint, bytea, timestamptz, uuid, bytea, bytea),
    access.addresses_taken(text[]), access.make_account(uuid, text, text, text[], uuid, timestamptz),
    access.account_for_client(uuid, uuid, text, text, timestamptz),
    access.hold_owners(uuid), access.account_for_guardian(uuid, uuid, uuid, text, timestamptz), access.account_of(uuid, uuid),
    access.link_account(uuid, uuid, uuid, timestamptz, uuid, bytea),
    access.appoint_with_account(uuid, uuid, uuid, timestamptz, uuid, bytea),
    access.tell_guardian(uuid, uuid, timestamptz),
    access.send_key(uuid, uuid, bytea, bytea, timestamptz, uuid, bytea),
    access.send_again(uuid, uuid, bytea, bytea, timestamptz, uuid, bytea),
    access.open_letter(uuid, timestamptz, uuid, bytea),
    access.make_paper_code(uuid, uuid, bytea, text, timestamptz, uuid, bytea),
    access.confirm_paper_code(uuid, timestamptz, uuid, bytea), access.paper_codes(timestamptz),
    access.withdraw_paper_code(uuid, timestamptz, uuid, bytea),
    access.remove_second_factor(uuid, text, uuid, bytea, bytea, timestamptz, uuid, bytea),
    access.calendar(uuid, bytea, timestamptz, uuid, bytea),
    access.own_credentials(),
    access.set_own_second_factor(bytea, bigint, bytea[], bigint, bytea, timestamptz),
    access.set_own_recovery_codes(bytea[], bigint, bytea, timestamptz),
    access.inquiry_was(uuid, uuid, bytea),
    access.hold_both_pieces(uuid), access.partner_homework(uuid), access.first_shared_together(), access.appointment_about(uuid, uuid), access.set_own_digest(boolean), access.raise_risk(uuid, uuid, bytea, text[], bytea, timestamptz),
    access.inquiry_counselors(uuid),
    access.inquiry_suggestions(uuid),
    access.sign_consent(uuid, bytea, uuid, bytea, timestamptz),
    access.revoke_consent(uuid, bytea, timestamptz),
    access.guardians_awaited(uuid),
    access.draw(bytea, int, interval, timestamptz),
    access.seats_counted(uuid[], date[], timestamptz, timestamptz[]), access.members_at_a_glance(uuid[], uuid[], date, timestamptz),
    access.other_groups(uuid, date, text, text, uuid, int),
    access.near_words(text, text), access.name_rank(text, text[]), access.name_runs(text[]),
    access.name_fit(text, text[], int[], int[], text[], text[]),
    access.clients_named(text, int, text, text, uuid, int),
    access.people_of_inquiry(uuid), access.refuse_duplicates(uuid),
    access.merge_obstacles(uuid, uuid), access.merge_clients(uuid, uuid, uuid, timestamptz),
    access.reverse_merge(uuid, uuid, timestamptz), access.confirm_merge(uuid, uuid, timestamptz, uuid, bytea),
    access.enroll(uuid, uuid, uuid, text, date, timestamptz), access.take_step(uuid, bigint, text, date, date, text, timestamptz),
    access.transfer(uuid, bigint, uuid, uuid, date, text, timestamptz), access.correct(uuid, bigint, date[], text[], text[], timestamptz),
    access.phases_opened(uuid), access.conflicts_of(uuid), access.clear_mark(uuid, uuid, bigint, timestamptz),
    access.note_conflict(uuid, uuid, uuid, uuid, text, timestamptz), access.end_conflict(uuid, uuid, timestamptz)
to cairn_server;
grant execute on function access.people_described(text, text, text, date, text, text, text, jsonb), access.duplicates_of(uuid),
    access.open_things(uuid), access.say_of_open_things(text[], text[]), access.hold_groups_of(uuid)
to cairn_server, cairn_worker;
-- The doors: no other function has a dot in its name.
do $$
declare door text;
begin
    for door in select oid::regprocedure from pg_proc where pronamespace = 'access'::regnamespace and proname like '%.%' loop
        execute format('grant execute on function %s to cairn_server', door);
    end loop;
end $$;
grant execute on function access.refused_work(uuid, text, text, uuid, timestamptz, uuid, bytea, text, boolean), access.enter_work(uuid, text, timestamptz, uuid, bytea), access.enter_job(uuid, uuid, uuid, timestamptz, uuid, bytea),
    access.practice_named(text), access.expire_consents(timestamptz, uuid, bytea), access.open_tasks_of_age(timestamptz, uuid, bytea),
    access.tend_waitlists(timestamptz, uuid, bytea), access.remove_unfinished_attachments(timestamptz, uuid, bytea),
    access.practices_with_homework_to_plan(timestamptz), access.homework_in_use(uuid, uuid), access.practices_with_homework_to_remind(timestamptz),
    access.make_account(uuid, text, text, text[], uuid, timestamptz), access.send_key(uuid, uuid, bytea, bytea, timestamptz, uuid, bytea),
    access.reset_by_operator(uuid, text, uuid, bytea, boolean, timestamptz, uuid, bytea), access.letter_address(uuid),
    access.accounts_in_use(uuid[]), access.letter_stands(uuid, timestamptz), access.practices_to_digest(timestamptz), access.digests(timestamptz),
    access.is_behind(groups, date), access.practices_to_plan(date), access.meetings_in_use(uuid, uuid, timestamptz) to cairn_worker;
-- What an import asks and does with records of other systems (5_records.sql).
grant execute on function access.contradicts(uuid, text, text, text, jsonb, text, date, date, boolean), access.followed(text, text, text),
    access.followed_status(text, jsonb, jsonb), access.names_joined(jsonb, jsonb), access.follow_record(uuid, text, text, text, jsonb, boolean),
    access.hold_for_standing(uuid[]), access.retire_chart(uuid)
to cairn_worker;
-- Trigger functions run with the rights of the statement that fires them.
grant execute on function access.identity_is_shown(), access.assignment_is_shown(), access.confidentiality_is_shown(),
    access.intern_needs_cosignature() to cairn_server, cairn_worker;

-- Columns a request may read of an account: never the password hash.
grant select (practice_id, account_id, email, sign_in_name, wanted_email, name, roles, client_id, disabled_at, created_at, version) on accounts to cairn_server, cairn_worker;
grant insert, update on accounts to cairn_worker;
grant update (name, roles, disabled_at, version) on accounts to cairn_server;
grant select on account_notices to cairn_server;
grant select (practice_id, sign_in_id, account_id, created_at, last_seen_at, idle_limit, expires_at, ended_at, device),
    update (ended_at) on sign_ins to cairn_server;
grant select (practice_id, change_id, account_id, email, old_email, created_at, expires_at, new_proved_at,
              old_proved_at, done_at, withdrawn_at) on email_changes to cairn_server;
grant select (practice_id, account_id, created_at) on second_factors to cairn_server;
grant select (practice_id, account_id, used_at) on recovery_codes to cairn_server;
grant select (practice_id, invitation_id, account_id, created_at, expires_at, accepted_at) on invitations to cairn_server, cairn_worker;

grant select, insert, update on
    practices, clients, client_contacts, client_identifiers, staff, supervisions, guardians, guardianships, couples, couple_members,
    care_team_memberships, inquiries, programs, groups, group_facilitators, meetings, attendance, appointments, appointment_staff,
    exercises, homework_assignments, homework, homework_answers, attachments, attachment_chunks, risk_words, phase_steps, inquiry_reasons, inquiry_limits, questionnaires, staff_licenses, possible_duplicates
to cairn_server, cairn_worker;
grant select on inquiry_states to cairn_server, cairn_worker;
-- Seats are given, left and corrected by the database's own functions (5_enrollments.sql).
grant select on enrollments, enrollment_spans, placement_conflicts to cairn_server;
grant select, insert, update on enrollments, enrollment_spans, placement_conflicts to cairn_worker;
grant select, insert, update on tracks, phases, closures to cairn_server, cairn_worker;
grant select, insert, delete on phase_prerequisites to cairn_server, cairn_worker;
grant select (practice_id, feed_id, account_id, created_at, revoked_at, last_read_at), insert, update (revoked_at) on calendar_feeds to cairn_server;
grant select, insert, update (until) on inquiry_assignments to cairn_server, cairn_worker;
grant select, insert on inquiry_screenings, questionnaire_versions, attendance_history, guardianship_history, consent_documents, consent_versions, exercise_versions, homework_reviews, homework_comments, risk_assessments, practice_keys
to cairn_server, cairn_worker;
grant select, insert, update on consent_packets to cairn_server, cairn_worker;
grant select, insert, update, delete on homework_draft_fields to cairn_server;
grant select, insert on homework_draft_fields to cairn_worker;
grant select, insert, delete on exercise_tags, homework_exceptions to cairn_server, cairn_worker;
grant select, update (assessed_at, outcome, version) on risk_records to cairn_server;
grant select, insert, update on risk_records to cairn_worker;
grant delete on attachments, attachment_chunks to cairn_server;
-- Signing and revoking are the database's own (5_consents.sql): the server asks for consents, and changes none.
grant select, insert (practice_id, consent_id, client_id, kind, requested_at, requested_by) on consents to cairn_server;
grant select, insert on consents, consent_signatures to cairn_worker;
grant select on consent_signatures, consent_revocations, chart_closings to cairn_server;
grant select, update (done_at, done_by), insert (practice_id, task_id, kind, group_id, proposed_by, proposal, due_on, opened_at) on tasks to cairn_server;
grant select, insert, update on progress_notes, process.notes to cairn_server;
grant select, insert on note_addenda to cairn_server;
grant select on client_merges, client_merge_moves, client_merge_requests to cairn_server;
grant select (practice_id, letter_id, event, kind, account_id, client_id, homework_id, state, reason, state_since, created_at, expires_at) on outbox to cairn_server;
grant insert on outbox to cairn_worker;
grant select, update (state, reason, sealed, state_since) on outbox to cairn_worker;
grant select, update (state, run_at, attempts, ended_at) on jobs to cairn_server;
grant select, insert, update, delete on jobs to cairn_worker;
grant select on audit_events, audit_seals to cairn_server, cairn_worker;
grant update (seal_number) on audit_events to cairn_worker;
grant insert on audit_seals to cairn_worker;
grant select, delete on idempotency_keys, rate_limits to cairn_worker;
grant select on cairn_migrations to cairn_server, cairn_worker;
