create table jobs (
    practice_id uuid not null references practices,
    job_id uuid not null,
    kind text not null constraint jobs_kind_is_an_action check (kind ~ '^[a-z_]{1,40}\.[a-z_]{1,40}$'),
    key text not null constraint jobs_key_names_an_event
        check (key ~ '^[a-z_]+(/[0-9a-f-]+)+$' and char_length(key) <= 200),
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
comment on table jobs is
    'What is to be done after the transaction that asked for it: at least once, by whichever worker comes first. '
    'Nothing of people but ids.';
comment on column jobs.kind is 'The action by which the work enters: its rule is in access.rules.';
comment on column jobs.ids is 'What the work is about; the first is its subject.';
comment on column jobs.lease is
    'Names one attempt of one worker until locked_until. Who died holds it no longer than that, and who comes too '
    'late cannot end the job.';
comment on column jobs.last_error is 'A word of ours, an exit status or an SQLSTATE; never a text that somebody wrote.';
create index jobs_due on jobs (run_at) where state = 'waiting';
create index jobs_dead on jobs (practice_id, ended_at, job_id) where state = 'dead';
create index jobs_over on jobs (ended_at) where state = 'done';

create table outbox (
    practice_id uuid not null references practices,
    letter_id uuid not null,
    event text not null constraint outbox_event_is_named
        check (event ~ '^[a-z_]+(/[0-9a-f-]+)+$' and char_length(event) <= 200),
    account_id uuid not null,
    client_id uuid,
    sealed bytea,
    state text not null default 'waiting' constraint outbox_state
        check (state in ('waiting', 'handed', 'sent', 'kept', 'withdrawn')),
    reason text constraint outbox_reason
        check (reason in ('no_mailer', 'not_safe', 'not_delivered', 'outcome_unknown')),
    state_since timestamptz not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    kind text not null default 'invitation',
    homework_id uuid,
    primary key (practice_id, letter_id),
    constraint outbox_once_per_event unique (practice_id, event),
    foreign key (practice_id, account_id) references accounts,
    foreign key (practice_id, client_id) references clients,
    constraint outbox_kept_with_a_reason check ((state = 'kept') = (reason is not null)),
    constraint outbox_forgets_what_is_over check ((state in ('sent', 'withdrawn')) = (sealed is null)),
    constraint outbox_expires_after_it_began check (expires_at > created_at),
    foreign key (practice_id, homework_id) references homework,
    constraint outbox_reminds_of_homework check ((kind = 'homework_reminder') = (homework_id is not null)),
    constraint outbox_kind check (kind in
        ('invitation', 'reset', 'notice', 'homework_reminder', 'homework_digest', 'email_change'))
);
comment on table outbox is
    'Letters that leave by mail, written in the transaction of what they tell of, one for each event.';
comment on column outbox.client_id is 'Whose safe contact the letter honours.';
comment on column outbox.sealed is
    'Address and token, encrypted under the practice''s record key; gone with the letter.';
comment on column outbox.state is
    'handed: given to the mail program, whose answer is not known yet. kept: for the desk to hand over.';
comment on column outbox.homework_id is 'What it reminds of: once that is done, the letter is not sent.';
create index outbox_by_age on outbox (practice_id, created_at, letter_id);
create index outbox_by_account on outbox (practice_id, account_id);
create index outbox_by_client on outbox (practice_id, client_id) where client_id is not null;
create index outbox_by_homework on outbox (practice_id, homework_id) where homework_id is not null;

create table tasks (
    practice_id uuid not null,
    task_id uuid not null,
    kind text not null,
    client_id uuid,
    due_on date not null,
    opened_at timestamptz not null,
    done_at timestamptz,
    done_by uuid,
    group_id uuid,
    proposed_by uuid,
    proposal bytea,
    account_id uuid,
    holder_id uuid,
    for_roles text[],
    primary key (practice_id, task_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, done_by) references accounts,
    foreign key (practice_id, group_id) references groups,
    foreign key (practice_id, proposed_by) references accounts,
    constraint tasks_are_about_a_client_or_a_proposal check (
        case kind when 'place_proposed' then client_id is null and num_nulls(group_id, proposed_by, proposal) = 0
                  else client_id is not null and num_nonnulls(group_id, proposed_by, proposal) = 0 end),
    foreign key (practice_id, account_id) references accounts,
    foreign key (practice_id, holder_id) references accounts,
    constraint tasks_settle_the_address_of_an_account
        check ((kind in ('settle_address', 'confirm_address')) = (account_id is not null)
               and (account_id is not null) = (for_roles is not null)
               and (kind = 'settle_address') = (holder_id is not null)),
    constraint tasks_done_by_somebody check (done_by is null or done_at is not null),
    constraint tasks_kind check (kind in (
        'renew_consents', 'offer_own_sign_in', 'offer_seat', 'place_proposed', 'settle_address', 'confirm_address',
        'client_died', 'death_corrected', 'closed_with_open_things'))
);
comment on table tasks is 'What a day brought by itself and somebody has to do: opened by the worker, once.';
comment on column tasks.proposal is
    'Sealed: whom the leader of a group proposes for a seat, in the leader''s words. Whether that is a client is not '
    'known here.';
comment on column tasks.account_id is 'The account that waits for an address.';
comment on column tasks.holder_id is 'The account that signs in with that address.';
comment on column tasks.for_roles is 'Who may know that the address is somebody''s. Null: whoever may see the client.';
comment on column tasks.done_by is 'Null where it was done by what happened: nobody asks the dead for consents.';
create index tasks_by_day on tasks (practice_id, due_on, task_id);
create unique index tasks_opened_once on tasks
    (practice_id, client_id, kind, due_on, coalesce(account_id, '00000000-0000-0000-0000-000000000000'));
