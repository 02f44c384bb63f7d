-- Consents: what the practice asks people to sign, what they signed, and what depends on it. Guardians' rights with
-- their history, and the tasks that a day brings by itself.

-- A UUIDv7 (RFC 9562, 5.7) of an instant, where the database makes rows of which the server does not know how many.
create function uuid_v7(at timestamptz) returns uuid language sql volatile parallel safe
return encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid;

create table consent_documents (
    practice_id uuid not null references practices,
    document_id uuid not null,
    kind text not null constraint consent_documents_kind_is_plain check (kind ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$' and char_length(kind) <= 60),
    of_couple boolean not null default false,
    created_at timestamptz not null,
    primary key (practice_id, document_id),
    constraint consent_documents_kind_is_taken unique (practice_id, kind)
);
comment on table consent_documents is 'What people are asked to agree to, by kind: which kinds there are is the practice''s own affair.';
comment on column consent_documents.of_couple is 'Whether it is agreed to as a couple: each partner signs, and it holds for that couple alone.';
create trigger never_changes before update or delete on consent_documents for each row execute function never_changes();

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
comment on table consent_versions is 'Published texts. None of them ever changes, so that a signature keeps its meaning.';
comment on column consent_versions.valid_months is 'How long a signature holds; null: until it is revoked.';

-- The hash is the database's: nobody can publish one text under the hash of another.
create function consent_version_is_hashed() returns trigger language plpgsql as $$
begin
    new.text_hash := sha256(convert_to(new.body, 'UTF8'));
    return new;
end $$;
create trigger hashed before insert on consent_versions for each row execute function consent_version_is_hashed();
create trigger never_changes before update or delete on consent_versions for each row execute function never_changes();

create table consent_packets (
    practice_id uuid not null references practices,
    audience text not null constraint consent_packets_audience check (audience in ('adult', 'minor', 'partner', 'group')),
    kinds text[] not null default '{}' constraint consent_packets_kinds check (cardinality(kinds) <= 20),
    required text[] not null default '{}',
    guardians text not null default 'all' constraint consent_packets_guardians check (guardians in ('one', 'all')),
    version bigint not null default 1,
    primary key (practice_id, audience),
    constraint consent_packets_require_what_they_ask check (required <@ kinds)
);
comment on table consent_packets is 'The practice''s rule: what an adult, a minor, each partner of a couple is asked to sign, and whoever takes a seat in a group.';
comment on column consent_packets.required is 'Without these what the packet is for does not begin: treatment, couple notes, the seat. Empty switches it off.';
comment on column consent_packets.guardians is 'Whether one guardian with the scope consent is enough for a minor, or all of them must sign.';
create trigger versioned before update on consent_packets for each row execute function versioned();

create function consent_packet_names_documents() returns trigger language plpgsql as $$
declare unknown text;
begin
    select k into unknown from unnest(new.kinds) k
    where not exists (select from consent_documents d where d.practice_id = new.practice_id and d.kind = k
                      and (new.audience = 'partner' or not d.of_couple)) limit 1;
    if found then
        raise exception 'no_such_kind' using errcode = 'PC422', column = 'kinds';
    end if;
    return new;
end $$;
create trigger names_documents before insert or update on consent_packets
    for each row execute function consent_packet_names_documents();

-- Every practice has a rule for each audience; an empty one asks for nothing.
create function practice_has_consent_packets() returns trigger language plpgsql as $$
begin
    insert into consent_packets (practice_id, audience)
    select new.practice_id, audience from unnest('{adult,minor,partner,group}'::text[]) audience;
    return null;
end $$;
create trigger has_consent_packets after insert on practices for each row execute function practice_has_consent_packets();
insert into consent_packets (practice_id, audience)
select practice_id, audience from practices, unnest('{adult,minor,partner,group}'::text[]) audience;

create table consents (
    practice_id uuid not null,
    consent_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    confidentiality text,
    kind text not null,
    consent_version_id uuid not null,
    text_hash bytea not null,
    state text not null default 'requested' constraint consents_state check (state in ('requested', 'signed', 'revoked', 'expired')),
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
comment on table consents is 'One client asked to agree to one version of a text. A couple''s has a row for each partner.';
comment on column consents.confidentiality is 'Of a couple''s: the policy that is agreed to. When the couple chooses another, it is signed anew.';
comment on column consents.by_guardians is 'Guardians agreed for a minor: it holds until the 18th birthday at most.';
create unique index consents_requested_once on consents (practice_id, client_id, kind, couple_id, confidentiality) nulls not distinct where state = 'requested';
create index consents_by_client on consents (practice_id, client_id, kind);
create index consents_by_age on consents (practice_id, requested_at, consent_id);
create trigger versioned before update on consents for each row execute function versioned();

-- Where a consent stands on a day: that it has run out follows from the calendar, whether or not the worker has said so.
create function consent_state(state text, expires_on date, by_guardians boolean, birth_date date, today date)
returns text language sql immutable parallel safe
return case
    when state = 'signed' and (expires_on <= today or (by_guardians and birth_date + interval '18 years' <= today)) then 'expired'
    else state end;

-- requested -> signed -> revoked | expired. What was asked never changes, and what was signed even less.
create function consent_state_follows() returns trigger language plpgsql as $$
declare moving constant text[] := '{state,version,signed_at,by_guardians,expires_on,revoked_at,expired_at}';
begin
    if tg_op = 'DELETE'
        or (to_jsonb(new) - moving) <> (to_jsonb(old) - moving)
        or (old.state <> 'requested' and (new.signed_at, new.by_guardians, new.expires_on)
                is distinct from (old.signed_at, old.by_guardians, old.expires_on))
    then
        raise exception 'never_changes' using errcode = 'PC409';
    elsif not (case old.state when 'requested' then new.state = 'signed'
                              when 'signed' then new.state in ('revoked', 'expired')
                              else false end)
    then
        raise exception 'consent_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger state_follows before update or delete on consents for each row execute function consent_state_follows();

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
comment on column consent_signatures.address is 'Encrypted; null where a signature was taken over and nobody knows where it was given.';
create index consent_signatures_by_consent on consent_signatures (practice_id, consent_id);
create trigger never_changes before update or delete on consent_signatures for each row execute function never_changes();

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
create trigger never_changes before update or delete on consent_revocations for each row execute function never_changes();

-- Guardians' rights: on what paper they rest, and what they were before.
alter table guardianships
    add column document_reference text constraint guardianships_document_reference_length check (char_length(document_reference) between 1 and 200),
    add column recorded_at timestamptz not null default now(),
    add column recorded_by uuid;
comment on column guardianships.document_reference is 'Where the order or certificate is found: a file number, a place in the paper file.';

create table guardianship_history (
    practice_id uuid not null,
    guardianship_id uuid not null,
    version bigint not null,
    guardian_id uuid not null,
    client_id uuid not null,
    legal_basis text not null,
    document_reference text,
    scopes text[] not null,
    during daterange not null,
    recorded tstzrange not null,
    recorded_by uuid,
    primary key (practice_id, guardianship_id, version),
    foreign key (practice_id, guardianship_id) references guardianships
);
comment on table guardianship_history is 'What a guardian was allowed before, and when that was so.';
create trigger never_changes before update or delete on guardianship_history for each row execute function never_changes();

create function guardianship_keeps_history() returns trigger language plpgsql as $$
begin
    insert into guardianship_history (practice_id, guardianship_id, version, guardian_id, client_id, legal_basis,
        document_reference, scopes, during, recorded, recorded_by)
    values (old.practice_id, old.guardianship_id, old.version, old.guardian_id, old.client_id, old.legal_basis,
        old.document_reference, old.scopes, old.during,
        tstzrange(old.recorded_at, greatest(new.recorded_at, old.recorded_at), '[)'), old.recorded_by);
    return new;
end $$;
create trigger keeps_history after update on guardianships for each row execute function guardianship_keeps_history();

create table tasks (
    practice_id uuid not null,
    task_id uuid not null,
    kind text not null constraint tasks_kind check (kind in ('renew_consents', 'offer_own_sign_in')),
    client_id uuid not null,
    due_on date not null,
    opened_at timestamptz not null,
    done_at timestamptz,
    done_by uuid,
    primary key (practice_id, task_id),
    constraint tasks_opened_once unique (practice_id, client_id, kind, due_on),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, done_by) references accounts,
    constraint tasks_done_by_somebody check ((done_at is null) = (done_by is null))
);
comment on table tasks is 'What a day brought by itself and somebody has to do: opened by the worker, once.';
create index tasks_by_day on tasks (practice_id, due_on, task_id);
