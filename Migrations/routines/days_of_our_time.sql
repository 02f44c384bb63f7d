do $$
declare
    rule record;
    written text;
    changed text;
begin
    for rule in
        select r.of_table, r.named, r.columns, r.judged, r.kind = 'range' as is_range
        from (values
            ('clients', 'clients_are_born_and_die_in_our_time', '{birth_date,died_on}'::text[], 'true', 'day'),
            ('inquiries', 'inquiries_are_about_people_of_our_time', '{birth_date}', 'true', 'day'),
            ('staff_licenses', 'staff_licenses_end_in_our_time', '{valid_until}', 'true', 'day'),
            ('supervisions', 'supervisions_lie_in_our_time', '{during}', 'true', 'range'),
            ('guardianships', 'guardianships_lie_in_our_time', '{during}', 'true', 'range'),
            ('guardianships', 'guardianships_lie_in_our_time', '{said_until}', 'true', 'day'),
            ('couples', 'couples_lie_in_our_time', '{during}', 'true', 'range'),
            ('couples', 'couples_lie_in_our_time', '{said_until}', 'true', 'day'),
            ('couple_members', 'couple_members_lie_in_our_time', '{during}', 'true', 'range'),
            ('care_team_memberships', 'care_team_memberships_lie_in_our_time', '{during}', 'true', 'range'),
            ('groups', 'groups_lie_in_our_time', '{starts_on,ends_on}', 'true', 'day'),
            ('group_facilitators', 'group_facilitators_lie_in_our_time', '{during}', 'true', 'range'),
            ('meetings', 'meetings_lie_in_our_time', '{starts_at}', 'true', 'day'),
            ('appointments', 'appointments_lie_in_our_time', '{starts_at}', 'true', 'day'),
            ('closures', 'closures_lie_in_our_time', '{during}', 'true', 'range'),
            ('homework_exceptions', 'homework_exceptions_lie_in_our_time', '{during}', 'true', 'range'),
            ('homework_exceptions', 'homework_exceptions_lie_in_our_time', '{moved_to}', 'true', 'day'),
            -- What is believed no longer, and what is signed, is not judged again.
            ('enrollment_spans', 'enrollment_spans_lie_in_our_time', '{during}', 'upper_inf(new.recorded)', 'range'),
            ('progress_notes', 'progress_notes_are_of_our_time', '{held_at}', $w$new.state = 'draft'$w$, 'day')
        ) r (of_table, named, columns, judged, kind)
    loop
        -- Of a span each end is judged for itself: what begins in another time can still be ended.
        select string_agg(format('not in_our_time(%s)', v.said), ' or '),
            string_agg(
                format('%1$s is distinct from %2$s and not in_our_time(%1$s)', v.said, replace(v.said, 'new.', 'old.')),
                ' or ')
        into written, changed
        from unnest(rule.columns) c,
            unnest(case when rule.is_range then array['lower(new.%I)', 'upper(new.%I)'] else array['new.%I'] end) f,
            lateral (select format(f, c) as said) v;
        execute format(
            'create trigger %I after insert on %I for each row when (%s and (%s))
                execute function lies_in_another_time(%L)',
            array_to_string(rule.columns, '_and_') || '_in_our_time', rule.of_table, rule.judged, written, rule.named);
        execute format(
            'create trigger %I after update on %I for each row when (%s and (%s))
                execute function lies_in_another_time(%L)',
            array_to_string(rule.columns, '_and_') || '_changed_in_our_time', rule.of_table, rule.judged, changed,
            rule.named);
    end loop;
end $$;
