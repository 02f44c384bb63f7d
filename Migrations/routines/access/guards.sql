-- Rules that a row must keep and that look further than the request may see.

-- Who may change contact only, changes contact only.
create function access.identity_is_shown() returns trigger language plpgsql as $$
-- generated, and not yet known here
declare untold constant text[] := '{version,family_key,given_key,preferred_key,name_key,born_from,born_until}';
begin
    if not access.shows('identity') and (to_jsonb(new) - untold) <> (to_jsonb(old) - untold) then
        raise exception 'identity_not_yours_to_change' using errcode = '42501';
    end if;
    return new;
end $$;
grant execute on function access.identity_is_shown to cairn_server, cairn_worker;
create trigger identity_is_shown before update on public.clients for each row
    execute function access.identity_is_shown();

-- Held by whoever may end an owner, before any account is (decision 0025): of two owners who give it up at once, or of
-- each other, the second finds what the first left.
create function access.hold_owners(account uuid) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if access.action() = 'staff.change' and exists (
        select from accounts a
        where a.practice_id = access.practice() and a.account_id = account and 'owner' = any (a.roles))
    then
        perform from practices p where p.practice_id = access.practice() for no key update;
    end if;
end $$;
grant execute on function access.hold_owners to cairn_server;

-- Only an owner makes, unmakes or disables an owner, and a practice keeps at least one.
create function access.owner_role_is_the_owners() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if (('owner' = any (new.roles)) <> (tg_op = 'UPDATE' and 'owner' = any (old.roles))
            or (tg_op = 'UPDATE' and 'owner' = any (old.roles) and new.disabled_at is distinct from old.disabled_at))
        and access.role() not in ('owner', 'worker')
    then
        raise exception 'owner_role_not_yours_to_give' using errcode = '42501';
    end if;
    if tg_op = 'UPDATE' and 'owner' = any (old.roles) and old.disabled_at is null
        and not ('owner' = any (new.roles) and new.disabled_at is null)
    then
        perform from practices p where p.practice_id = new.practice_id for no key update;
        if not exists (select from accounts a where a.practice_id = new.practice_id and a.account_id <> new.account_id
                       and 'owner' = any (a.roles) and a.disabled_at is null)
        then
            raise exception 'practice_needs_an_owner' using errcode = 'PC409';
        end if;
    end if;
    return new;
end $$;
create trigger owner_role_is_the_owners before insert or update on public.accounts
    for each row execute function access.owner_role_is_the_owners();

-- Whom an inquiry is assigned to moves its state, takes answers to questionnaires and takes note of a risk; nothing
-- else of it.
create function access.assignment_is_shown() returns trigger language plpgsql as $$
declare moving constant text[] :=
    '{state,state_since,reason,reason_code,risk_raised_at,risk_acknowledged_at,risk_acknowledged_by,version}';
begin
    if not access.shows('assignment') and (to_jsonb(new) - moving) <> (to_jsonb(old) - moving) then
        raise exception 'inquiry_not_yours_to_assign' using errcode = '42501';
    end if;
    return new;
end $$;
grant execute on function access.assignment_is_shown to cairn_server, cairn_worker;
create trigger assignment_is_shown before update on public.inquiries for each row
    execute function access.assignment_is_shown();

-- What a couple agreed on about confidences is changed by who treats the couple.
create function access.confidentiality_is_shown() returns trigger language plpgsql as $$
begin
    if not access.shows('confidentiality') then
        raise exception 'confidentiality_not_yours_to_change' using errcode = '42501';
    end if;
    return new;
end $$;
grant execute on function access.confidentiality_is_shown to cairn_server, cairn_worker;
create trigger confidentiality_is_shown before update on public.couples for each row
    when (new.confidentiality <> old.confidentiality) execute function access.confidentiality_is_shown();
-- A changed role, and a disabled account, work from the next request on: the copies that the door reads follow at once.
create function access.sign_ins_follow_account() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update sign_ins s set
        roles = new.roles, client_id = new.client_id,
        ended_at = case when new.disabled_at is not null then coalesce(s.ended_at, new.disabled_at) else s.ended_at end
    where s.practice_id = new.practice_id and s.account_id = new.account_id and s.ended_at is null;
    return null;
end $$;
create trigger sign_ins_follow after update on public.accounts for each row
    when ((old.roles, old.client_id, old.disabled_at) is distinct from (new.roles, new.client_id, new.disabled_at))
    execute function access.sign_ins_follow_account();

create function access.sign_ins_follow_practice() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    update sign_ins s set time_zone = new.time_zone where s.practice_id = new.practice_id and s.ended_at is null;
    return null;
end $$;
create trigger sign_ins_follow after update of time_zone on public.practices
    for each row execute function access.sign_ins_follow_practice();

-- A note written as an intern is final only when cosigned. The role is the proven one, not one the server claims.
create function access.intern_needs_cosignature() returns trigger language plpgsql as $$
begin
    new.needs_cosignature := access.role() = 'intern';
    return new;
end $$;
grant execute on function access.intern_needs_cosignature to cairn_server, cairn_worker;
create trigger intern_needs_cosignature before insert on public.progress_notes
    for each row execute function access.intern_needs_cosignature();

-- Who gives homework, or takes it back, has no need of the answers, and the worker has none.
create function access.sees_answers() returns boolean language sql stable parallel safe
return access.shows('answers') and access.action() not in ('homework.assign', 'homework.withdraw', 'homework.plan',
    'homework.remind', 'homework.digest');
grant execute on function access.sees_answers to cairn_server, cairn_worker;

-- Who makes a couple puts together the care team of that couple, and of nobody else.
create function access.care_team_of_the_new_couple() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    if access.action() = 'couple.create' and not access.whole() and not exists (
        select from couples c where c.practice_id = new.practice_id and c.couple_id = new.couple_id
                               and c.xmin = pg_current_xact_id()::xid)
    then
        raise exception 'care_team_not_yours_to_change' using errcode = '42501';
    end if;
    return new;
end $$;
create trigger care_team_of_the_new_couple before insert on public.care_team_memberships
    for each row execute function access.care_team_of_the_new_couple();

-- An addendum is its author's, to the author's own signed note, and lies in the chart of that note.
create function access.addendum_belongs_to_its_note() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare note progress_notes;
begin
    select * into note from progress_notes n where n.practice_id = new.practice_id and n.note_id = new.note_id;
    if note.author_id is distinct from new.author_id
        or (note.client_id, note.couple_id, note.group_id) is distinct from (new.client_id, new.couple_id, new.group_id)
    then
        raise exception 'note_not_yours_to_amend' using errcode = '42501';
    elsif note.state = 'draft' then
        raise exception 'note_is_a_draft' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger belongs_to_its_note before insert on public.note_addenda
    for each row execute function access.addendum_belongs_to_its_note();
