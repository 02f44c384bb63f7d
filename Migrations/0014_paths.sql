-- A program is a path: its tracks, the phases of each, what a phase asks for before it and what ends it, and the groups
-- that walk it together.

-- What goes by columns that change here goes with them; the access files, applied anew after the migrations, make it again.
drop schema if exists access cascade;

create table tracks (
    practice_id uuid not null,
    track_id uuid not null,
    program_id uuid not null,
    name text not null constraint tracks_name_length check (char_length(name) between 1 and 60),
    description text not null default '' constraint tracks_description_length check (char_length(description) <= 4000),
    position smallint not null constraint tracks_position check (position between 1 and 1000),
    version bigint not null default 1,
    primary key (practice_id, track_id),
    foreign key (practice_id, program_id) references programs,
    constraint tracks_name_is_taken unique (practice_id, program_id, name),
    constraint tracks_are_of_a_program unique (practice_id, program_id, track_id)
);
comment on table tracks is 'For whom a path is: in SABR the person in recovery, and the partner. A client walks one track of a program at a time.';
create trigger versioned before update on tracks for each row execute function versioned();

create table phases (
    practice_id uuid not null,
    phase_id uuid not null,
    program_id uuid not null,
    track_id uuid,
    name text not null constraint phases_name_length check (char_length(name) between 1 and 60),
    description text not null default '' constraint phases_description_length check (char_length(description) <= 4000),
    exit_criteria text not null default '' constraint phases_exit_criteria_length check (char_length(exit_criteria) <= 4000),
    position smallint not null constraint phases_position check (position between 1 and 1000),
    version bigint not null default 1,
    primary key (practice_id, phase_id),
    foreign key (practice_id, program_id) references programs,
    foreign key (practice_id, program_id, track_id) references tracks (practice_id, program_id, track_id),
    constraint phases_name_is_taken unique nulls not distinct (practice_id, program_id, track_id, name),
    constraint phases_are_of_a_program unique (practice_id, program_id, phase_id)
);
comment on table phases is 'A stretch of a path. Without a track it is of the whole program.';
create trigger versioned before update on phases for each row execute function versioned();

create table phase_prerequisites (
    practice_id uuid not null,
    phase_id uuid not null,
    requires_id uuid not null,
    primary key (practice_id, phase_id, requires_id),
    foreign key (practice_id, phase_id) references phases,
    foreign key (practice_id, requires_id) references phases,
    constraint phase_prerequisites_are_other_phases check (phase_id <> requires_id)
);
comment on table phase_prerequisites is 'Which phases a client has completed before this one.';

-- The way to a phase stays in its program, and in its track where it has one, and never leads back to it. Whoever changes
-- the path of a program holds its row meanwhile: two changes that are right by themselves could close a circle together.
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
create trigger leads_on before insert on phase_prerequisites for each row execute function phase_prerequisite_leads_on();

alter table programs
    add consents text[] not null default '{}';
comment on column programs.consents is 'Kinds of consents that a seat of this program needs, besides those that the practice asks of every group.';
create function program_names_documents() returns trigger language plpgsql as $$
begin
    if exists (select from unnest(new.consents) k where not exists (
        select from consent_documents d where d.practice_id = new.practice_id and d.kind = k and not d.of_couple))
    then
        raise exception 'no_such_kind' using errcode = 'PC422', column = 'consents';
    end if;
    return new;
end $$;
create trigger names_documents before insert or update of consents on programs
    for each row when (new.consents <> '{}') execute function program_names_documents();

alter table groups
    add phase_id uuid,
    add track_id uuid,
    add every_weeks smallint not null default 1 constraint groups_every_weeks check (every_weeks between 1 and 8),
    add telehealth boolean not null default false,
    add offer_days smallint not null default 7 constraint groups_offer_days check (offer_days between 1 and 60);
comment on column groups.every_weeks is '1 is weekly, 2 is fortnightly, counted from the first meeting day on or after starts_on.';
comment on column groups.offer_days is 'For how many days an offered seat is kept.';

-- What was a word is a row now. The owner of the tables passes by their policies only while they are not forced.
alter table groups no force row level security;
insert into tracks (practice_id, track_id, program_id, name, position)
select practice_id, uuid_v7(now()), program_id, track, row_number() over (partition by practice_id, program_id order by track)
from (select distinct practice_id, program_id, track from groups where track is not null) t;
insert into phases (practice_id, phase_id, program_id, track_id, name, position)
select p.practice_id, uuid_v7(now()), p.program_id, t.track_id, p.phase,
    row_number() over (partition by p.practice_id, p.program_id, t.track_id order by p.phase)
from (select distinct practice_id, program_id, track, phase from groups where phase is not null) p
    left join tracks t on t.practice_id = p.practice_id and t.program_id = p.program_id and t.name = p.track;
update groups g set version = g.version + 1,
    track_id = (select t.track_id from tracks t where t.practice_id = g.practice_id and t.program_id = g.program_id and t.name = g.track),
    phase_id = (select f.phase_id from phases f left join tracks t using (practice_id, track_id)
                where f.practice_id = g.practice_id and f.program_id = g.program_id and f.name = g.phase and t.name is not distinct from g.track)
where g.phase is not null or g.track is not null;
alter table groups force row level security;
alter table groups
    drop phase, drop track,
    add foreign key (practice_id, program_id, track_id) references tracks (practice_id, program_id, track_id),
    add foreign key (practice_id, program_id, phase_id) references phases (practice_id, program_id, phase_id);

-- The track of a group is that of its phase, where the phase has one.
create function group_is_of_its_phases_track() returns trigger language plpgsql as $$
declare of_phase uuid;
begin
    select f.track_id into of_phase from phases f where f.practice_id = new.practice_id and f.phase_id = new.phase_id;
    if of_phase is null then return new; end if;
    if new.track_id is not null and new.track_id <> of_phase and (tg_op = 'INSERT' or new.track_id is distinct from old.track_id) then
        raise exception 'track_is_not_of_the_phase' using errcode = 'PC422', column = 'track_id';
    end if;
    new.track_id := of_phase;
    return new;
end $$;
create trigger is_of_its_phases_track before insert or update of phase_id, track_id on groups
    for each row when (new.phase_id is not null) execute function group_is_of_its_phases_track();

alter table group_facilitators
    add role text not null default 'facilitator'
        constraint group_facilitators_role check (role in ('facilitator', 'co_facilitator', 'substitute'));
