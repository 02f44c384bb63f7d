-- What stands in the way of making one chart of two: a function for each word, which is explained in Merges.swift.

create function access.were_told_apart(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from possible_duplicates d where d.practice_id = access.practice() and d.distinct_at is not null
          and d.client_id = least(survivor, duplicate) and d.other_id = greatest(survivor, duplicate))
$$;

-- A merge opens no closed chart, closes none, and forgets no death.
create function access.one_of_two_is_closed(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from clients s join clients d using (practice_id)
        where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
          and ((s.status = 'deceased') <> (d.status = 'deceased') or s.status <> 'active' and d.status = 'active'))
$$;

create function access.are_partners(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from couple_members s join couple_members d using (practice_id, couple_id)
        where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
            and not isempty(s.during))
$$;

create function access.are_in_two_couples_at_once(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from couple_members s join couple_members d using (practice_id)
        where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
          and s.couple_id <> d.couple_id and s.during && d.during)
$$;

create function access.have_half_signed_one_consent(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from consents s join consents d on d.practice_id = s.practice_id
            and (d.kind, d.couple_id, d.confidentiality) is not distinct from (s.kind, s.couple_id,
                s.confidentiality)
        where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
          and s.state = 'requested' and d.state = 'requested' and access.has_signatures(s)
          and access.has_signatures(d))
$$;

-- Who has sat together has; from today on, on the calendar of the group, nobody does who must not.
create function access.one_sits_with_a_partner(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from enrollments e join couple_members me on me.practice_id = e.practice_id
            and me.client_id in (survivor, duplicate) and me.client_id <> e.client_id
            join couple_members o on o.practice_id = me.practice_id and o.couple_id = me.couple_id
                and o.client_id <> me.client_id
            join enrollments f on f.practice_id = e.practice_id and f.group_id = e.group_id
                and f.client_id = o.client_id
        where e.practice_id = access.practice() and e.client_id in (survivor, duplicate)
          and o.client_id not in (survivor, duplicate)
          and e.seat * f.seat && daterange(access.today_in(e.group_id), null))
$$;

create function access.are_in_conflict(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select access.noted_conflict(access.practice(), survivor, duplicate) is not null
$$;

create function access.one_sits_in_conflict(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from enrollments e join enrollments f using (practice_id, group_id)
        where e.practice_id = access.practice() and e.client_id in (survivor, duplicate)
            and f.client_id not in (survivor, duplicate)
          and e.seat * f.seat && daterange(access.today_in(e.group_id), null)
          and (access.noted_conflict(e.practice_id, survivor, f.client_id) is not null
               or access.noted_conflict(e.practice_id, duplicate, f.client_id) is not null)
        union all
        select from enrollments e join group_facilitators f using (practice_id, group_id)
        where e.practice_id = access.practice() and e.client_id in (survivor, duplicate)
          and e.seat * f.during && daterange(access.today_in(e.group_id), null)
          and (access.has_dual_role(e.practice_id, f.account_id, survivor)
              or access.has_dual_role(e.practice_id, f.account_id, duplicate)))
$$;

-- Nobody guards oneself, and a minor guards nobody: not by making one chart of two either.
create function access.one_guards_the_other(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from accounts a join guardians g using (practice_id, account_id)
            join guardianships r using (practice_id, guardian_id)
        where a.practice_id = access.practice() and a.client_id in (survivor, duplicate)
          and r.client_id in (survivor, duplicate) and access.goes_on(r.during, access.today()))
$$;

create function access.a_minor_would_guard(survivor uuid, duplicate uuid) returns boolean
language sql stable set search_path = public, access, pg_temp as $$
    select exists (
        select from accounts a join guardians g using (practice_id, account_id)
            join guardianships r using (practice_id, guardian_id)
            join clients s on s.practice_id = a.practice_id and s.client_id = survivor
        where a.practice_id = access.practice() and a.client_id in (survivor, duplicate)
          and r.client_id not in (survivor, duplicate) and access.goes_on(r.during, access.today())
          and is_under_age(s.born_from, access.today()))
$$;

create function access.merge_obstacles(survivor uuid, duplicate uuid) returns text[]
language sql stable security definer set search_path = public, access, pg_temp as $$
    select case when access.action() in ('client.merge', 'client.change') and access.whole() then array_remove(array[
        case when access.were_told_apart(survivor, duplicate) then 'told_apart' end,
        case when access.one_of_two_is_closed(survivor, duplicate) then 'one_chart_is_closed' end,
        case when access.are_partners(survivor, duplicate) then 'partners_of_each_other' end,
        case when access.are_in_two_couples_at_once(survivor, duplicate) then 'two_couples_at_once' end,
        case when access.have_half_signed_one_consent(survivor, duplicate) then 'half_signed_consent' end,
        case when access.one_sits_with_a_partner(survivor, duplicate) then 'partner_in_the_same_group' end,
        case when access.are_in_conflict(survivor, duplicate) then 'in_conflict_with_each_other' end,
        case when access.one_sits_in_conflict(survivor, duplicate) then 'conflict_in_the_same_group' end,
        case when access.one_guards_the_other(survivor, duplicate) then 'guardian_of_oneself' end,
        case when access.a_minor_would_guard(survivor, duplicate) then 'guardian_is_a_minor' end], null) end
$$;
grant execute on function access.merge_obstacles to cairn_server;
