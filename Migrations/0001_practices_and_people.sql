-- Practices, the people who sign in, the people in care, and the first call they make.
-- practice_id leads every key, so that no row can point into another practice.

-- Exclusion constraints take ids as text: so the planner never prefers their GiST index to the b-tree, which is ten times
-- as fast, for finding a row by its ids.
create extension if not exists btree_gist;
create extension if not exists unaccent;

create schema process;

-- Case and accents folded away, for finding people by name. `unaccent` itself is only stable, because its
-- dictionary could be edited; ours never is.
create function fold(t text) returns text language sql immutable strict parallel safe
return lower(public.unaccent('public.unaccent'::regdictionary, t));

-- Every update of a versioned row says which version it saw: it sets version to that number plus one.
-- Anything else is a stale write and is refused here, so that no statement can forget to check.
create function versioned() returns trigger language plpgsql as $$
begin
    if new.version is distinct from old.version + 1 then
        raise exception 'stale_version' using errcode = 'PC412';
    end if;
    return new;
end $$;

create function never_changes() returns trigger language plpgsql as $$
begin
    raise exception 'never_changes' using errcode = 'PC409';
end $$;

create table practices (
    practice_id uuid primary key,
    slug text not null constraint practices_slug_is_taken unique
        constraint practices_slug_is_plain check (slug ~ '^[a-z0-9](-?[a-z0-9]){1,62}$'),
    name text not null constraint practices_name_length check (char_length(name) between 1 and 200),
    time_zone text not null default 'America/Phoenix',
    phone text constraint practices_phone_length check (char_length(phone) <= 40),
    email text constraint practices_email_length check (char_length(email) <= 254),
    created_at timestamptz not null,
    version bigint not null default 1
);
comment on table practices is 'One counseling center: the tenant.';
create trigger versioned before update on practices for each row execute function versioned();

create table practice_keys (
    practice_id uuid not null references practices,
    purpose text not null constraint practice_keys_purpose check (purpose in ('record', 'process')),
    version int not null constraint practice_keys_version check (version > 0),
    wrapped bytea not null,
    created_at timestamptz not null,
    primary key (practice_id, purpose, version)
);
comment on table practice_keys is 'Data keys of a practice, each encrypted by the master key, which is never in the database.';

create table clients (
    practice_id uuid not null references practices,
    client_id uuid not null,
    given_name text not null constraint clients_given_name_length check (char_length(given_name) between 1 and 100),
    family_name text not null constraint clients_family_name_length check (char_length(family_name) between 1 and 100),
    preferred_name text constraint clients_preferred_name_length check (char_length(preferred_name) between 1 and 100),
    birth_date date constraint clients_birth_date_plausible check (birth_date >= '1900-01-01'),
    sex text constraint clients_sex check (sex in ('female', 'male', 'other', 'unknown')),
    pronouns text constraint clients_pronouns_length check (char_length(pronouns) between 1 and 40),
    language text constraint clients_language_length check (char_length(language) between 2 and 35),
    marital_status text constraint clients_marital_status check (marital_status in
        ('annulled', 'divorced', 'interlocutory', 'separated', 'married', 'common_law', 'polygamous', 'partnered',
         'never_married', 'widowed', 'unknown')),
    died_on date constraint clients_die_after_birth check (died_on >= birth_date),
    status text not null default 'active' constraint clients_status check (status in ('active', 'inactive', 'deceased')),
    created_at timestamptz not null,
    family_key text collate "C" not null generated always as (fold(family_name)) stored,
    given_key text collate "C" not null generated always as (fold(given_name)) stored,
    preferred_key text collate "C" generated always as (fold(preferred_name)) stored,
    version bigint not null default 1,
    primary key (practice_id, client_id),
    constraint clients_deceased_have_died check ((died_on is not null) <= (status = 'deceased'))
);
comment on table clients is 'The person in care. Identity only: contact and clinical matter have tables and rules of their own.';
comment on column clients.family_key is 'Folded and in byte order: a prefix is a range, and comparing it is leakproof, so that a search may use an index under row-level security.';
create index clients_by_family_name on clients (practice_id, family_key, given_key, client_id);
create index clients_by_given_name on clients (practice_id, given_key);
create index clients_by_preferred_name on clients (practice_id, preferred_key) where preferred_key is not null;
create index clients_by_birth_date on clients (practice_id, birth_date, client_id);
create trigger versioned before update on clients for each row execute function versioned();

