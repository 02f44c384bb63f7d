-- The way to a phase stays in its program, and in its track where it has one, and never leads back to it. Whoever
-- changes the path of a program holds its row meanwhile: two changes that are right by themselves could close a circle
-- together.
create function phase_prerequisite_leads_on() returns trigger language plpgsql as $$
declare phase phases; required phases;
begin
    select * into phase from phases f where f.practice_id = new.practice_id and f.phase_id = new.phase_id;
    perform from programs p where p.practice_id = new.practice_id and p.program_id = phase.program_id for no key update;
    select * into required from phases f
    where f.practice_id = new.practice_id and f.phase_id = new.requires_id and f.program_id = phase.program_id;
    if not found then
        raise exception 'prerequisite_is_no_phase_of_the_program' using errcode = 'PC422', column = 'requires';
    elsif required.track_id is distinct from phase.track_id and required.track_id is not null then
        raise exception 'prerequisite_is_of_another_track' using errcode = 'PC422', column = 'requires';
    elsif exists (
        with recursive before as (
            select new.requires_id as phase_id
            union
            select q.requires_id from before b
                join phase_prerequisites q on q.practice_id = new.practice_id and q.phase_id = b.phase_id)
        select from before b where b.phase_id = new.phase_id)
    then
        raise exception 'prerequisite_leads_back' using errcode = 'PC422', column = 'requires';
    end if;
    return new;
end $$;

create function program_names_documents() returns trigger language plpgsql as $$
begin
    if exists (select from unnest(new.consents) k where not exists (
        select from consent_documents d where d.practice_id = new.practice_id and d.kind = k and not d.of_couple))
    then
        raise exception 'no_such_kind' using errcode = 'PC422', column = 'consents';
    end if;
    return new;
end $$;

-- The track of a group is that of its phase, where the phase has one.
create function group_is_of_its_phases_track() returns trigger language plpgsql as $$
declare of_phase uuid;
begin
    select f.track_id into of_phase from phases f where f.practice_id = new.practice_id and f.phase_id = new.phase_id;
    if of_phase is null then return new; end if;
    if new.track_id is not null and new.track_id <> of_phase
        and (tg_op = 'INSERT' or new.track_id is distinct from old.track_id) then
        raise exception 'track_is_not_of_the_phase' using errcode = 'PC422', column = 'track_id';
    end if;
    new.track_id := of_phase;
    return new;
end $$;

create function group_is_planned_anew() returns trigger language plpgsql as $$
begin
    new.planned_until := null;
    return new;
end $$;

create trigger versioned before update on programs for each row execute function versioned();
create trigger names_documents before insert or update of consents on programs
    for each row when (new.consents <> '{}') execute function program_names_documents();

create trigger versioned before update on tracks for each row execute function versioned();

create trigger versioned before update on phases for each row execute function versioned();

create trigger leads_on before insert on phase_prerequisites for each row
    execute function phase_prerequisite_leads_on();

create trigger is_of_its_phases_track before insert or update of phase_id, track_id on groups
    for each row when (new.phase_id is not null) execute function group_is_of_its_phases_track();
create trigger versioned before update of
    practice_id, group_id, program_id, name, phase_id, track_id, capacity, open, starts_on, ends_on, recurrence,
        meets_at, minutes,
    time_zone, place, telehealth, offer_days, version, created_at on groups
    for each row execute function versioned();
create trigger is_planned_anew before update on groups for each row
    when ((old.starts_on, old.ends_on, old.recurrence, old.meets_at, old.minutes, old.time_zone)
        is distinct from (new.starts_on, new.ends_on, new.recurrence, new.meets_at, new.minutes, new.time_zone))
    execute function group_is_planned_anew();

create trigger versioned before update on closures for each row execute function versioned();
