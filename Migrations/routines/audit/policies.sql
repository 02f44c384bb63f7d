select access.protect('audit_events', reads => '{audit}', writes => '{}',
    seen => $$ {whole} $$);
grant insert on audit_events to cairn_access;
grant select on audit_events to cairn_server, cairn_worker;
grant update (seal_number) on audit_events to cairn_worker;

select access.protect('audit_seals', reads => '{audit}', writes => '{}',
    seen => $$ {whole} $$);
grant select on audit_seals to cairn_server, cairn_worker;
grant insert on audit_seals to cairn_worker;

-- Kept by the server for itself, within the practice and the account of the request.
alter table idempotency_keys enable row level security, force row level security;
create policy mine on idempotency_keys
    using (practice_id = (select access.practice()) and account_id = (select access.account()));
alter table rate_limits enable row level security, force row level security;
alter table access.rules enable row level security, force row level security;
alter table access.targets enable row level security, force row level security;
alter table access.judged enable row level security, force row level security;
alter table access.client_references enable row level security, force row level security;
alter table access.given_names enable row level security, force row level security;

-- The background work: it seals the audit and throws away what has served its time, and sees nothing else.
create policy seals on audit_events to cairn_worker using (true);
create policy seals on audit_seals to cairn_worker using (true) with check (true);
create policy expires on idempotency_keys to cairn_worker using (true);
create policy expires on rate_limits to cairn_worker using (true);
-- A worker takes jobs before it knows whose they are; they hold ids. For the work itself it enters by access.enter_job.
create policy takes on jobs to cairn_worker using (true) with check (true);
create policy lists on practices to cairn_worker using (true) with check (true);

-- The keys of a practice are wrapped and useless without the master key; the server fetches them before it knows the
-- caller.
alter table practice_keys enable row level security, force row level security;
create policy keys on practice_keys to cairn_server, cairn_worker using (true) with check (true);
grant select on sequence audit_events_audit_event_id_seq to cairn_access; -- only to find the row of the door
grant insert, update on rate_limits to cairn_access;
grant select, delete on rate_limits to cairn_worker;
grant insert, update on idempotency_keys to cairn_access;
grant select, delete on idempotency_keys to cairn_worker;
grant select, insert on practice_keys to cairn_server, cairn_worker;