create table client_contacts (
    practice_id uuid not null,
    client_id uuid not null,
    email text constraint client_contacts_email_length check (char_length(email) <= 254),
    phone text constraint client_contacts_phone_length check (char_length(phone) <= 40),
    address_lines text[] not null default '{}' constraint client_contacts_address_lines check (cardinality(address_lines) <= 4),
    city text constraint client_contacts_city_length check (char_length(city) <= 100),
    region text constraint client_contacts_region_length check (char_length(region) <= 100),
    postal_code text constraint client_contacts_postal_code_length check (char_length(postal_code) <= 20),
    country text constraint client_contacts_country_length check (char_length(country) <= 60),
    safe_channels text[] not null default '{}'
        constraint client_contacts_safe_channels check (safe_channels <@ '{phone,text,email,mail}'),
    voicemail_allowed boolean not null default false,
    primary key (practice_id, client_id),
    foreign key (practice_id, client_id) references clients
);
comment on table client_contacts is 'How to reach a client, and how it is safe to. Its version is that of the client.';
comment on column client_contacts.safe_channels is 'Empty: nothing has been agreed, so nothing is safe.';

create table client_identifiers (
    practice_id uuid not null,
    system text not null constraint client_identifiers_system_length check (char_length(system) between 1 and 300),
    value text not null constraint client_identifiers_value_length check (char_length(value) between 1 and 200),
    client_id uuid not null,
    primary key (practice_id, system, value),
    foreign key (practice_id, client_id) references clients
);
comment on table client_identifiers is 'Names of a client in older systems: an import that is run again finds the same person by them.';
create index client_identifiers_by_client on client_identifiers (practice_id, client_id);

create table accounts (
    practice_id uuid not null references practices,
    account_id uuid not null,
    email text not null constraint accounts_email_length check (char_length(email) between 3 and 254),
    name text not null constraint accounts_name_length check (char_length(name) between 1 and 200),
    password_hash text,
    roles text[] not null constraint accounts_roles check
        (cardinality(roles) > 0 and roles <@ '{owner,admin,intake,counselor,supervisor,intern,auditor,client,guardian}'),
    client_id uuid,
    disabled_at timestamptz,
    created_at timestamptz not null,
    version bigint not null default 1,
    primary key (practice_id, account_id),
    constraint accounts_email_is_taken unique (practice_id, email),
    constraint accounts_one_per_client unique (practice_id, client_id),
    foreign key (practice_id, client_id) references clients,
    constraint accounts_email_is_lowercase check (email = lower(email)),
    constraint accounts_clients_have_a_chart check (('client' = any (roles)) = (client_id is not null))
);
comment on table accounts is 'A human who can sign in; never shared, not even by a couple. Without a password hash nobody can sign in yet.';
create trigger versioned before update on accounts for each row execute function versioned();

create table staff (
    practice_id uuid not null,
    account_id uuid not null,
    credentials text constraint staff_credentials_length check (char_length(credentials) <= 60),
    license_number text constraint staff_license_number_length check (char_length(license_number) <= 60),
    primary key (practice_id, account_id),
    foreign key (practice_id, account_id) references accounts
);
comment on table staff is 'What a professional of the practice is besides an account. Credentials are printed beside a signature (R4-6-1103).';

create table supervisions (
    practice_id uuid not null,
    supervisor_id uuid not null,
    supervisee_id uuid not null,
    during daterange not null,
    ended_at timestamptz constraint supervisions_empty_only_when_ended check (ended_at is not null or not isempty(during)),
    primary key (practice_id, supervisor_id, supervisee_id, during),
    foreign key (practice_id, supervisor_id) references staff,
    foreign key (practice_id, supervisee_id) references staff,
    constraint supervisions_of_oneself check (supervisor_id <> supervisee_id),
    constraint supervisions_overlap exclude using gist
        (practice_id with =, (supervisor_id::text) with =, (supervisee_id::text) with =, during with &&)
);
comment on table supervisions is 'Who oversees and cosigns whose work, when.';
create index supervisions_by_supervisee on supervisions (practice_id, supervisee_id);

