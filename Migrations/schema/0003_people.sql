create table clients (
    practice_id uuid not null references practices,
    client_id uuid not null,
    given_name text not null,
    family_name text not null,
    preferred_name text constraint clients_preferred_name_length check (char_length(preferred_name) between 1 and 100),
    birth_date date constraint clients_birth_date_plausible check (birth_date >= '1900-01-01'),
    sex text constraint clients_sex check (sex in ('female', 'male', 'other', 'unknown')),
    pronouns text constraint clients_pronouns_length check (char_length(pronouns) between 1 and 40),
    language text constraint clients_language_length check (char_length(language) between 2 and 35),
    marital_status text constraint clients_marital_status check (marital_status in
        ('annulled', 'divorced', 'interlocutory', 'separated', 'married', 'common_law', 'polygamous', 'partnered',
         'never_married', 'widowed', 'unknown')),
    died_on date,
    status text not null default 'active' constraint clients_status
        check (status in ('active', 'inactive', 'deceased')),
    created_at timestamptz not null,
    preferred_key text collate "C" generated always as (fold(preferred_name)) stored,
    version bigint not null default 1,
    other_names jsonb not null default '[]'
        constraint clients_other_names_are_names check (are_names(other_names)),
    born_in text constraint clients_born_in_a_year_or_a_month
        check (born_in ~ '^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$'),
    born_from date generated always as (coalesce(birth_date, first_day_of(born_in))) stored,
    born_until date generated always as (coalesce(birth_date, last_day_of(born_in))) stored,
    family_key text collate "C" not null
        generated always as (fold(case family_name when '' then given_name else family_name end)) stored,
    given_key text collate "C" not null
        generated always as (fold(case given_name when '' then family_name else given_name end)) stored,
    name_key text collate "C" not null
        generated always as (names_key(given_name, preferred_name, family_name, other_names)) stored,
    primary key (practice_id, client_id),
    constraint clients_deceased_have_died check ((died_on is not null) <= (status = 'deceased')),
    constraint clients_given_name_length check (char_length(given_name) <= 100),
    constraint clients_family_name_length check (char_length(family_name) <= 100),
    constraint clients_have_a_name check (given_name <> '' or family_name <> ''),
    constraint clients_birth_is_said_once check (birth_date is null or born_in is null),
    constraint clients_die_after_birth check (died_on >= born_from)
);
comment on table clients is
    'The person in care. Identity only: contact and clinical matter have tables and rules of their own.';
comment on column clients.family_key is
    'Folded and in byte order: a prefix is a range, and comparing it is leakproof, so that a search may use an index '
    'under row-level security. Of who has one name only it is that one, as given_key is.';
comment on column clients.name_key is
    'For words anywhere in a name, of now or before, and for what sounds nearly so: trigrams, which only '
    'access.clients_named may look up, since their operators are not leakproof.';
comment on column clients.other_names is
    'Maiden and former names, and those of records that were replaced by this person''s. They are a part of the '
    'identity, and read and written as a whole.';
comment on column clients.born_in is
    'The year, or the year and the month, of a birth whose day nobody knows; birth_date is null then, so that no '
    'rule takes a day for known that is not.';
comment on column clients.born_from is
    'The first day that the birthday may be. A right that ends at an age ends by this one; what begins with an age '
    'begins by born_until.';
create index clients_by_preferred_name on clients (practice_id, preferred_key) where preferred_key is not null;
create index clients_by_birth_date on clients (practice_id, birth_date, client_id);
create index clients_by_family_name on clients (practice_id, family_key, given_key, client_id);
create index clients_by_given_name on clients (practice_id, given_key);
create index clients_by_name_trigrams on clients using gin (practice_id, name_key gin_trgm_ops) with (fastupdate = off);
create index clients_by_year_of_birth on clients (practice_id, born_from, client_id) where born_in is not null;
alter table accounts add foreign key (practice_id, client_id) references clients;

