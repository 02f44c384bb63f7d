-- What outlives a request: answers that are given again, and secret addresses. And by what contact is known again.

alter table idempotency_keys add request_id uuid, add scope_digest bytea;
comment on table idempotency_keys is
    'The first answer to a keyed POST (its body encrypted, without its secrets), in the transaction of its effect. Good for a day.';
comment on column idempotency_keys.request_id is 'The request whose answer it is: by it a lost commit is known to have come.';
comment on column idempotency_keys.scope_digest is
    'Of what the caller could reach when the answer was made: to another scope it is not given. Null: to nobody.';

alter table calendar_feeds add roles text[];
-- The owner of the tables passes by their policies only while they are not forced.
alter table calendar_feeds no force row level security;
alter table accounts no force row level security;
update calendar_feeds f set roles = a.roles
from accounts a where a.practice_id = f.practice_id and a.account_id = f.account_id;
alter table accounts force row level security;
alter table calendar_feeds force row level security;
alter table calendar_feeds alter column roles set not null;
comment on column calendar_feeds.roles is 'Those its owner had when it was made. Without one of them the address ends, for good.';

-- A telephone number and an e-mail address, as limits, duplicates and searches know them again, however they were written.
-- `ContactKey` in Sources/Practice/Contact says the same; a test compares the two.

alter table client_contacts drop column phone_key, drop column email_key;

-- The digits of a telephone number from the last to the first, without the country code of North America and without an
-- extension: so the end of a number, which is what people say, is a prefix.
create or replace function phone_key(phone text) returns text language sql immutable strict parallel safe
return nullif(reverse(regexp_replace(regexp_replace(
    regexp_replace(lower(normalize(phone, NFKC)), '([0-9])[^0-9a-z]*(x|ext|#).*$', '\1'),
    '[^0-9]', '', 'g'), '^(00)?1([0-9]{10})$', '\2')), '');

-- Case and the ways to write one letter folded away. Dots and what follows a plus stay: who may say that two mailboxes
-- are one is the mail server of that domain.
create function email_key(email text) returns text language sql immutable strict parallel safe
return lower(normalize(btrim(email, E' \t\r\n'), NFC));

alter table client_contacts
    add column phone_key text collate "C" generated always as (phone_key(phone)) stored,
    add column email_key text collate "C" generated always as (email_key(email)) stored;
create index client_contacts_by_phone on client_contacts (practice_id, phone_key) where phone_key is not null;
create index client_contacts_by_email on client_contacts (practice_id, email_key) where email_key is not null;
