-- A merge, or its reversal, moves a row between the two charts and changes nothing else of it. Only the merge's own
-- function runs as cairn_access and may write here, and only between the two charts of a merge that is written down.
create function moves_with_its_client(was jsonb, now jsonb) returns boolean language plpgsql stable as $$
begin
    return current_user = 'cairn_access'
        and was - '{client_id,version}'::text[] = now - '{client_id,version}'::text[]
        and exists (
            select from public.client_merges m
            where m.practice_id = (now ->> 'practice_id')::uuid
              and (m.survivor_id = (now ->> 'client_id')::uuid and m.duplicate_id = (was ->> 'client_id')::uuid
                   or m.duplicate_id = (now ->> 'client_id')::uuid and m.survivor_id = (was ->> 'client_id')::uuid));
end $$;
