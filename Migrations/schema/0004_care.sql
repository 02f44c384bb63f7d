create table guardians (
    practice_id uuid not null references practices,
    guardian_id uuid not null,
    name text not null constraint guardians_name_length check (char_length(name) between 1 and 200),
    email text constraint guardians_email_length check (char_length(email) <= 254),
    phone text constraint guardians_phone_length check (char_length(phone) <= 40),
    account_id uuid,
    created_at timestamptz not null,
    primary key (practice_id, guardian_id),
    foreign key (practice_id, account_id) references accounts
);
comment on table guardians is 'Parent or legal custodian of a minor client.';
create index guardians_by_account on guardians (practice_id, account_id) where account_id is not null;

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
    ended_at timestamptz constraint guardianships_empty_only_when_ended
        check (ended_at is not null or not isempty(during)),
    version bigint not null default 1,
    document_reference text constraint guardianships_document_reference_length
        check (char_length(document_reference) between 1 and 200),
    recorded_at timestamptz not null default now(),
    recorded_by uuid,
    primary key (practice_id, guardianship_id),
    foreign key (practice_id, guardian_id) references guardians,
    foreign key (practice_id, client_id) references clients,
    constraint guardianships_overlap exclude using gist
        (practice_id with =, (guardian_id::text) with =, (client_id::text) with =, during with &&)
);
comment on table guardianships is
    'Dated, scoped rights of a guardian. They end by themselves on the 18th birthday: the relation asks for the age.';
comment on column guardianships.document_reference is
    'Where the order or certificate is found: a file number, a place in the paper file.';
create index guardianships_by_client on guardianships (practice_id, client_id);

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
comment on table couples is
    'Two clients treated together for a dated span, beside their two charts. It ends without deleting anything.';

create table couple_members (
    practice_id uuid not null,
    couple_id uuid not null,
    seat smallint not null constraint couple_members_are_two check (seat in (1, 2)),
    client_id uuid not null,
    during daterange not null,
    known_id uuid,
    known_as text constraint couple_members_known_as_length check (char_length(known_as) between 1 and 202),
    primary key (practice_id, couple_id, seat),
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, client_id) references clients,
    constraint couple_members_are_different unique (practice_id, couple_id, client_id),
    constraint couple_members_one_couple_at_a_time exclude using gist
        (practice_id with =, (client_id::text) with =, during with &&),
    constraint couple_members_known_once_it_has_ended
        check ((known_as is null) = (known_id is null) and (known_as is not null) = (isempty(during)
            or not upper_inf(during)))
);
comment on column couple_members.during is
    'The span of the couple, kept here too so that one person cannot be in two couples at once.';
comment on column couple_members.known_as is
    'Of a couple that has ended: the name at its end, which is what is shown of an ex-partner, whatever becomes of '
    'the person.';
comment on column couple_members.known_id is
    'Of a couple that has ended: the chart at its end, also when it has been merged since.';
create index couple_members_by_client on couple_members (practice_id, client_id);

create table care_team_memberships (
    practice_id uuid not null,
    membership_id uuid not null,
    client_id uuid,
    couple_id uuid,
    account_id uuid not null,
    during daterange not null,
    ended_at timestamptz constraint care_team_memberships_empty_only_when_ended
        check (ended_at is not null or not isempty(during)),
    successor_id uuid,
    hand_over_reason text constraint care_team_memberships_hand_over_reason_length
        check (char_length(hand_over_reason) between 1 and 500),
    primary key (practice_id, membership_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, couple_id) references couples,
    foreign key (practice_id, account_id) references staff,
    constraint care_team_memberships_of_a_client_or_a_couple check (num_nonnulls(client_id, couple_id) = 1),
    constraint care_team_memberships_overlap_for_client exclude using gist
        (practice_id with =, (client_id::text) with =, (account_id::text) with =, during with &&),
    constraint care_team_memberships_overlap_for_couple exclude using gist
        (practice_id with =, (couple_id::text) with =, (account_id::text) with =, during with &&),
    foreign key (practice_id, successor_id) references care_team_memberships,
    constraint care_team_memberships_successor_follows_an_end check (successor_id is null or ended_at is not null)
);
comment on table care_team_memberships is 'Who treats whom, when. It is what makes a chart visible.';
comment on column care_team_memberships.ended_at is
    'When it was ended. The day of the ending is no longer in the span, so that access ends at once; what ends on '
    'the day it began has an empty span.';
comment on column care_team_memberships.successor_id is 'To whom it was handed over, on the day on which it ended.';
create index care_team_by_client on care_team_memberships (practice_id, client_id, account_id);
create index care_team_by_couple on care_team_memberships (practice_id, couple_id, account_id);
create index care_team_by_account on care_team_memberships (practice_id, account_id, client_id);
create index care_team_memberships_by_successor on care_team_memberships (practice_id, successor_id)
    where successor_id is not null;
