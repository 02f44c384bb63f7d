-- Attachments: what follows from a submission that was taken back, and from an upload that nobody finished.

-- What only a submission that was taken back has shown is its author's alone again.
create function access.hide_attachments_taken_back() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    with hidden as (
        update attachments a set handed_in_with = null
        where a.practice_id = new.practice_id and a.homework_id = new.homework_id and a.handed_in_with = new.number
        returning a.practice_id, a.attachment_id)
    update attachment_chunks c set handed_in = false
    from hidden h
    where c.practice_id = h.practice_id and c.attachment_id = h.attachment_id;
    return null;
end $$;
create trigger hide_attachments after update of withdrawn_at on public.homework_answers for each row
    when (old.withdrawn_at is null and new.withdrawn_at is not null and new.number > 0)
    execute function access.hide_attachments_taken_back();

-- Removes uploads that were begun a week ago and are not complete. An upload that is at work meanwhile is left alone.
create function access.remove_unfinished_attachments(at timestamptz, request uuid, proof bytea) returns int
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare practice_ids uuid[]; client_ids uuid[];
begin
    with gone as (
        delete from attachments a
        using (select u.practice_id, u.attachment_id from attachments u
               where u.completed_at is null and u.created_at < at - interval '7 days'
               limit 500 for update skip locked) as old
        where a.practice_id = old.practice_id and a.attachment_id = old.attachment_id
        returning a.practice_id, a.client_id)
    select array_agg(g.practice_id), array_agg(g.client_id) into practice_ids, client_ids from gone g;
    perform access.note_work(practice_ids, client_ids, 'attachment.expire', at, request, proof);
    return coalesce(cardinality(client_ids), 0);
end $$;
grant execute on function access.remove_unfinished_attachments to cairn_worker;
