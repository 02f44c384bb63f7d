create table practices (
    practice_id uuid primary key,
    slug text not null constraint practices_slug_is_taken unique
        constraint practices_slug_is_plain check (slug ~ '^[a-z0-9](-?[a-z0-9]){1,62}$'),
    name text not null constraint practices_name_length check (char_length(name) between 1 and 200),
    time_zone text not null default 'America/Phoenix',
    phone text constraint practices_phone_length check (char_length(phone) <= 40),
    email text constraint practices_email_length check (char_length(email) <= 254),
    created_at timestamptz not null,
    version bigint not null default 1,
    quiet_from time not null default '21:00',
    quiet_until time not null default '08:00',
    attachment_limit bigint not null default 26214400 constraint practices_attachment_limit
        check (attachment_limit between 1048576 and 1073741824),
    attachment_quota bigint not null default 524288000 constraint practices_attachment_quota
        check (attachment_quota >= attachment_limit),
    second_factor_from date constraint practices_second_factor_from_is_plausible
        check (second_factor_from between '2020-01-01' and '2100-01-01')
);
comment on table practices is 'One counseling center: the tenant.';
comment on column practices.quiet_from is
    'From then on, until quiet_until, on the practice''s wall clock, nobody is reminded of anything. Equal: at any '
    'time.';
comment on column practices.attachment_limit is 'The largest file, in bytes.';
comment on column practices.attachment_quota is 'How many bytes of files one client may have here.';
comment on column practices.second_factor_from is
    'From this day on, by the practice''s clock, staff sign in with a second factor only. Null: only who has one.';

create table practice_keys (
    practice_id uuid not null references practices,
    purpose text not null constraint practice_keys_purpose check (purpose in ('record', 'process')),
    version int not null constraint practice_keys_version check (version > 0),
    wrapped bytea not null,
    created_at timestamptz not null,
    primary key (practice_id, purpose, version)
);
comment on table practice_keys is
    'Data keys of a practice, each encrypted by the master key, which is never in the database.';

create table accounts (
    practice_id uuid not null references practices,
    account_id uuid not null,
    email text constraint accounts_email_length check (char_length(email) between 3 and 254),
    name text not null constraint accounts_name_length check (char_length(name) between 1 and 200),
    password_hash text,
    roles text[] not null constraint accounts_roles check
        (cardinality(roles) > 0
            and roles <@ '{owner,admin,intake,counselor,supervisor,intern,auditor,client,guardian}'),
    client_id uuid,
    disabled_at timestamptz,
    created_at timestamptz not null,
    version bigint not null default 1,
    sign_in_name text constraint accounts_sign_in_name_is_plain check (sign_in_name ~ '^[a-z0-9]{4}-[a-z0-9]{4}$'),
    wanted_email text constraint accounts_wanted_email_length check (char_length(wanted_email) between 3 and 254)
        constraint accounts_wanted_email_is_lowercase check (wanted_email = lower(wanted_email)),
    must_reset boolean not null default false,
    unconfirmed boolean not null default false,
    primary key (practice_id, account_id),
    constraint accounts_email_is_taken unique (practice_id, email),
    constraint accounts_one_per_client unique (practice_id, client_id),
    constraint accounts_email_is_lowercase check (email = lower(email)),
    constraint accounts_clients_have_a_chart check
        (case when 'client' = any (roles) then client_id is not null or disabled_at is not null
            else client_id is null end),
    constraint accounts_sign_in_name_is_taken unique (practice_id, sign_in_name),
    constraint accounts_sign_in_with_something check (num_nonnulls(email, sign_in_name, wanted_email) > 0),
    constraint accounts_want_an_address_or_have_one check (num_nonnulls(email, wanted_email) < 2),
    constraint accounts_without_a_name_have_no_password
        check (password_hash is null or num_nonnulls(email, sign_in_name) > 0)
);
comment on table accounts is
    'A human who can sign in; never shared, not even by a couple. Without a password hash nobody can sign in yet.';
comment on column accounts.sign_in_name is
    'What who has no e-mail address signs in with: chance made it, so that nobody learns by choosing which names '
    'there are.';
comment on column accounts.wanted_email is
    'The address that somebody gave for the account, and with which another account signs in. Until that is settled '
    'nobody signs in to this one.';
comment on column accounts.must_reset is
    'The second factor was taken away because it was lost: nobody signs in until a reset, by the own address, has '
    'set another.';
