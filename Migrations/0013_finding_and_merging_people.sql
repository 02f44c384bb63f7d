-- Finding people by what is known of them, remembering who may be whom, and making one chart of two.

create extension if not exists pg_trgm;
create extension if not exists fuzzystrmatch;
create extension if not exists btree_gin;

-- All names of a person as words, each after a space, folded: ' maria jose majo o brien'. What joins words in a name
-- divides them here, on both sides of every comparison.
create function name_key(names text) returns text language sql immutable strict parallel safe
return ' ' || translate(public.fold(names), '-''’`´.,;:()/"_%\', repeat(' ', 16));
create function name_words(name text) returns text[] language sql immutable strict parallel safe
return array(select word from regexp_split_to_table(public.name_key(name), '\s+') word where word <> '' limit 8);

-- The digits of a telephone number from the last to the first, without the country code of North America and without an
-- extension: so the end of a number, which is what people say, is a prefix.
create function phone_key(phone text) returns text language sql immutable strict parallel safe
return nullif(reverse(regexp_replace(regexp_replace(regexp_replace(lower(phone), '\s*(x|ext).*$', ''), '\D', '', 'g'),
    '^1(\d{10})$', '\1')), '');

alter table clients
    add column name_key text collate "C" not null
        generated always as (name_key(given_name || ' ' || coalesce(preferred_name, '') || ' ' || family_name)) stored;
comment on column clients.name_key is 'For words anywhere in a name and for what sounds nearly so: trigrams, which only access.clients_named may look up, since their operators are not leakproof.';
create index clients_by_name_trigrams on clients using gin (practice_id, name_key gin_trgm_ops) with (fastupdate = off);

alter table client_contacts
    add column phone_key text collate "C" generated always as (phone_key(phone)) stored,
    add column email_key text collate "C" generated always as (lower(email)) stored;
create index client_contacts_by_phone on client_contacts (practice_id, phone_key) where phone_key is not null;
create index client_contacts_by_email on client_contacts (practice_id, email_key) where email_key is not null;
create index client_identifiers_by_value on client_identifiers (practice_id, value);

create table possible_duplicates (
    practice_id uuid not null,
    client_id uuid not null,
    other_id uuid not null,
    reasons text[] not null constraint possible_duplicates_reasons check (reasons <@ '{birthDate,phone,email,identifier}'),
    found_at timestamptz not null,
    distinct_at timestamptz,
    distinct_by uuid,
    primary key (practice_id, client_id, other_id),
    foreign key (practice_id, client_id) references clients,
    foreign key (practice_id, other_id) references clients,
    foreign key (practice_id, distinct_by) references accounts,
    constraint possible_duplicates_of_two_in_order check (client_id < other_id),
    constraint possible_duplicates_told_apart_by_somebody check (distinct_by is null or distinct_at is not null)
);
comment on table possible_duplicates is 'Two charts that may be one person''s, as an import found them, or that somebody has said are two people''s (distinct_at), which is remembered.';
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
    primary key (practice_id, merge_id),
    foreign key (practice_id, merged_by) references accounts,
    foreign key (practice_id, reversed_by) references accounts,
    constraint client_merges_of_two check (survivor_id <> duplicate_id),
    constraint client_merges_reversed_by_somebody check ((reversed_at is null) = (reversed_by is null))
);
comment on table client_merges is 'Two charts made one. The duplicate''s own row is kept here, and in clients no more: so every foreign key to clients proves that nothing was left behind.';
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
comment on column client_merge_moves.was is 'What a merge changed of the row besides whose it is: a span, the roles of an account, a pair, a contact. Nothing clinical.';

-- A merge, or its reversal, moves a row between the two charts and changes nothing else of it. Only the merge's own
-- function runs as cairn_access and may write here, and only between the two charts of a merge that is written down.
create function moves_with_its_client(was jsonb, now jsonb) returns boolean language plpgsql stable as $$
begin
    return current_user = 'cairn_access'
        and was - '{client_id,version}'::text[] = now - '{client_id,version}'::text[]
        and exists (
            select from public.client_merges m
            where m.practice_id = (now ->> 'practice_id')::uuid
              and (m.survivor_id = (now ->> 'client_id')::uuid and m.duplicate_id = (was ->> 'client_id')::uuid
                   or m.duplicate_id = (now ->> 'client_id')::uuid and m.survivor_id = (was ->> 'client_id')::uuid));