create table client_contacts (
    practice_id uuid not null,
    client_id uuid not null,
    email text constraint client_contacts_email_length check (char_length(email) <= 254),
    phone text constraint client_contacts_phone_length check (char_length(phone) <= 40),
    address_lines text[] not null default '{}' constraint client_contacts_address_lines
        check (cardinality(address_lines) <= 4),
    city text constraint client_contacts_city_length check (char_length(city) <= 100),
    region text constraint client_contacts_region_length check (char_length(region) <= 100),
    postal_code text constraint client_contacts_postal_code_length check (char_length(postal_code) <= 20),
    country text constraint client_contacts_country_length check (char_length(country) <= 60),
    safe_channels text[] not null default '{}'
        constraint client_contacts_safe_channels check (safe_channels <@ '{phone,text,email,mail}'),
    voicemail_allowed boolean not null default false,
    neutral_sender boolean not null default true,
    safe_times text[] not null default '{}'
        constraint client_contacts_safe_times check (cardinality(safe_times) <= 21
            and (cardinality(safe_times) = 0 or array_to_string(safe_times, ';', '') || ';' ~
            '^((monday|tuesday|wednesday|thursday|friday|saturday|sunday) ([01]\d|2[0-3]):[0-5]\d-([01]\d'
            '|2[0-3]):[0-5]\d;)+$')),
    homework_reminders boolean not null default true,
    phone_key text collate "C" generated always as (phone_key(phone)) stored,
    email_key text collate "C" generated always as (email_key(email)) stored,
    email_by_desk boolean not null default true,
    primary key (practice_id, client_id),
    foreign key (practice_id, client_id) references clients
);
comment on table client_contacts is 'How to reach a client, and how it is safe to. Its version is that of the client.';
comment on column client_contacts.safe_channels is 'Empty: nothing has been agreed, so nothing is safe.';
comment on column client_contacts.neutral_sender is
    'Whether what is sent names nobody as its sender. Until something else is agreed, it does not.';
comment on column client_contacts.safe_times is
    'When contact is safe, on the practice''s wall clock: `monday 18:00-21:00`, until 00:00 is until midnight. '
    'Empty: at any time.';
comment on column client_contacts.homework_reminders is 'Whether the client wants to be reminded of homework at all.';
comment on column client_contacts.email_by_desk is
    'Whether the e-mail address was last written by the desk, or came with an inquiry or an import.';
create index client_contacts_by_phone on client_contacts (practice_id, phone_key) where phone_key is not null;
create index client_contacts_by_email on client_contacts (practice_id, email_key) where email_key is not null;

create table client_identifiers (
    practice_id uuid not null,
    system text not null constraint client_identifiers_system_length check (char_length(system) between 1 and 300),
    value text not null constraint client_identifiers_value_length check (char_length(value) between 1 and 200),
    client_id uuid not null,
    source text not null default 'cairn'
        constraint client_identifiers_source_length check (char_length(source) between 1 and 300),
    said jsonb constraint client_identifiers_said_is_an_object check (jsonb_typeof(said) = 'object'),
    foreign key (practice_id, client_id) references clients,
    primary key (practice_id, source, system, value)
);
comment on table client_identifiers is
    'Names of a client in older systems: an import that is run again finds the same person by them.';
comment on column client_identifiers.source is
    'The system from which people were taken over, as the import named it; what Cairn itself wrote is of the source '
    'cairn.';
comment on column client_identifiers.said is
    'Beside the id of a record: what the record said of the person when it was last taken over, so that a later '
    'file''s change is known as one. Identity only.';
create index client_identifiers_by_client on client_identifiers (practice_id, client_id);
create index client_identifiers_by_value on client_identifiers (practice_id, value);