create table sign_ins (
    practice_id uuid not null,
    sign_in_id uuid not null,
    account_id uuid not null,
    token_hash bytea not null constraint sign_ins_token_hash_is_sha256 check (octet_length(token_hash) = 32),
    roles text[] not null,
    client_id uuid,
    time_zone text not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    idle_limit interval not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (practice_id, sign_in_id),
    constraint sign_ins_token_is_unique unique (practice_id, token_hash),
    foreign key (practice_id, account_id) references accounts
) with (fillfactor = 80);
comment on table sign_ins is 'Being signed in: an opaque token of which only the hash is here (45 CFR 164.312(a)(2)(iii): automatic sign-off).';
comment on column sign_ins.last_seen_at is 'At most one minute behind: it is moved once a minute, not in every request.';
comment on column sign_ins.roles is 'Copied, as are client_id and time_zone, from the account and the practice, so that the door reads one row; triggers keep the copies true.';
create index sign_ins_by_account on sign_ins (practice_id, account_id, created_at);

create function sign_in_copies() returns trigger language plpgsql as $$
begin
    select a.roles, a.client_id, p.time_zone into strict new.roles, new.client_id, new.time_zone
    from public.accounts a join public.practices p using (practice_id)
    where a.practice_id = new.practice_id and a.account_id = new.account_id;
    return new;
end $$;
create trigger copies before insert on sign_ins for each row execute function sign_in_copies();

