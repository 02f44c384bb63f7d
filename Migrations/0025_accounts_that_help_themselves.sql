-- Accounts that help themselves: what a sign-in says of its device, which devices are known, from which day staff must
-- have a second factor, and the change of the address with which somebody signs in. What may be done with them is in
-- access/4_tries.sql and access/4_own_accounts.sql.

alter table sign_ins
    add place bytea constraint sign_ins_place_is_sha256 check (octet_length(place) = 32),
    add device text constraint sign_ins_device_length check (char_length(device) between 1 and 60),
    add device_hash bytea constraint sign_ins_device_hash_is_sha256 check (octet_length(device_hash) = 32);
comment on column sign_ins.place is
    'A keyed hash of the network address that it was opened from, never the address: where staff have been before, '
    'others who fail do not keep them out.';
comment on column sign_ins.device is 'Words of ours for the device, such as Firefox on Windows.';
comment on column sign_ins.device_hash is 'A keyed hash of the secret that the device keeps, where it keeps one.';

create table known_devices (
    practice_id uuid not null,
    account_id uuid not null,
    device_hash bytea not null constraint known_devices_hash_is_sha256 check (octet_length(device_hash) = 32),
    seen_at timestamptz not null,
    primary key (practice_id, account_id, device_hash),
    foreign key (practice_id, account_id) references accounts
);
comment on table known_devices is
    'Devices with which an account was signed in to, by a secret of theirs: who fails on another device, be it behind '
    'the same address, does not keep them out. A new password forgets all but the one that set it.';

alter table practices
    add second_factor_from date constraint practices_second_factor_from_is_plausible
        check (second_factor_from between '2020-01-01' and '2100-01-01');
comment on column practices.second_factor_from is
    'From this day on, by the practice''s clock, staff sign in with a second factor only. Null: only who has one.';

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
    'That somebody wants to sign in with another address: a link goes to the new one and to the old one, and both must '
    'have been followed. Only hashes of their tokens are here.';
comment on column email_changes.told_letter_id is 'The letter that tells the old address that it was done.';
create unique index email_changes_one_at_a_time on email_changes (practice_id, account_id)
    where done_at is null and withdrawn_at is null;

alter table account_notices drop constraint account_notices_kind,
    add constraint account_notices_kind check (kind in
        ('reset_started', 'reset_finished', 'second_factor_removed', 'role_added', 'password_changed',
         'email_change_started', 'email_changed', 'second_factor_set'));

alter table outbox drop constraint outbox_kind,
    add constraint outbox_kind check (kind in
        ('invitation', 'reset', 'notice', 'homework_reminder', 'homework_digest', 'email_change'));