comment on column accounts.unconfirmed is
    'The address was given by somebody who is not of the desk, and nobody has used the account: the desk confirms it '
    'by inviting.';

create table staff (
    practice_id uuid not null,
    account_id uuid not null,
    credentials text constraint staff_credentials_length check (char_length(credentials) <= 60),
    license_number text constraint staff_license_number_length check (char_length(license_number) <= 60),
    maximum_caseload smallint constraint staff_maximum_caseload check (maximum_caseload between 0 and 1000),
    homework_digest boolean not null default true,
    primary key (practice_id, account_id),
    foreign key (practice_id, account_id) references accounts
);
comment on table staff is
    'What a professional of the practice is besides an account. Credentials are printed beside a signature '
    '(R4-6-1103).';
comment on column staff.maximum_caseload is
    'So many clients at most when new ones are assigned; null: nobody has said.';
comment on column staff.homework_digest is 'Whether a letter says each morning how much homework waits for review.';

create table staff_licenses (
    practice_id uuid not null,
    account_id uuid not null,
    region text not null constraint staff_licenses_region_is_plain check (region ~ '^[A-Z][A-Z0-9-]{1,9}$'),
    number text not null constraint staff_licenses_number_length check (char_length(number) between 1 and 60),
    valid_until date,
    primary key (practice_id, account_id, region),
    foreign key (practice_id, account_id) references staff
);
comment on table staff_licenses is 'Where a professional may treat people, and until which day (that day included).';

create table supervisions (
    practice_id uuid not null,
    supervisor_id uuid not null,
    supervisee_id uuid not null,
    during daterange not null,
    ended_at timestamptz constraint supervisions_empty_only_when_ended
        check (ended_at is not null or not isempty(during)),
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
    place bytea constraint sign_ins_place_is_sha256 check (octet_length(place) = 32),
    device text constraint sign_ins_device_length check (char_length(device) between 1 and 60),
    device_hash bytea constraint sign_ins_device_hash_is_sha256 check (octet_length(device_hash) = 32),
    primary key (practice_id, sign_in_id),
    constraint sign_ins_token_is_unique unique (practice_id, token_hash),
    foreign key (practice_id, account_id) references accounts
) with (fillfactor = 80);
comment on table sign_ins is
    'Being signed in: an opaque token of which only the hash is here (45 CFR 164.312(a)(2)(iii): automatic '
    'sign-off).';
comment on column sign_ins.last_seen_at is
    'At most one minute behind: it is moved once a minute, not in every request.';
comment on column sign_ins.roles is
    'Copied, as are client_id and time_zone, from the account and the practice, so that the door reads one row; '
    'triggers keep the copies true.';
comment on column sign_ins.place is
    'A keyed hash of the network address that it was opened from, never the address: where staff have been before, '
    'others who fail do not keep them out.';
comment on column sign_ins.device is 'Words of ours for the device, such as Firefox on Windows.';
comment on column sign_ins.device_hash is 'A keyed hash of the secret that the device keeps, where it keeps one.';
create index sign_ins_by_account on sign_ins (practice_id, account_id, created_at);

create table known_devices (
    practice_id uuid not null,
    account_id uuid not null,
    device_hash bytea not null constraint known_devices_hash_is_sha256 check (octet_length(device_hash) = 32),
    seen_at timestamptz not null,
    primary key (practice_id, account_id, device_hash),
    foreign key (practice_id, account_id) references accounts
);
comment on table known_devices is
    'Devices with which an account was signed in to, by a secret of theirs: who fails on another device, be it '
    'behind the same address, does not keep them out. A new password forgets all but the one that set it.';

create table second_factors (
    practice_id uuid not null,
    account_id uuid not null,
    secret bytea not null,
    last_step bigint not null,
    created_at timestamptz not null,
    primary key (practice_id, account_id),
    foreign key (practice_id, account_id) references accounts
);
comment on table second_factors is
    'The authenticator of an account (TOTP, RFC 6238). Staff have one from the day they accept their invitation; '
    'clients and guardians may.';
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

