-- What the rest of the transaction may ask about itself. Unset settings mean nobody, nothing and no rows.
-- What policies ask has settings of its own, since asking is most of what a policy costs; what is asked seldom is one
-- setting of nine words: account / own client / role / relation / action / shows / today / roles of the sign-in / at.
create function access.word(n int) returns text language sql stable parallel safe
return split_part(coalesce(current_setting('cairn.caller', true), ''), '/', n);
grant execute on function access.word to cairn_server, cairn_worker;

create function access.practice() returns uuid language sql stable parallel safe
return nullif(current_setting('cairn.practice', true), '')::uuid;
grant execute on function access.practice to cairn_server, cairn_worker;
create function access.account() returns uuid language sql stable parallel safe return nullif(access.word(1), '')::uuid;
grant execute on function access.account to cairn_server, cairn_worker;
create function access.own_client() returns uuid language sql stable parallel safe return nullif(access.word(2),
    '')::uuid;
grant execute on function access.own_client to cairn_server, cairn_worker;
create function access.role() returns text language sql stable parallel safe return access.word(3);
grant execute on function access.role to cairn_server, cairn_worker;
create function access.relation() returns text language sql stable parallel safe return access.word(4);
grant execute on function access.relation to cairn_server, cairn_worker;
create function access.action() returns text language sql stable parallel safe return access.word(5);
grant execute on function access.action to cairn_server, cairn_worker;
-- Staff is everybody who has any role but client and guardian: said here, and nowhere else. A role that somebody adds
-- is one of staff until it is named here.
create function access.is_staff(roles text[]) returns boolean language sql immutable parallel safe
return not roles <@ '{client,guardian}';
grant execute on function access.is_staff to cairn_server, cairn_worker;
-- Whether the request is made in a role of staff, or by the worker; a stranger has none.
create function access.by_staff() returns boolean language sql stable parallel safe
return access.role() not in ('', 'public') and access.is_staff(array[access.role()]);
grant execute on function access.by_staff to cairn_server, cairn_worker;
-- Does the proven rule show this group of fields?
create function access.shows(field text) returns boolean language sql stable parallel safe
return coalesce(nullif(access.word(6), ''), '{}')::text[] && array['all', field];
grant execute on function access.shows to cairn_server, cairn_worker;
-- The day of this request on the practice's calendar.
create function access.today() returns date language sql stable parallel safe return nullif(access.word(7), '')::date;
grant execute on function access.today to cairn_server, cairn_worker;

-- The instant of this request; where none is under way, that of the clock.
create function access.at() returns timestamptz language sql stable parallel safe
return coalesce('epoch'::timestamptz + nullif(access.word(9), '')::bigint * interval '1 microsecond', now());
grant execute on function access.at to cairn_server, cairn_worker;

-- Which column binds the rows of this request: practice, client, couple, group, author or shared.
create function access.bound() returns text language sql stable parallel safe return current_setting('cairn.bound',
    true);
grant execute on function access.bound to cairn_server, cairn_worker;
create function access.whole() returns boolean language sql stable parallel safe
return coalesce(current_setting('cairn.bound', true), '') = 'practice';
grant execute on function access.whole to cairn_server, cairn_worker;
-- The practice, if the request's resource is one of these, else null: what a policy compares practice_id with, so that
-- being of another practice and having no business in a table are one comparison. A query that names its practice, as
-- all of ours do, makes it once.
create function access.practice_reading(resources text[]) returns uuid language sql stable parallel safe
return case when current_setting('cairn.resource', true) = any (resources)
    then current_setting('cairn.practice', true)::uuid end;
grant execute on function access.practice_reading to cairn_server, cairn_worker;
create function access.practice_writing(actions text[]) returns uuid language sql stable parallel safe
return case when access.word(5) = any (actions) then access.practice() end;
grant execute on function access.practice_writing to cairn_server, cairn_worker;

create function access.clients() returns uuid[] language sql stable parallel safe
return nullif(current_setting('cairn.clients', true), '')::uuid[];
grant execute on function access.clients to cairn_server, cairn_worker;
create function access.couples() returns uuid[] language sql stable parallel safe
return nullif(current_setting('cairn.couples', true), '')::uuid[];
grant execute on function access.couples to cairn_server, cairn_worker;
create function access.groups() returns uuid[] language sql stable parallel safe
return nullif(current_setting('cairn.groups', true), '')::uuid[];
grant execute on function access.groups to cairn_server, cairn_worker;

-- Several ties that let in to a list, where they differ in what they show; else nothing.
create function access.ties() returns text language sql stable parallel safe
return coalesce(current_setting('cairn.ties', true), '');
grant execute on function access.ties to cairn_server, cairn_worker;
-- Where a list is let in by several ties that differ in what they show (access/list_doors.sql), access.shows says what
-- all of them show. The clients, and the groups, of whose rows a tie shows a field besides; only those of ties of the
-- staff, if so asked. Nobody where all is alike.
create function access.of_ties(field text, part text) returns uuid[] language sql stable parallel safe as $$
    select array(
        select distinct id::uuid
        from jsonb_array_elements(access.ties()::jsonb) t, jsonb_array_elements_text(t -> part) id
        where t -> 'shows' ? 'all' or t -> 'shows' ? field)
