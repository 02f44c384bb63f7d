-- Forced row-level security on every table, from one template:
--   same practice, and the request's resource may read this table at all, or its action may write it · the row is in
--   scope.
-- What does not depend on the row is a sub-select, computed once for a query; so a row costs a comparison or two. The
-- practice is compared without one: a query names its practice, and so the check stands once in front of its scan.
-- Policies only forbid; queries say themselves what they want. No sub-select on a table in any of them (Citus).
-- The policies of a table stand in policies.sql of its domain, as calls of access.protect and access.lets_remove.

-- What policies say again and again. A word in braces stands for its condition.
create table access.policy_words (word text primary key, condition text not null);
insert into access.policy_words (word, condition) values
    -- The scopes. `whole` is the practice's: a role's rule without a tie to one client.
    ('whole', $$(select access.whole())$$),
    ('client', $$client_id = any ((select access.clients())::uuid[])$$),
    ('couple', $$couple_id = any ((select access.couples())::uuid[])$$),
    ('grp', $$group_id = any ((select access.groups())::uuid[])$$),
    ('bound', $$(select access.bound())$$),
    ('of_client', $${client} or {whole}$$),
    -- Rows that may belong to a group or a couple as well: who comes through the group sees the group's only.
    ('released', $$homework_id = any ((select access.released())::uuid[])$$),
    ('of_unit', $$
        case {bound} when 'group' then {grp} and {client} when 'couple' then {couple}
            when 'shared' then {released} when 'work' then {client} or coalesce({grp}, false) else {client}
            or {whole} end
    $$),
    -- Who comes by way of a couple has to do with the two together, and not with the groups that each of them is in.
    ('of_member', $$
        case when {bound} in ('shared', 'couple') then false when {bound} = 'group' then {grp} and {client}
            else {client} or {whole} end
    $$),
    ('of_couple', $${couple} or {whole}$$),
    ('of_group', $${grp} or {whole}$$),
    ('of_team', $${client} or {couple} or {whole}$$),
    ('mine', $$account_id = (select access.account())$$),
    ('authored', $$author_id = (select access.account())$$),
    ('client_of_task', $$client_id = any ((select access.clients_shown('tasks'))::uuid[])$$),
    -- A task about whose address something is, is for who may know that.
    ('of_task', $$
        case when for_roles is null then {whole} or {client_of_task} else {whole}
            and (select access.role()) = any (for_roles) end
    $$),
    ('of_inquiry', $${whole} or inquiry_id = any ((select access.inquiries())::uuid[])$$),
    ('of_staff', $$(select access.by_staff())$$),
    ('contact', $$(select access.shows('contact')) or (select access.shows('safe_contact'))$$),
    ('identified', $$client_id = any ((select access.identified())::uuid[])$$),
    ('guardian', $$guardian_id = any ((select access.guardians())::uuid[])$$),
    ('of_assignment', $$
        case {bound} when 'group' then {grp} when 'couple' then {couple} when 'shared' then {couple}
            else {whole} or {client} or {couple} or {grp} end
    $$),
    ('own', $$client_id = (select access.own_client())$$),
    -- Notes: never by role alone.
    ('of_note', $$
        case {bound} when 'author' then {authored} when 'couple' then {couple} when 'group' then {grp}
            when 'client' then coalesce({client}, false) else false end
    $$),
    ('other_identified', $$other_id = any ((select access.identified())::uuid[])$$),
    ('of_unit_but_released', $$
        case {bound} when 'group' then {grp} and {client} when 'couple' then {couple}
            when 'shared' then false when 'work' then {client} or coalesce({grp}, false) else {client}
            or {whole} end
    $$);

-- Resources that read a table for the people in it.
create function access.in_full(resources text[]) returns text[] language sql immutable as $$
    select array_agg(r order by place) from unnest(resources) with ordinality as named (n, place),
        unnest(case n when 'people'
            then string_to_array(
            'client care_team guardianship couple enrollment roster attendance homework progress_note process_note '
            'inquiry consent group homework_report review_queue import seed', ' ') else array[n] end) as r
$$;

-- A condition with its words written out.
create function access.in_full(phrase text) returns text language plpgsql as $$
declare meaning access.policy_words;
begin
    while phrase ~ '\{[a-z_]+\}' loop
        select w.* into strict meaning from access.policy_words w where w.word = substring(phrase from '\{([a-z_]+)\}');
        phrase := replace(phrase, '{' || meaning.word || '}', meaning.condition);
    end loop;
    return btrim(phrase, e' \n');
end $$;

-- `written` is what may be added, and what may be changed where `changed` does not say less; `adds` are the actions
-- that add, where they are others than those that change.
create function access.protect(
    target regclass, reads text[], writes text[], seen text, written text default null, changed text default null,
    adds text[] default null)
returns void language plpgsql as $$
declare
    may_read constant text := format('practice_id = access.practice_reading(%L)', access.in_full(reads));
    may_add constant text := format('practice_id = (select access.practice_writing(%L))', coalesce(adds, writes));
    may_change constant text := format('practice_id = (select access.practice_writing(%L))', writes);
begin
    execute format('alter table %s enable row level security, force row level security', target);
    execute format('create policy sees on %s for select using (%s and (%s))', target, may_read, access.in_full(seen));
    if cardinality(writes) > 0 then
        execute format('create policy adds on %s for insert with check (%s and (%s))',
                       target, may_add, access.in_full(coalesce(written, seen)));
        execute format('create policy changes on %s for update using (%s and (%s))',
                       target, may_change, access.in_full(coalesce(changed, written, seen)));
    end if;
end $$;

-- Who may take rows out, where anybody may.
create function access.lets_remove(target regclass, writes text[], removed text, remover text default 'public')
returns void language plpgsql as $$
begin
    execute format(
        'create policy removes on %s for delete to %s using (practice_id = (select access.practice_writing(%L)) and '
        '(%s))',
        target, remover, writes, access.in_full(removed));
end $$;
