-- Says, for this transaction, which membership of a care team is handed over: another one follows it.
create function access.say_handed_over(membership uuid) returns boolean
language sql security definer set search_path = public, access, pg_temp as $$
    select set_config('cairn.handed_over', membership::text, true) is not null
$$;
grant execute on function access.say_handed_over to cairn_server;

-- Nothing new begins for who has died or is in care no more, until the chart is open again.
create function access.chart_is_open() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare of_client uuid;
begin
    if access.word(5) in ('', 'seed.run', 'client.merge') then return new; end if;
    if tg_table_name = 'care_team_memberships' and exists (
        select from care_team_memberships m
        where m.practice_id = new.practice_id and m.client_id = (to_jsonb(new) ->> 'client_id')::uuid
          and m.membership_id = nullif(current_setting('cairn.handed_over', true), '')::uuid)
    then
        -- Whoever treats has a record to finish, or hands it over to be finished.
        return new;
    end if;
    if tg_table_name = 'invitations' then
        -- Of who works here too the sign-in is not the chart's.
        -- Who keeps the account in a pause may set another password for it.
        select a.client_id into of_client from accounts a
        where a.practice_id = new.practice_id and a.account_id = (to_jsonb(new) ->> 'account_id')::uuid
            and a.roles = '{client}'
          and not access.is_in_use(a);
    else
        of_client := (to_jsonb(new) ->> 'client_id')::uuid;
    end if;
    -- Whoever closes the chart at this moment has held it since before.
    perform from clients c where c.practice_id = new.practice_id and c.client_id = of_client for key share;
    if exists (select from clients c where c.practice_id = new.practice_id and c.client_id = of_client
        and c.status <> 'active') then
        raise exception 'client_is_not_active' using errcode = 'PC409';
    end if;
    return new;
end $$;
do $$
declare beginning text;
begin
    foreach beginning in array
        '{invitations,guardianships,couple_members,consents,homework_assignments,care_team_memberships}'::text[]
    loop
        execute format(
            'create trigger chart_is_open before insert on public.%I for each row execute function '
            'access.chart_is_open()', beginning);
    end loop;
end $$;
-- Whose inquiry is accepted is somebody in care, known or new.
create trigger chart_is_open before update on public.inquiries for each row
    when (new.state = 'accepted' and old.state <> 'accepted') execute function access.chart_is_open();