create table invitations (
    practice_id uuid not null,
    invitation_id uuid not null,
    account_id uuid not null,
    token_hash bytea not null constraint invitations_token_hash_is_sha256 check (octet_length(token_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    kind text not null default 'invitation' constraint invitations_kind check (kind in ('invitation', 'reset')),
    carrier text not null default 'link'
        constraint invitations_carrier check (carrier in ('link', 'paper', 'terminal')),
    roles text[] not null default '{}',
    made_by uuid,
    told_at timestamptz,
    told_to uuid,
    reason text constraint invitations_reason_length check (char_length(reason) between 1 and 500),
    confirmed_by uuid,
    confirmed_at timestamptz,
    primary key (practice_id, invitation_id),
    constraint invitations_token_is_unique unique (practice_id, token_hash),
    foreign key (practice_id, account_id) references accounts,
    foreign key (practice_id, made_by) references accounts,
    foreign key (practice_id, told_to) references accounts,
    foreign key (practice_id, confirmed_by) references accounts,
    constraint invitations_confirmed_by_another
        check ((confirmed_by is null) = (confirmed_at is null) and confirmed_by <> made_by),
    constraint invitations_paper_is_for_accounts_not_in_use check (carrier <> 'paper' or kind = 'invitation'),
    constraint invitations_resets_are_told_to_nobody
        check (kind <> 'reset' or told_at is null or carrier = 'terminal')
);
comment on table invitations is
    'Keys: single-use links and codes by which an account gets its password. A new one ends the old.';
comment on column invitations.kind is
    'invitation: of an account that nobody has used. reset: of one in use, which its own address finishes.';
comment on column invitations.carrier is
    'link: by mail. paper: handed over in person. terminal: printed by the operator''s command.';
comment on column invitations.roles is
    'What the account was when the key was made: it opens no account that has become more.';
comment on column invitations.told_at is
    'When somebody else than the recipient was told the key: once, in the answer that made it or by reading its '
    'letter.';
comment on column invitations.reason is
    'Why one member of staff alone handed over a code, or why a second factor was taken away.';
comment on column invitations.confirmed_by is 'The second member of staff who saw the code handed over.';
create index invitations_by_account on invitations (practice_id, account_id);

create table account_notices (
    practice_id uuid not null,
    notice_id uuid not null,
    account_id uuid not null,
    kind text not null,
    at timestamptz not null,
    primary key (practice_id, notice_id),
    foreign key (practice_id, account_id) references accounts,
    constraint account_notices_kind check (kind in
        ('reset_started', 'reset_finished', 'second_factor_removed', 'role_added', 'password_changed',
         'email_change_started', 'email_changed', 'second_factor_set'))
);
comment on table account_notices is 'What others did to an account, for its holder to see wherever it is signed in.';
create index account_notices_by_account on account_notices (practice_id, account_id, at);

create table email_changes (
    practice_id uuid not null,
    change_id uuid not null,
    account_id uuid not null,
    email text not null constraint email_changes_email_length check (char_length(email) between 3 and 254)
        constraint email_changes_email_is_lowercase check (email = lower(email)),
    old_email text,
    new_token_hash bytea not null
        constraint email_changes_new_token_hash_is_sha256 check (octet_length(new_token_hash) = 32),
    old_token_hash bytea
        constraint email_changes_old_token_hash_is_sha256 check (octet_length(old_token_hash) = 32),
    new_letter_id uuid not null,
    old_letter_id uuid,
    told_letter_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    new_proved_at timestamptz,
    old_proved_at timestamptz,
    done_at timestamptz,
    withdrawn_at timestamptz,
    primary key (practice_id, change_id),
    constraint email_changes_new_token_is_unique unique (practice_id, new_token_hash),
    constraint email_changes_old_token_is_unique unique (practice_id, old_token_hash),
    foreign key (practice_id, account_id) references accounts,
    constraint email_changes_ask_the_old_address_where_there_is_one
        check (num_nonnulls(old_email, old_token_hash, old_letter_id) in (0, 3)),
    constraint email_changes_done_when_both_have_proved
        check (done_at is null or (new_proved_at is not null and (old_email is null or old_proved_at is not null))),
    constraint email_changes_end_once check (num_nonnulls(done_at, withdrawn_at) < 2)
);
comment on table email_changes is
    'That somebody wants to sign in with another address: a link goes to the new one and to the old one, and both '
    'must have been followed. Only hashes of their tokens are here.';
comment on column email_changes.told_letter_id is 'The letter that tells the old address that it was done.';
create unique index email_changes_one_at_a_time on email_changes (practice_id, account_id)
    where done_at is null and withdrawn_at is null;