$$;
grant execute on function access.of_ties to cairn_server, cairn_worker;
create function access.shown_of(field text, to_staff boolean) returns uuid[] language sql stable parallel safe
return case when access.ties() <> '' then access.of_ties(field,
    case when to_staff then 'clients_of_staff' else 'clients' end) end;
grant execute on function access.shown_of to cairn_server, cairn_worker;
create function access.shown_in(field text, to_staff boolean) returns uuid[] language sql stable parallel safe
return case when access.ties() <> '' then access.of_ties(field,
    case when to_staff then 'groups_of_staff' else 'groups' end) end;
grant execute on function access.shown_in to cairn_server, cairn_worker;
-- The clients in scope of whom a field is shown.
create function access.clients_shown(field text) returns uuid[] language sql stable parallel safe
return case when access.ties() <> '' then access.of_ties(field, 'clients')
    when access.shows(field) then access.clients() end;
grant execute on function access.clients_shown to cairn_server, cairn_worker;

-- Sets all of them, for this transaction; one expression, so that the doors' statements compute it on the way.
-- `concat`, because `||` with a null is null and need not be computed at all.
create function access.set_scope(
    practice uuid, account uuid, client uuid, role text, relation text, action text, shows text[], bound text,
    clients uuid[], couples uuid[], groups uuid[], today date, reads boolean, roles text[] default null,
    at timestamptz default null, audited bigint default null, ties jsonb default null
) returns text language sql
return concat(
    set_config('cairn.practice', practice::text, true),
    -- The row that the door wrote into the audit (access.row_of_the_door); who only changes the scope keeps the door's.
    case when audited is not null then set_config('cairn.row_of_the_door', audited::text, true) end,
    set_config('cairn.caller', concat_ws('/', coalesce(account::text, ''), coalesce(client::text, ''), role, relation,
        action, shows,
        coalesce(today::text, ''), coalesce(roles::text, ''),
            coalesce((extract(epoch from at) * 1000000)::bigint::text, '')), true),
    set_config('cairn.ties', coalesce(ties::text, ''), true),
    -- Whom no tie let in has come about nothing: no table has a row for that.
    set_config('cairn.resource', case when bound = 'nobody' then '' else split_part(action, '.', 1) end, true),
    set_config('cairn.bound', bound, true),
    set_config('cairn.clients', clients::text, true),
    set_config('cairn.couples', couples::text, true),
    set_config('cairn.groups', groups::text, true),
    case when reads then set_config('synchronous_commit', 'off', true) end);

-- Says of this transaction that it only looks, as HEAD does, and as who is answered a second time: what is told once is
-- not told, and no reading is noted but in the audit. Behind a door it is read-only from here on, so that nothing else
-- has an effect either; where nobody enters, the tries of a stranger are counted all the same.
create function access.look(read_only boolean) returns void
language sql security definer set search_path = public, access, pg_temp
begin atomic
    select concat(
        set_config('cairn.looks', 'on', true),
        case when read_only then set_config('transaction_read_only', 'on', true) end);
end;
grant execute on function access.look to cairn_server;
create function access.looks() returns boolean language sql stable
return coalesce(current_setting('cairn.looks', true), '') = 'on';

-- All that an entry let its caller reach, in one form, so that it can be held against another entry: what was answered
-- before, and what is being sent still, is the caller's as long as it is there. Who reaches the whole practice reaches
-- it, whatever the request is about.
create function access.roles() returns text[] language sql stable parallel safe
return coalesce(nullif(access.word(8), ''), '{}')::text[];
grant execute on function access.roles to cairn_server, cairn_worker;
create function access.standing() returns jsonb language sql stable
return jsonb_strip_nulls(jsonb_build_object('ties', nullif(access.ties(), '')::jsonb)) || jsonb_build_object(
    'practice', access.practice(), 'account', access.account(), 'client', access.own_client(),
    'role', access.role(), 'relation', access.relation(), 'action', access.action(), 'bound', access.bound(),
    'roles', array(select unnest(access.roles()) order by 1),
    'shows', array(select unnest(coalesce(nullif(access.word(6), ''), '{}')::text[]) order by 1),
    'clients', array(select distinct unnest(access.clients()) order by 1 limit case when access.whole() then 0 end),
    'couples', array(select distinct unnest(access.couples()) order by 1 limit case when access.whole() then 0 end),
    'groups', array(select distinct unnest(access.groups()) order by 1 limit case when access.whole() then 0 end));
grant execute on function access.standing to cairn_server, cairn_worker;
