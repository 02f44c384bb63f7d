create table consent_documents (
    practice_id uuid not null references practices,
    document_id uuid not null,
    kind text not null constraint consent_documents_kind_is_plain
        check (kind ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$' and char_length(kind) <= 60),
    of_couple boolean not null default false,
    created_at timestamptz not null,
    primary key (practice_id, document_id),
    constraint consent_documents_kind_is_taken unique (practice_id, kind)
);
comment on table consent_documents is
    'What people are asked to agree to, by kind: which kinds there are is the practice''s own affair.';
comment on column consent_documents.of_couple is
    'Whether it is agreed to as a couple: each partner signs, and it holds for that couple alone.';

create table consent_versions (
    practice_id uuid not null,
    consent_version_id uuid not null,
    document_id uuid not null,
    number int not null constraint consent_versions_number check (number > 0),
    title text not null constraint consent_versions_title_length check (char_length(title) between 1 and 160),
    body text not null constraint consent_versions_body_length check (char_length(body) between 1 and 50000),
    text_hash bytea not null constraint consent_versions_text_hash_is_sha256 check (octet_length(text_hash) = 32),
    valid_months smallint constraint consent_versions_valid_months check (valid_months between 1 and 120),
    published_at timestamptz not null,
    published_by uuid,
    primary key (practice_id, consent_version_id),
    constraint consent_versions_number_is_taken unique (practice_id, document_id, number),
    foreign key (practice_id, document_id) references consent_documents,
    foreign key (practice_id, published_by) references accounts
);
comment on table consent_versions is
    'Published texts. None of them ever changes, so that a signature keeps its meaning.';
comment on column consent_versions.valid_months is 'How long a signature holds; null: until it is revoked.';

create table consent_packets (
    practice_id uuid not null references practices,
    audience text not null constraint consent_packets_audience
        check (audience in ('adult', 'minor', 'partner', 'group')),
    kinds text[] not null default '{}' constraint consent_packets_kinds check (cardinality(kinds) <= 20),
    required text[] not null default '{}',
    guardians text not null default 'all' constraint consent_packets_guardians check (guardians in ('one', 'all')),
    version bigint not null default 1,
    primary key (practice_id, audience),
    constraint consent_packets_require_what_they_ask check (required <@ kinds)
);
comment on table consent_packets is
    'The practice''s rule: what an adult, a minor, each partner of a couple is asked to sign, and whoever takes a '
    'seat in a group.';
comment on column consent_packets.required is
    'Without these what the packet is for does not begin: treatment, couple notes, the seat. Empty switches it off.';
comment on column consent_packets.guardians is
    'Whether one guardian with the scope consent is enough for a minor, or all of them must sign.';

create table consents (
    practice_id uuid not null,
    consent_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    confidentiality text,
    kind text not null,
    consent_version_id uuid not null,
    text_hash bytea not null,
    state text not null default 'requested' constraint consents_state
        check (state in ('requested', 'signed', 'revoked', 'expired')),
    requested_at timestamptz not null,
    requested_by uuid,
    signed_at timestamptz,
    by_guardians boolean not null default false,
    expires_on date,
    revoked_at timestamptz,
    expired_at timestamptz,
    version bigint not null default 1,
    primary key (practice_id, consent_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, consent_version_id) references consent_versions,
    foreign key (practice_id, requested_by) references accounts,
    constraint consents_signed_at_a_time check ((state = 'requested') = (signed_at is null)),
    constraint consents_of_a_couple_name_its_policy check ((couple_id is null) = (confidentiality is null)),
    constraint consents_revoked_at_a_time check ((state = 'revoked') = (revoked_at is not null))
);
comment on table consents is
    'One client asked to agree to one version of a text. A couple''s has a row for each partner.';
comment on column consents.confidentiality is
    'Of a couple''s: the policy that is agreed to. When the couple chooses another, it is signed anew.';
comment on column consents.by_guardians is 'Guardians agreed for a minor: it holds until the 18th birthday at most.';
create unique index consents_requested_once on consents (practice_id, client_id, kind, couple_id,
    confidentiality) nulls not distinct where state = 'requested';
create index consents_by_client on consents (practice_id, client_id, kind);
create index consents_by_age on consents (practice_id, requested_at, consent_id);

create table consent_signatures (
    practice_id uuid not null,
    signature_id uuid not null,
    consent_id uuid not null,
    client_id uuid not null,
    account_id uuid not null,
    guardian_id uuid,
    capacity text not null constraint consent_signatures_capacity check (capacity in ('self', 'guardian')),
    signer_name text not null,
    text_hash bytea not null constraint consent_signatures_text_hash_is_sha256 check (octet_length(text_hash) = 32),
    address bytea,
    signed_at timestamptz not null,
    primary key (practice_id, signature_id),
    foreign key (practice_id, consent_id) references consents,
    foreign key (practice_id, account_id) references accounts,
    foreign key (practice_id, guardian_id) references guardians,
    constraint consent_signatures_of_a_guardian check ((capacity = 'guardian') = (guardian_id is not null))
);
comment on table consent_signatures is 'The evidence: who signed which text in which capacity, when and from where.';
comment on column consent_signatures.address is
    'Encrypted; null where a signature was taken over and nobody knows where it was given.';
create index consent_signatures_by_consent on consent_signatures (practice_id, consent_id);

create table consent_revocations (
    practice_id uuid not null,
    signature_id uuid not null,
    consent_id uuid not null,
    client_id uuid not null,
    account_id uuid not null,
    address bytea not null,
    revoked_at timestamptz not null,
    primary key (practice_id, signature_id),
    foreign key (practice_id, signature_id) references consent_signatures,
    foreign key (practice_id, consent_id) references consents
);
comment on table consent_revocations is 'A signature taken back by who gave it. The signature itself stays as it was.';