create table possible_duplicates (
    practice_id uuid not null,
    client_id uuid not null,
    other_id uuid not null,
    reasons text[] not null,
    found_at timestamptz not null,
    distinct_at timestamptz,
    distinct_by uuid,
    primary key (practice_id, client_id, other_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, other_id) references clients,
    foreign key (practice_id, distinct_by) references accounts,
    constraint possible_duplicates_of_two_in_order check (client_id < other_id),
    constraint possible_duplicates_told_apart_by_somebody check (distinct_by is null or distinct_at is not null),
    constraint possible_duplicates_reasons check (reasons <@ '{birthDate,phone,email,identifier,link}')
);
comment on table possible_duplicates is
    'Two charts that may be one person''s, as an import found them, or that somebody has said are two people''s '
    '(distinct_at), which is remembered.';
create index possible_duplicates_by_other on possible_duplicates (practice_id, other_id);

create table client_merges (
    practice_id uuid not null references practices,
    merge_id uuid not null,
    survivor_id uuid not null,
    duplicate_id uuid not null,
    chart jsonb not null,
    merged_at timestamptz not null,
    merged_by uuid not null,
    reversed_at timestamptz,
    reversed_by uuid,
    confirmed_by uuid,
    names_before jsonb,
    primary key (practice_id, merge_id),
    foreign key (practice_id, merged_by) references accounts,
    foreign key (practice_id, reversed_by) references accounts,
    constraint client_merges_of_two check (survivor_id <> duplicate_id),
    constraint client_merges_reversed_by_somebody check ((reversed_at is null) = (reversed_by is null)),
    constraint client_merges_confirmed_by_another check (confirmed_by <> merged_by),
    foreign key (practice_id, confirmed_by) references accounts
);
comment on table client_merges is
    'Two charts made one. The duplicate''s own row is kept here, and in clients no more: so every foreign key to '
    'clients proves that nothing was left behind.';
comment on column client_merges.confirmed_by is
    'The second member of staff, where somebody signs in to one of the charts.';
comment on column client_merges.names_before is
    'The survivor''s other names before it got the duplicate''s; null of merges from before such names were kept.';
create unique index client_merges_once_at_a_time on client_merges (practice_id, duplicate_id) where reversed_at is null;
create index client_merges_by_survivor on client_merges (practice_id, survivor_id, merged_at);

create table client_merge_moves (
    practice_id uuid not null,
    merge_id uuid not null,
    table_name text not null,
    column_name text not null,
    key jsonb not null,
    was jsonb,
    primary key (practice_id, merge_id, table_name, column_name, key),
    foreign key (practice_id, merge_id) references client_merges
);
comment on table client_merge_moves is 'Which rows a merge moved, by their keys, so that it can be undone.';
comment on column client_merge_moves.was is
    'What a merge changed of the row besides whose it is: a span, the roles of an account; or all of a row that gave '
    'way to one of the other chart. No answers and no notes.';

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
    'Merges of charts of which one has an account in use: somebody asks, and somebody else at the desk confirms. '
    'Gone once that is done.';

create table chart_closings (
    practice_id uuid not null,
    closing_id uuid not null,
    client_id uuid not null,
    cause text not null constraint chart_closings_cause check (cause in ('died', 'inactive')),
    day date not null,
    kept text[] not null default '{}',
    ended jsonb not null default '[]' constraint chart_closings_ended_is_a_list check (jsonb_typeof(ended) = 'array'),
    closed_at timestamptz not null,
    closed_by uuid,
    reopened_at timestamptz,
    reopened_by uuid,
    primary key (practice_id, closing_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, closed_by) references accounts,
    foreign key (practice_id, reopened_by) references accounts,
    constraint chart_closings_reopened_later check (reopened_at >= closed_at)
);
comment on table chart_closings is
    'That a client has died or is in care no more, and what was ended with it: kinds and ids, and what spans were '
    'before.';
comment on column chart_closings.day is 'From which day on: that of the death, or that on which it was said.';
comment on column chart_closings.kept is 'What was left open because somebody said so.';
comment on column chart_closings.ended is
    'What was ended: kind, id, and cameBack once it has come back with the chart.';
create index chart_closings_by_client on chart_closings (practice_id, client_id, closed_at);
