-- A merge that would let somebody's sign-in read another chart waits for a second member of staff.

create table client_merge_requests (
    practice_id uuid not null references practices,
    merge_id uuid not null,
    survivor_id uuid not null,
    duplicate_id uuid not null,
    asked_by uuid not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (practice_id, merge_id),
    foreign key (practice_id, asked_by) references accounts,
    constraint client_merge_requests_of_two check (survivor_id <> duplicate_id)
);
comment on table client_merge_requests is
    'Merges of charts of which one has an account in use: somebody asks, and somebody else at the desk confirms. Gone '
    'once that is done.';

alter table client_merges
    add confirmed_by uuid,
    add constraint client_merges_confirmed_by_another check (confirmed_by <> merged_by),
    add foreign key (practice_id, confirmed_by) references accounts;
comment on column client_merges.confirmed_by is
    'The second member of staff, where somebody signs in to one of the charts.';

-- Who treats somebody does not alone say by which address that person signs in: the desk confirms it.
alter table client_contacts add column email_by_desk boolean not null default true;
comment on column client_contacts.email_by_desk is 'Whether the e-mail address was last written by the desk, or came with an inquiry or an import.';
alter table accounts add column unconfirmed boolean not null default false;
comment on column accounts.unconfirmed is 'The address was given by somebody who is not of the desk, and nobody has used the account: the desk confirms it by inviting.';
alter table tasks
    drop constraint tasks_kind,
    drop constraint tasks_settle_the_address_of_an_account,
    add constraint tasks_kind check (kind in (
        'renew_consents', 'offer_own_sign_in', 'offer_seat', 'place_proposed', 'settle_address', 'confirm_address')),
    add constraint tasks_settle_the_address_of_an_account
        check ((kind in ('settle_address', 'confirm_address')) = (account_id is not null)
               and (account_id is not null) = (for_roles is not null)
               and (kind = 'settle_address') = (holder_id is not null));
