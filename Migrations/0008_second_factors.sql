-- What a person shows at sign-in besides the password (NIST SP 800-63B, 3.1.4), and what stands in for it once.

create table second_factors (
    practice_id uuid not null,
    account_id uuid not null,
    secret bytea not null,
    last_step bigint not null,
    created_at timestamptz not null,
    primary key (practice_id, account_id),
    foreign key (practice_id, account_id) references accounts
);
comment on table second_factors is 'The authenticator of an account (TOTP, RFC 6238). Staff have one from the day they accept their invitation; clients and guardians may.';
comment on column second_factors.secret is 'Encrypted under the practice''s record key.';
comment on column second_factors.last_step is 'The last step of which a code was used: no code is good twice.';

create table recovery_codes (
    practice_id uuid not null,
    account_id uuid not null,
    code_hash bytea not null constraint recovery_codes_hash_is_sha256 check (octet_length(code_hash) = 32),
    used_at timestamptz,
    primary key (practice_id, account_id, code_hash),
    foreign key (practice_id, account_id) references second_factors on delete cascade
);
comment on table recovery_codes is 'Codes on paper, each good once: keyed hashes.';
