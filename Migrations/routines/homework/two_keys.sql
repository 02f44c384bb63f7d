-- A couple's homework: what one partner's row must keep depends on the other's, which the request may not see.

-- The partner's piece beside the caller's own, once both have submitted and both have agreed to share; else null, and
-- null again when the couple has ended.
create function access.partner_homework(homework uuid) returns uuid
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select theirs.homework_id
    from homework mine join homework theirs using (practice_id, assignment_id, occurrence, couple_id)
        join couples c using (practice_id, couple_id)
    where mine.practice_id = access.practice() and mine.homework_id = partner_homework.homework
      and mine.client_id = access.own_client() and theirs.client_id <> mine.client_id
      and access.both_keys_are_turned(mine, theirs)
      and access.goes_on(c.during, access.today());
end;
grant execute on function access.partner_homework to cairn_server;

-- When the caller and the partner first opened a piece to each other; null where they have not.
create function access.first_shared_together() returns timestamptz
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select min(greatest(mine.shared_at, theirs.shared_at))
    from homework mine join homework theirs using (practice_id, assignment_id, occurrence, couple_id)
    where mine.practice_id = access.practice() and mine.client_id = access.own_client()
        and theirs.client_id <> mine.client_id
      and access.both_keys_are_turned(mine, theirs);
end;
grant execute on function access.first_shared_together to cairn_server;

-- Holds the couple and both partners' pieces of a due date until the end of the transaction: the couple first, then the
-- pieces by their ids, whoever comes. To be asked before anything of them is locked or judged, by whoever turns a key
-- or turns it back, takes an answer back, returns it or withdraws it: so of two of them one waits here, with nothing in
-- its hands that the other could wait for. Of homework that is no couple's it holds nothing.
create function access.hold_both_pieces(homework uuid) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare mine homework;
begin
    select * into mine from homework h
    where h.practice_id = access.practice() and h.homework_id = hold_both_pieces.homework
      and h.couple_id is not null and h.client_id = any (access.clients())
      and access.action() in ('homework.submit', 'homework.share', 'homework.review', 'homework.withdraw');
    if not found then
        return;
    end if;
    perform from couples c where c.practice_id = mine.practice_id and c.couple_id = mine.couple_id for share;
    perform from homework h
    where h.practice_id = mine.practice_id and h.assignment_id = mine.assignment_id and h.occurrence = mine.occurrence
    order by h.homework_id for no key update;
end $$;
grant execute on function access.hold_both_pieces to cairn_server;

-- Both open at the same moment, and nobody edits after hearing the other: what both partners have opened is neither
-- closed again nor returned for rework; and after its end a couple opens nothing more. (The counselor may withdraw what
-- they have opened: that closes both pieces for both of them, and for good.)
--
-- The locks are those of access.hold_both_pieces, which the server has asked for by now. They are taken here once more,
-- so that the rule holds for whoever changes a row without having asked: that one may be undone by a deadlock, but
-- never reads what the partner takes back. Each query sees what was committed while the one before it waited.
create function access.keys_turn_one_by_one() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform from couples c where c.practice_id = old.practice_id and c.couple_id = old.couple_id for share;
    perform from homework theirs
    where theirs.practice_id = old.practice_id and theirs.assignment_id = old.assignment_id
      and theirs.occurrence = old.occurrence and theirs.homework_id <> old.homework_id
    for no key update;
    if access.key_is_turned(new) then
        if exists (select from couples c where c.practice_id = old.practice_id and c.couple_id = old.couple_id
                   and (c.ended_at is not null or not access.goes_on(c.during, access.today())))
        then
            raise exception 'couple_has_ended' using errcode = 'PC409';
        end if;
    elsif new.state <> 'withdrawn' and exists (
        select from homework theirs
        where theirs.practice_id = old.practice_id and theirs.assignment_id = old.assignment_id
          and theirs.occurrence = old.occurrence and theirs.client_id <> old.client_id
          and access.key_is_turned(theirs))
    then
        raise exception 'already_opened' using errcode = 'PC409';
    end if;
    return new;
end $$;
create trigger keys_turn_one_by_one before update on public.homework for each row
    when (old.couple_id is not null
          and access.key_is_turned(old) <> access.key_is_turned(new))
    execute function access.keys_turn_one_by_one();
