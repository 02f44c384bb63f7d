-- What an old row says of another time stays, and the row can be changed all the same. Charts that a file closed are
-- told to the desk. Homework of which all is made is known from homework that goes on. Who is of age is said once.

-- Dates lie in our time: each is judged when it is written, and when somebody changes it, for itself. A constraint,
-- be it `not valid`, judges the whole row at every change, so that an old row with an odd day could not even be ended.
-- What is refused is named as the constraints of before were.

create function lies_in_another_time() returns trigger language plpgsql as $$
begin
    -- What a merge took out of the way comes back as it was.
    if split_part(coalesce(current_setting('cairn.caller', true), ''), '/', 5) = 'client.merge' then
        return null;
    end if;
    raise exception 'lies_in_another_time'
        using errcode = '23514', constraint = tg_argv[0], table = tg_table_name, schema = tg_table_schema;
end $$;
comment on function lies_in_another_time() is
    'Refuses a row in which a day was written that is not of our time, by the name of the rule.';

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
            ('couples', 'couples_lie_in_our_time', '{during}', 'true', 'range'),
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
        execute format('alter table %I drop constraint if exists %I', rule.of_table, rule.named);
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

-- The desk is told of a chart that a file closed while something of it is open.
alter table tasks drop constraint tasks_kind, add constraint tasks_kind check (kind in (
    'renew_consents', 'offer_own_sign_in', 'offer_seat', 'place_proposed', 'settle_address', 'confirm_address',
    'client_died', 'death_corrected', 'closed_with_open_things'));

-- Whether the worker makes more pieces of an assignment. Where all are made and something changed that they may have to
-- follow, it is looked at once more, and at once: from before this day (access.plan_anew).
create function makes_more(plan_next timestamptz) returns boolean language sql immutable parallel safe
return coalesce(plan_next > '1999-12-31 00:00Z', false);

-- The day on which somebody comes of age, and whether that is still to come on a day; null where the birth date is not
-- known.
create function comes_of_age_on(born date) returns date language sql immutable parallel safe
return (born + interval '18 years')::date;
create function is_under_age(born date, day date) returns boolean language sql immutable parallel safe
return comes_of_age_on(born) > day;

create or replace function consent_state(state text, expires_on date, by_guardians boolean, birth_date date, today date)
returns text language sql immutable parallel safe
return case
    when state = 'signed' and (expires_on <= today or (by_guardians and not is_under_age(birth_date, today)))
        then 'expired'
    else state end;
