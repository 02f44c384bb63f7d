-- Keys to accounts: what a link or a code on paper opens, to whom it was told, and how somebody without an e-mail
-- address signs in. What may be done with a key is in access/4_keys.sql.

alter table accounts
    alter column email drop not null,
    add sign_in_name text constraint accounts_sign_in_name_is_plain check (sign_in_name ~ '^[a-z0-9]{4}-[a-z0-9]{4}$'),
    add wanted_email text constraint accounts_wanted_email_length check (char_length(wanted_email) between 3 and 254)
        constraint accounts_wanted_email_is_lowercase check (wanted_email = lower(wanted_email)),
    add must_reset boolean not null default false,
    add constraint accounts_sign_in_name_is_taken unique (practice_id, sign_in_name),
    add constraint accounts_sign_in_with_something check (num_nonnulls(email, sign_in_name, wanted_email) > 0),
    add constraint accounts_want_an_address_or_have_one check (num_nonnulls(email, wanted_email) < 2),
    add constraint accounts_without_a_name_have_no_password
        check (password_hash is null or num_nonnulls(email, sign_in_name) > 0);
comment on column accounts.sign_in_name is
    'What who has no e-mail address signs in with: chance made it, so that nobody learns by choosing which names '
    'there are.';
comment on column accounts.wanted_email is
    'The address that somebody gave for the account, and with which another account signs in. Until that is settled '
    'nobody signs in to this one.';
comment on column accounts.must_reset is
    'The second factor was taken away because it was lost: nobody signs in until a reset, by the own address, has set '
    'another.';

alter table invitations
    add kind text not null default 'invitation' constraint invitations_kind check (kind in ('invitation', 'reset')),
    add carrier text not null default 'link'
        constraint invitations_carrier check (carrier in ('link', 'paper', 'terminal')),
    add roles text[] not null default '{}',
    add made_by uuid,
    add told_at timestamptz,
    add told_to uuid,
    add reason text constraint invitations_reason_length check (char_length(reason) between 1 and 500),
    add confirmed_by uuid,
    add confirmed_at timestamptz,
    add foreign key (practice_id, made_by) references accounts,
    add foreign key (practice_id, told_to) references accounts,
    add foreign key (practice_id, confirmed_by) references accounts,
    add constraint invitations_confirmed_by_another
        check ((confirmed_by is null) = (confirmed_at is null) and confirmed_by <> made_by),
    add constraint invitations_paper_is_for_accounts_not_in_use check (carrier <> 'paper' or kind = 'invitation'),
    add constraint invitations_resets_are_told_to_nobody
        check (kind <> 'reset' or told_at is null or carrier = 'terminal');
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

-- What was made until now was answered when it was made.
alter table invitations no force row level security;
alter table accounts no force row level security;
update invitations i set roles = a.roles, told_at = i.created_at
from accounts a where a.practice_id = i.practice_id and a.account_id = i.account_id;
alter table accounts force row level security;
alter table invitations force row level security;

create table account_notices (
    practice_id uuid not null,
    notice_id uuid not null,
    account_id uuid not null,
    kind text not null constraint account_notices_kind
        check (kind in ('reset_started', 'reset_finished', 'second_factor_removed', 'role_added')),
    at timestamptz not null,
    primary key (practice_id, notice_id),
    foreign key (practice_id, account_id) references accounts
);
comment on table account_notices is 'What others did to an account, for its holder to see wherever it is signed in.';
create index account_notices_by_account on account_notices (practice_id, account_id, at);

alter table outbox drop constraint outbox_kind,
    add constraint outbox_kind
        check (kind in ('invitation', 'reset', 'notice', 'homework_reminder', 'homework_digest'));

-- A parent of two children may be known by two rows, each as whoever treats the child wrote it.
alter table guardians drop constraint guardians_one_per_account;
create index guardians_by_account on guardians (practice_id, account_id) where account_id is not null;

alter table tasks
    drop constraint tasks_kind,
    drop constraint tasks_opened_once,
    add account_id uuid,
    add holder_id uuid,
    add for_roles text[],
    add foreign key (practice_id, account_id) references accounts,
    add foreign key (practice_id, holder_id) references accounts,
    add constraint tasks_kind
        check (kind in ('renew_consents', 'offer_own_sign_in', 'offer_seat', 'place_proposed', 'settle_address')),
    add constraint tasks_settle_the_address_of_an_account
        check ((kind = 'settle_address') = (account_id is not null)
               and num_nonnulls(account_id, holder_id, for_roles) in (0, 3));
create unique index tasks_opened_once on tasks
    (practice_id, client_id, kind, due_on, coalesce(account_id, '00000000-0000-0000-0000-000000000000'));
comment on column tasks.account_id is 'The account that waits for an address.';
comment on column tasks.holder_id is 'The account that signs in with that address.';
comment on column tasks.for_roles is 'Who may know that the address is somebody''s. Null: whoever may see the client.';