end $$;

create function never_changes_but_its_client() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_user = 'cairn_access' then
        if moves_with_its_client(to_jsonb(old), to_jsonb(new)) then return new; end if;
    end if;
    raise exception 'never_changes' using errcode = 'PC409';
end $$;
drop trigger never_changes on note_addenda;
create trigger never_changes before update or delete on note_addenda
    for each row execute function never_changes_but_its_client();
drop trigger never_changes on homework_reviews;
create trigger never_changes before update or delete on homework_reviews
    for each row execute function never_changes_but_its_client();

-- The other guards of a row's state keep their rules for what stays in its chart.
create or replace function homework_submission_never_changes() returns trigger language plpgsql as $$
begin
    if old.number > 0 then
        if tg_op = 'UPDATE' and current_user = 'cairn_access' then
            if moves_with_its_client(to_jsonb(old), to_jsonb(new)) then return new; end if;
        end if;
        raise exception 'never_changes' using errcode = 'PC409';
    end if;
    return coalesce(new, old);
end $$;
drop trigger final on progress_notes;
create trigger final before delete on progress_notes for each row execute function progress_note_is_final();
create trigger final_but_its_client before update on progress_notes for each row
    when (old.client_id is not distinct from new.client_id) execute function progress_note_is_final();
create trigger moves before update on progress_notes for each row
    when (old.client_id is distinct from new.client_id) execute function never_changes_but_its_client();

drop trigger state_follows on homework;
create trigger state_follows before update on homework for each row
    when (old.client_id = new.client_id) execute function homework_state_follows();
create trigger moves before update on homework for each row
    when (old.client_id <> new.client_id) execute function never_changes_but_its_client();

-- A signature, and what is said of a consent, goes with its chart. Of two requests for the same one is enough, and the other
-- waits in the record of the merge.
drop trigger never_changes on consent_signatures;
create trigger never_changes before update or delete on consent_signatures
    for each row execute function never_changes_but_its_client();
drop trigger never_changes on consent_revocations;
create trigger never_changes before update or delete on consent_revocations
    for each row execute function never_changes_but_its_client();
create function consent_is_kept() returns trigger language plpgsql as $$
begin
    if current_user = 'cairn_access' and old.state = 'requested' then return old; end if;
    raise exception 'never_changes' using errcode = 'PC409';
end $$;
drop trigger state_follows on consents;
create trigger state_follows before update on consents for each row
    when (old.client_id = new.client_id) execute function consent_state_follows();
create trigger moves before update on consents for each row
    when (old.client_id <> new.client_id) execute function never_changes_but_its_client();
create trigger is_kept before delete on consents for each row execute function consent_is_kept();
drop trigger never_changes on guardianship_history;
create trigger never_changes before update or delete on guardianship_history
    for each row execute function never_changes_but_its_client();
-- What a merge cuts of a span is in the record of the merge, and comes back from there.
drop trigger keeps_history on guardianships;
create trigger keeps_history after update on guardianships for each row
    when (current_user <> 'cairn_access') execute function guardianship_keeps_history();
drop trigger state_follows on outbox;
create trigger state_follows before update on outbox for each row
    when (old.client_id is not distinct from new.client_id) execute function letter_state_follows();

-- Whose chart an enrollment is in is not a state of it: a merge leaves no trace in its history.
drop trigger keeps_history on enrollments;
create trigger keeps_history after update on enrollments for each row
    when (old.client_id = new.client_id) execute function enrollment_keeps_history();
create trigger moves before update on enrollments for each row
    when (old.client_id <> new.client_id) execute function never_changes_but_its_client();

-- The account of a chart that was merged into one with an account of its own signs in no more, and has no chart.
alter table accounts drop constraint accounts_clients_have_a_chart;
alter table accounts add constraint accounts_clients_have_a_chart check
    (case when 'client' = any (roles) then client_id is not null or disabled_at is not null else client_id is null end);
