create table audit_events (
    practice_id uuid not null,
    audit_event_id bigint generated always as identity,
    at timestamptz not null,
    request_id uuid not null,
    proof bytea not null,
    account_id uuid,
    sign_in_id uuid,
    role text,
    relation text,
    action text not null,
    kind text,
    resource_id uuid,
    client_ids uuid[] not null default '{}',
    outcome text not null,
    seal_number bigint,
    primary key (practice_id, audit_event_id)
) with (fillfactor = 55);
comment on table audit_events is
    'Every touch of a person''s record, reads and refusals too (45 CFR 164.312(b)). Rows are only added.';
comment on column audit_events.proof is
    'HMAC of request_id under a key that only the server has: a row that the server did not ask for has none.';
comment on column audit_events.seal_number is 'The seal that covers the row; set once, by the worker.';
create index audit_events_by_time on audit_events using brin (at);

create table audit_seals (
    practice_id uuid not null,
    seal_number bigint not null,
    event_count bigint not null,
    first_event_id bigint not null,
    last_event_id bigint not null,
    sealed_at timestamptz not null,
    previous bytea not null,
    seal bytea not null,
    primary key (practice_id, seal_number)
);
comment on table audit_seals is
    'A chain of keyed hashes over batches of audit events: each seal covers its batch and the seal before.';

create table idempotency_keys (
    practice_id uuid not null,
    account_id uuid not null,
    route text not null,
    key_hash bytea not null,
    body_hash bytea not null,
    status smallint,
    headers jsonb,
    body bytea,
    created_at timestamptz not null,
    request_id uuid,
    scope_digest bytea,
    primary key (practice_id, account_id, route, key_hash)
);
comment on table idempotency_keys is
    'The first answer to a keyed POST (its body encrypted, without its secrets), in the transaction of its effect. '
    'Good for a day.';
comment on column idempotency_keys.request_id is
    'The request whose answer it is: by it a lost commit is known to have come.';
comment on column idempotency_keys.scope_digest is
    'Of what the caller could reach when the answer was made: to another scope it is not given. Null: to nobody.';
create index idempotency_keys_by_age on idempotency_keys (created_at);

create table rate_limits (
    bucket bytea not null primary key,
    window_start timestamptz not null,
    taken int not null
);
comment on table rate_limits is
    'How often a bucket (a keyed hash of an address or an account, never the thing itself) was drawn from in its '
    'window.';
