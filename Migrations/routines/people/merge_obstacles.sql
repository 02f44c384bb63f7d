-- What stands in the way of making one chart of two; each word is explained in Merges.swift.
create function access.merge_obstacles(survivor uuid, duplicate uuid) returns text[]
language sql stable security definer set search_path = public, access, pg_temp as $$
    select case when access.action() in ('client.merge', 'client.change') and access.whole() then array_remove(array[
        case when exists (
            select from possible_duplicates d where d.practice_id = access.practice() and d.distinct_at is not null
              and d.client_id = least(survivor, duplicate) and d.other_id = greatest(survivor, duplicate))
            then 'told_apart' end,
        -- A merge opens no closed chart, closes none, and forgets no death.
        case when exists (
            select from clients s join clients d using (practice_id)
            where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
              and ((s.status = 'deceased') <> (d.status = 'deceased') or s.status <> 'active' and d.status = 'active'))
            then 'one_chart_is_closed' end,
        case when exists (
            select from couple_members s join couple_members d using (practice_id, couple_id)
            where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
                and not isempty(s.during))
            then 'partners_of_each_other' end,
        case when exists (
            select from couple_members s join couple_members d using (practice_id)
            where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
              and s.couple_id <> d.couple_id and s.during && d.during)
            then 'two_couples_at_once' end,
        case when exists (
            select from consents s join consents d on d.practice_id = s.practice_id
                and (d.kind, d.couple_id, d.confidentiality) is not distinct from (s.kind, s.couple_id,
                    s.confidentiality)
            where s.practice_id = access.practice() and s.client_id = survivor and d.client_id = duplicate
              and s.state = 'requested' and d.state = 'requested' and access.has_signatures(s)
              and access.has_signatures(d))
            then 'half_signed_consent' end,
        -- Who has sat together has; from today on, on the calendar of the group, nobody does who must not.
        case when exists (
            select from enrollments e join couple_members me on me.practice_id = e.practice_id
                and me.client_id in (survivor, duplicate) and me.client_id <> e.client_id
                join couple_members o on o.practice_id = me.practice_id and o.couple_id = me.couple_id
                    and o.client_id <> me.client_id
                join enrollments f on f.practice_id = e.practice_id and f.group_id = e.group_id
                    and f.client_id = o.client_id
            where e.practice_id = access.practice() and e.client_id in (survivor, duplicate)
              and o.client_id not in (survivor, duplicate)
              and e.seat * f.seat && daterange(access.today_in(e.group_id), null))
            then 'partner_in_the_same_group' end,
        case when access.noted_conflict(access.practice(), survivor, duplicate) is not null
            then 'in_conflict_with_each_other' end,
        case when exists (
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
            then 'conflict_in_the_same_group' end,
        -- Nobody guards oneself, and a minor guards nobody: not by making one chart of two either.
        case when exists (
            select from accounts a join guardians g using (practice_id, account_id)
                join guardianships r using (practice_id, guardian_id)
            where a.practice_id = access.practice() and a.client_id in (survivor, duplicate)
              and r.client_id in (survivor, duplicate) and access.goes_on(r.during, access.today()))
            then 'guardian_of_oneself' end,
        case when exists (
            select from accounts a join guardians g using (practice_id, account_id)
                join guardianships r using (practice_id, guardian_id)
                join clients s on s.practice_id = a.practice_id and s.client_id = survivor
            where a.practice_id = access.practice() and a.client_id in (survivor, duplicate)
              and r.client_id not in (survivor, duplicate) and access.goes_on(r.during, access.today())
              and is_under_age(s.born_from, access.today()))
            then 'guardian_is_a_minor' end], null) end
$$;
grant execute on function access.merge_obstacles to cairn_server;
