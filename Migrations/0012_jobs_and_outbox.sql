-- Work that outlives a request, the letters that leave the practice, and when contact is safe.

create table jobs (
    practice_id uuid not null references practices,
    job_id uuid not null,
    kind text not null constraint jobs_kind_is_an_action check (kind ~ '^[a-z_]{1,40}\.[a-z_]{1,40}$'),
    key text not null constraint jobs_key_names_an_event check (key ~ '^[a-z_]+(/[0-9a-f-]+)+$' and char_length(key) <= 200),
    ids uuid[] not null,
    state text not null default 'waiting' constraint jobs_state check (state in ('waiting', 'done', 'dead')),
    run_at timestamptz not null,
    attempts int not null default 0 constraint jobs_attempts_are_counted check (attempts >= 0),
    lease uuid,
    locked_until timestamptz,
    last_error text constraint jobs_last_error_is_a_code check (last_error ~ '^[a-z0-9_]{1,60}$'),
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (practice_id, job_id),
    constraint jobs_once_per_event unique (practice_id, kind, key),
    constraint jobs_lease_has_an_end check ((lease is null) = (locked_until is null)),
    constraint jobs_lease_while_waiting check (lease is null or state = 'waiting'),
    constraint jobs_ended_when_not_waiting check ((state = 'waiting') = (ended_at is null))
);
comment on table jobs is 'What is to be done after the transaction that asked for it: at least once, by whichever worker comes first. Nothing of people but ids.';
comment on column jobs.kind is 'The action by which the work enters: its rule is in access.rules.';
comment on column jobs.ids is 'What the work is about; the first is its subject.';
comment on column jobs.lease is 'Names one attempt of one worker until locked_until. Who died holds it no longer than that, and who comes too late cannot end the job.';
comment on column jobs.last_error is 'A word of ours, an exit status or an SQLSTATE; never a text that somebody wrote.';
create index jobs_due on jobs (run_at) where state = 'waiting';
create index jobs_dead on jobs (practice_id, ended_at, job_id) where state = 'dead';
create index jobs_over on jobs (ended_at) where state = 'done';

-- waiting -> done | dead, dead -> waiting.
create function job_state_follows() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and (old.state = 'done' or (old.state = 'dead' and new.state <> 'waiting')) then
        raise exception 'job_is_done' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger state_follows before update of state on jobs for each row execute function job_state_follows();

-- Wakes the workers at the commit; what one of them misses it finds by looking.
create function job_wakes() returns trigger language plpgsql as $$
begin
    perform pg_notify('cairn_jobs', '');
    return null;
end $$;
create trigger wakes after insert or update of run_at on jobs for each row
    when (new.state = 'waiting' and new.lease is null) execute function job_wakes();

create table outbox (
    practice_id uuid not null references practices,
    letter_id uuid not null,
    event text not null constraint outbox_event_is_named check (event ~ '^[a-z_]+(/[0-9a-f-]+)+$' and char_length(event) <= 200),
    account_id uuid not null,
    client_id uuid,
    sealed bytea,
    state text not null default 'waiting' constraint outbox_state check (state in ('waiting', 'handed', 'sent', 'kept', 'withdrawn')),
    reason text constraint outbox_reason check (reason in ('no_mailer', 'not_safe', 'not_delivered', 'outcome_unknown')),
    state_since timestamptz not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (practice_id, letter_id),
    constraint outbox_once_per_event unique (practice_id, event),
    foreign key (practice_id, account_id) references accounts,
    foreign key (practice_id, client_id) references clients,
    constraint outbox_kept_with_a_reason check ((state = 'kept') = (reason is not null)),
    constraint outbox_forgets_what_is_over check ((state in ('sent', 'withdrawn')) = (sealed is null)),
    constraint outbox_expires_after_it_began check (expires_at > created_at)
);
comment on table outbox is 'Letters that leave by mail, written in the transaction of what they tell of, one for each event.';
comment on column outbox.client_id is 'Whose safe contact the letter honours.';
comment on column outbox.sealed is 'Address and token, encrypted under the practice''s record key; gone with the letter.';
comment on column outbox.state is 'handed: given to the mail program, whose answer is not known yet. kept: for the desk to hand over.';
create index outbox_by_age on outbox (practice_id, created_at, letter_id);
create index outbox_by_account on outbox (practice_id, account_id);
create index outbox_by_client on outbox (practice_id, client_id) where client_id is not null;

-- waiting -> handed | kept | withdrawn; handed -> sent | waiting | kept; kept -> handed | withdrawn. A letter whose fate is
-- unknown is never handed to the mail program again: it may have gone.
create function letter_state_follows() returns trigger language plpgsql as $$
begin
    if not (case old.state
        when 'waiting' then new.state in ('handed', 'kept', 'withdrawn')
        when 'handed' then new.state in ('sent', 'waiting', 'kept')
        when 'kept' then new.state = 'withdrawn' or (new.state in ('handed', 'kept') and old.reason <> 'outcome_unknown')
        else false end)
    then
        raise exception 'letter_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger state_follows before update on outbox for each row execute function letter_state_follows();

alter table client_contacts
    add neutral_sender boolean not null default true,
    add safe_times text[] not null default '{}'
        constraint client_contacts_safe_times check (cardinality(safe_times) <= 21 and (cardinality(safe_times) = 0 or array_to_string(safe_times, ';', '') || ';' ~
            '^((monday|tuesday|wednesday|thursday|friday|saturday|sunday) ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d;)+$'));
comment on column client_contacts.neutral_sender is 'Whether what is sent names nobody as its sender. Until something else is agreed, it does not.';
comment on column client_contacts.safe_times is 'When contact is safe, on the practice''s wall clock: `monday 18:00-21:00`, until 00:00 is until midnight. Empty: at any time.';
