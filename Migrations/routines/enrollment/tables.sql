create function enrollment_knows_its_days() returns trigger language plpgsql as $$
declare begins date; ends date; seated daterange; days daterange;
begin
    select min(lower(s.during)), min(lower(s.during)) filter (where public.enrollment_has_ended(s.status)),
        range_merge(range_agg(s.during) filter (where public.has_seat(s.status)))
    into begins, ends, seated
    from enrollment_spans s
    where s.practice_id = new.practice_id and s.enrollment_id = new.enrollment_id and upper_inf(s.recorded);
    days := case when begins is null then 'empty' else daterange(begins, ends) end;
    update enrollments e set during = days, seat = coalesce(seated, 'empty'), was_mistake = begins is null
    where e.practice_id = new.practice_id and e.enrollment_id = new.enrollment_id
      and (e.during, e.seat, e.was_mistake) is distinct from (days, coalesce(seated, 'empty'), begins is null);
    return null;
end $$;

create trigger moves before update on enrollments for each row
    when (old.client_id <> new.client_id) execute function never_changes_but_its_client();
create trigger versioned before update on enrollments for each row
    when ((old.during, old.seat, old.was_mistake) is not distinct from (new.during, new.seat, new.was_mistake))
    execute function versioned();

create constraint trigger tells_its_days after insert or update on enrollment_spans
    deferrable initially immediate for each row execute function enrollment_knows_its_days();

create trigger versioned before update on placement_conflicts for each row execute function versioned();
