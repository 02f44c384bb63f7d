-- Who is never placed with whom, as it is noted and read; placements.sql judges by it. A conflict counts for both, and
-- stands in both charts; but that somebody is a client is nobody's business, so the other is named only to who may read
-- the other's chart too.

create function access.may_read_chart(client uuid) returns boolean language sql stable as $$
    select access.whole() or exists (
        select from (select row(access.practice(), access.account(), null, null, access.own_client(), access.at(),
            access.today())::access.principal as p) me,
            lateral (select access.clients_treated(me.p) as c union all select access.clients_overseen(me.p)) seen
        where seen.c = client)
$$;
-- Conflicts are the practice's own affair: of no client, no guardian, and not of who merely leads a group.
create function access.conflicts_are_shown(client uuid, actions text[]) returns boolean language sql stable as $$
    select coalesce(access.action() = any (actions) and access.by_staff() and access.relation() <> 'leads_client'
                    and (access.whole() or client = any (access.clients())), false)
$$;

create function access.conflicts_of(client uuid)
returns table (conflict_id uuid, kind text, other_id uuid, given_name text, preferred_name text, family_name text,
               account_id uuid, account_name text, recorded_at timestamptz, noted_here boolean)
language sql stable security definer set search_path = public, access, pg_temp as $$
    select c.conflict_id, c.kind, o.client_id, o.given_name, o.preferred_name, o.family_name,
        c.account_id, a.name, c.recorded_at, c.client_id = conflicts_of.client
    from placement_conflicts c
        left join clients o on o.practice_id = c.practice_id
            and o.client_id = case c.client_id when conflicts_of.client then c.other_id else c.client_id end
            and access.may_read_chart(o.client_id)
        left join accounts a on a.practice_id = c.practice_id and a.account_id = c.account_id
    where c.practice_id = access.practice() and conflicts_of.client in (c.client_id, c.other_id) and c.ended_at is null
      and access.conflicts_are_shown(conflicts_of.client, '{client.read,client.change}')
    order by c.recorded_at, c.conflict_id
$$;
grant execute on function access.conflicts_of to cairn_server;

-- The charts are held in the order of their ids, so that a placement of one of them is over, or finds the conflict
-- (every placement holds the chart of whom it places, and who is put at the head of a group those of its members).
create function access.note_conflict(conflict uuid, client uuid, other uuid, account uuid, kind text, at timestamptz)
    returns void
language plpgsql security definer set search_path = public, access, pg_temp set lock_timeout = '500ms' as $$
begin
    perform from clients c
    where c.practice_id = access.practice() and c.client_id in (client, other)
      and access.conflicts_are_shown(client, '{client.change}')
    order by c.client_id for update;
    if not access.conflicts_are_shown(client, '{client.change}') then
        raise exception 'not_found' using errcode = 'PC404';
    elsif other = client then
        raise exception 'same_client' using errcode = 'PC422', column = 'other_id';
    elsif other is not null and not (access.may_read_chart(other) and exists (
        select from clients c where c.practice_id = access.practice() and c.client_id = other))
    then
        raise exception 'unknown' using errcode = 'PC422', column = 'other_id';
    elsif account is not null and not exists (select from staff s where s.practice_id = access.practice()
        and s.account_id = account) then
        raise exception 'unknown' using errcode = 'PC422', column = 'staff_id';
    elsif exists (
        select from placement_conflicts c
        where c.practice_id = access.practice() and c.ended_at is null and c.kind = note_conflict.kind
          and ((c.client_id = client and (c.other_id = other or c.account_id = account))
              or (c.client_id = other and c.other_id = client)))
    then
        raise exception 'already_noted' using errcode = 'PC409';
    end if;
    insert into placement_conflicts (practice_id, conflict_id, client_id, other_id, account_id, kind, recorded_at,
        recorded_by)
    values (access.practice(), conflict, client, other, account, note_conflict.kind, at, access.account());
end $$;
grant execute on function access.note_conflict to cairn_server;

-- What protects the one is not taken back in the chart of the other.
create function access.end_conflict(conflict uuid, client uuid, at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare c placement_conflicts;
begin
    select * into c from placement_conflicts t
    where t.practice_id = access.practice() and t.conflict_id = conflict and client in (t.client_id, t.other_id)
        and t.ended_at is null
      and access.conflicts_are_shown(client, '{client.change}')
    for update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    elsif c.client_id <> client and not access.whole() then
        raise exception 'noted_in_the_other_chart' using errcode = 'PC409';
    end if;
    update placement_conflicts t set ended_at = at, ended_by = access.account(), version = t.version + 1
    where t.practice_id = c.practice_id and t.conflict_id = c.conflict_id;
end $$;
grant execute on function access.end_conflict to cairn_server;
