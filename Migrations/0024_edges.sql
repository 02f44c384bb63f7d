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