create table invitations (
    practice_id uuid not null,
    invitation_id uuid not null,
    account_id uuid not null,
    token_hash bytea not null constraint invitations_token_hash_is_sha256 check (octet_length(token_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    primary key (practice_id, invitation_id),
    constraint invitations_token_is_unique unique (practice_id, token_hash),
    foreign key (practice_id, account_id) references accounts
);
comment on table invitations is 'A single-use link by which an account gets its password. Sending a new one ends the old.';
create index invitations_by_account on invitations (practice_id, account_id);

create table guardians (
    practice_id uuid not null references practices,
    guardian_id uuid not null,
    name text not null constraint guardians_name_length check (char_length(name) between 1 and 200),
    email text constraint guardians_email_length check (char_length(email) <= 254),
    phone text constraint guardians_phone_length check (char_length(phone) <= 40),
    account_id uuid,
    created_at timestamptz not null,
    primary key (practice_id, guardian_id),
    constraint guardians_one_per_account unique (practice_id, account_id),
    foreign key (practice_id, account_id) references accounts
);
comment on table guardians is 'Parent or legal custodian of a minor client.';

create table guardianships (
    practice_id uuid not null,
    guardianship_id uuid not null,
    guardian_id uuid not null,
    client_id uuid not null,
    legal_basis text not null default 'parent'
        constraint guardianships_legal_basis check (legal_basis in ('parent', 'custodian', 'court_order', 'other')),
    scopes text[] not null constraint guardianships_scopes check
        (scopes <@ '{attendance,schedule,homework,consent,billing}'),
    during daterange not null,
    ended_at timestamptz constraint guardianships_empty_only_when_ended check (ended_at is not null or not isempty(during)),
    version bigint not null default 1,
    primary key (practice_id, guardianship_id),
    foreign key (practice_id, guardian_id) references guardians,
    foreign key (practice_id, client_id) references clients,
    constraint guardianships_overlap exclude using gist
        (practice_id with =, (guardian_id::text) with =, (client_id::text) with =, during with &&)
);
comment on table guardianships is 'Dated, scoped rights of a guardian. They end by themselves on the 18th birthday: the relation asks for the age.';
create index guardianships_by_client on guardianships (practice_id, client_id);
create trigger versioned before update on guardianships for each row execute function versioned();

create table couples (
    practice_id uuid not null references practices,
    couple_id uuid not null,
    during daterange not null,
    ended_at timestamptz constraint couples_empty_only_when_ended check (ended_at is not null or not isempty(during)),
    confidentiality text not null default 'limited'
        constraint couples_confidentiality check (confidentiality in ('no_secrets', 'limited', 'confidential')),
    created_at timestamptz not null,
    version bigint not null default 1,
    primary key (practice_id, couple_id)
);
comment on table couples is 'Two clients treated together for a dated span, beside their two charts. It ends without deleting anything.';
create trigger versioned before update on couples for each row execute function versioned();

create table couple_members (
    practice_id uuid not null,
    couple_id uuid not null,
    seat smallint not null constraint couple_members_are_two check (seat in (1, 2)),
    client_id uuid not null,
    during daterange not null,
    primary key (practice_id, couple_id, seat),
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, client_id) references clients,
    constraint couple_members_are_different unique (practice_id, couple_id, client_id),
    constraint couple_members_one_couple_at_a_time exclude using gist
        (practice_id with =, (client_id::text) with =, during with &&)
);
comment on column couple_members.during is 'The span of the couple, kept here too so that one person cannot be in two couples at once.';
create index couple_members_by_client on couple_members (practice_id, client_id);

create table care_team_memberships (
    practice_id uuid not null,
    membership_id uuid not null,
    client_id uuid,
    couple_id uuid,
    account_id uuid not null,
    during daterange not null,
    ended_at timestamptz constraint care_team_memberships_empty_only_when_ended check (ended_at is not null or not isempty(during)),
    primary key (practice_id, membership_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, account_id) references staff,
    constraint care_team_memberships_of_a_client_or_a_couple check (num_nonnulls(client_id, couple_id) = 1),
    constraint care_team_memberships_overlap_for_client exclude using gist
        (practice_id with =, (client_id::text) with =, (account_id::text) with =, during with &&),
    constraint care_team_memberships_overlap_for_couple exclude using gist
        (practice_id with =, (couple_id::text) with =, (account_id::text) with =, during with &&)
);
comment on table care_team_memberships is 'Who treats whom, when. It is what makes a chart visible.';
comment on column care_team_memberships.ended_at is
    'When it was ended. The day of the ending is no longer in the span, so that access ends at once; what ends on the day it began has an empty span.';
create index care_team_by_client on care_team_memberships (practice_id, client_id, account_id);
create index care_team_by_couple on care_team_memberships (practice_id, couple_id, account_id);
create index care_team_by_account on care_team_memberships (practice_id, account_id, client_id);

create table inquiries (
    practice_id uuid not null references practices,
    inquiry_id uuid not null,
    kind text not null constraint inquiries_kind check (kind in ('adult', 'minor', 'couple')),
    contact_name text not null constraint inquiries_contact_name_length check (char_length(contact_name) between 1 and 200),
    email text constraint inquiries_email_length check (char_length(email) <= 254),
    phone text constraint inquiries_phone_length check (char_length(phone) <= 40),
    message bytea,
    state text not null default 'received' constraint inquiries_state check (state in
        ('received', 'screening', 'offered', 'waitlisted', 'accepted', 'declined', 'referred', 'withdrawn')),
    state_since timestamptz not null,
    reason text constraint inquiries_reason_length check (char_length(reason) between 1 and 500),
    assigned_to uuid,
    received_at timestamptz not null,
    client_id uuid,
    partner_id uuid,
    couple_id uuid,
    sent_digest bytea,
    acceptance_digest bytea,
    version bigint not null default 1,
    primary key (practice_id, inquiry_id),
    foreign key (practice_id, assigned_to) references staff,
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, partner_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    constraint inquiries_can_be_answered check (num_nonnulls(email, phone) > 0),
    constraint inquiries_closed_with_a_reason check (state not in ('declined', 'referred', 'withdrawn') or reason is not null),
    constraint inquiries_accepted_as_a_client check ((state = 'accepted') = (client_id is not null))
);
comment on table inquiries is 'The first call, and how long it has waited in each state.';
comment on column inquiries.sent_digest is 'Keyed hash of what was sent with an Idempotency-Key, from which the inquiry then has its id: sent again, it is taken once.';
comment on column inquiries.acceptance_digest is 'Keyed hash of the acceptance: the same again is answered as at first, another one is refused.';
comment on column inquiries.message is 'What the person wrote, encrypted under the practice''s record key.';
create index inquiries_by_age on inquiries (practice_id, received_at, inquiry_id);
create trigger versioned before update on inquiries for each row execute function versioned();

-- received -> screening -> offered -> (waitlisted <-> offered) -> accepted; out of each of these: declined, referred, withdrawn.
create function inquiry_state_follows() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and not (case old.state
        when 'received' then new.state in ('screening', 'declined', 'referred', 'withdrawn')
        when 'screening' then new.state in ('offered', 'declined', 'referred', 'withdrawn')
        when 'offered' then new.state in ('waitlisted', 'accepted', 'declined', 'referred', 'withdrawn')
        when 'waitlisted' then new.state in ('offered', 'declined', 'referred', 'withdrawn')
        else false end)
    then
        raise exception 'inquiry_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger state_follows before update on inquiries for each row execute function inquiry_state_follows();
