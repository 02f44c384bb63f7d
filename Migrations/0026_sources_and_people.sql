-- What is taken over from other systems is known within its source. And people as they are: with one name, with no more
-- than the year of their birth, and with the names that they had before.

-- Numbers, and the ids of records, are known within their source: two systems may use the same for two people.
alter table client_identifiers
    add column source text not null default 'cairn'
        constraint client_identifiers_source_length check (char_length(source) between 1 and 300),
    add column said jsonb constraint client_identifiers_said_is_an_object check (jsonb_typeof(said) = 'object');
comment on column client_identifiers.source is
    'The system from which people were taken over, as the import named it; what Cairn itself wrote is of the source '
    'cairn.';
comment on column client_identifiers.said is
    'Beside the id of a record: what the record said of the person when it was last taken over, so that a later '
    'file''s change is known as one. Identity only.';

-- What is there is of one source: the system that gave most of its numbers.
alter table client_identifiers no force row level security;
with main as (
    select practice_id, mode() within group (order by system) as source from client_identifiers
    where system not in ('urn:cairn:client', 'urn:cairn:import:patient') group by practice_id)
update client_identifiers i
set source = coalesce((select m.source from main m where m.practice_id = i.practice_id), 'imported')
where i.system <> 'urn:cairn:client';
alter table client_identifiers force row level security;
alter table client_identifiers drop constraint client_identifiers_pkey,
    add primary key (practice_id, source, system, value);

-- The first and the last day of a year, YYYY, or of a month, YYYY-MM.
create function first_day_of(part text) returns date language sql immutable strict parallel safe
return make_date(left(part, 4)::int, coalesce(nullif(substr(part, 6, 2), '')::int, 1), 1);
create function last_day_of(part text) returns date language sql immutable strict parallel safe
return (first_day_of(part) + case length(part) when 4 then interval '1 year' else interval '1 month' end)::date - 1;

-- The age on a day of somebody born between two days; null where it depends on which day it was.
create function certain_age(born_from date, born_until date, day date) returns int language sql immutable parallel safe
return case when extract(year from age(day, born_from)) = extract(year from age(day, born_until))
            then extract(year from age(day, born_from))::int end;

-- Names that a person has besides the present one: [{"kind": "maiden", "given": "", "family": "Whitlow", "until":
-- "2020-06"}].
create function are_names(names jsonb) returns boolean language sql immutable parallel safe
return case when jsonb_typeof(names) = 'array' then jsonb_array_length(names) <= 40 and not exists (
    select from jsonb_array_elements(names) n
    where coalesce(n ->> 'kind', '') not in ('maiden', 'former', 'alias')
        or coalesce(n ->> 'given', '') || coalesce(n ->> 'family', '') = ''
        or char_length(n ->> 'given') > 100 or char_length(n ->> 'family') > 100
        or n ->> 'from' !~ '^\d{4}(-\d\d(-\d\d)?)?$' or n ->> 'until' !~ '^\d{4}(-\d\d(-\d\d)?)?$') else false end;

-- All by which a person is found: the words of the present name (name_key), and those of each other one.
create function names_key(given text, preferred text, family text, others jsonb) returns text
language sql immutable parallel safe
return name_key(given, preferred, family) || case when others = '[]' then '' else coalesce((
    select string_agg(ltrim(name_key(n ->> 'given', null, n ->> 'family'), ' '), '' order by place)
    from jsonb_array_elements(others) with ordinality as other (n, place)), '') end;

-- A person may have one name only. The other is empty, never null, so that names can be joined, folded and compared as
-- they are; who is sorted by a family name and has none is sorted by the one name there is.
alter table clients
    drop constraint clients_given_name_length, drop constraint clients_family_name_length,
    add constraint clients_given_name_length check (char_length(given_name) <= 100),
    add constraint clients_family_name_length check (char_length(family_name) <= 100),
    add constraint clients_have_a_name check (given_name <> '' or family_name <> ''),
    add column other_names jsonb not null default '[]'
        constraint clients_other_names_are_names check (are_names(other_names)),
    add column born_in text constraint clients_born_in_a_year_or_a_month
        check (born_in ~ '^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$'),
    add constraint clients_birth_is_said_once check (birth_date is null or born_in is null),
    add column born_from date generated always as (coalesce(birth_date, first_day_of(born_in))) stored,
    add column born_until date generated always as (coalesce(birth_date, last_day_of(born_in))) stored,
    drop column family_key, drop column given_key, drop column name_key;
alter table clients
    add column family_key text collate "C" not null
        generated always as (fold(case family_name when '' then given_name else family_name end)) stored,
    add column given_key text collate "C" not null
        generated always as (fold(case given_name when '' then family_name else given_name end)) stored,
    add column name_key text collate "C" not null
        generated always as (names_key(given_name, preferred_name, family_name, other_names)) stored,
    drop constraint clients_die_after_birth,
    add constraint clients_die_after_birth check (died_on >= born_from);
comment on column clients.family_key is
    'Folded and in byte order: a prefix is a range, and comparing it is leakproof, so that a search may use an '
    'index under row-level security. Of who has one name only it is that one, as given_key is.';
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
create index clients_by_family_name on clients (practice_id, family_key, given_key, client_id);
create index clients_by_given_name on clients (practice_id, given_key);
create index clients_by_name_trigrams on clients using gin (practice_id, name_key gin_trgm_ops) with (fastupdate = off);
create index clients_by_year_of_birth on clients (practice_id, born_from, client_id) where born_in is not null;

-- How a person is called, in one line.
create function called(given_name text, preferred_name text, family_name text) returns text
language sql immutable parallel safe
return concat_ws(' ', nullif(coalesce(preferred_name, given_name), ''), nullif(family_name, ''));

alter table inquiries
    add column born_in text constraint inquiries_born_in_a_year_or_a_month
        check (born_in ~ '^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$'),
    add constraint inquiries_birth_is_said_once check (birth_date is null or born_in is null);
comment on column inquiries.born_in is 'The year, or the year and the month, where the day of birth was not said.';

-- Two records of an older system may point at each other as being of one person.
alter table possible_duplicates
    drop constraint possible_duplicates_reasons,
    add constraint possible_duplicates_reasons check (reasons <@ '{birthDate,phone,email,identifier,link}');

alter table client_merges add column names_before jsonb;
comment on column client_merges.names_before is
    'The survivor''s other names before it got the duplicate''s; null of merges from before such names were kept.';
