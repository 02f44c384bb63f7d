create function sign_in_copies() returns trigger language plpgsql as $$
begin
    select a.roles, a.client_id, p.time_zone into strict new.roles, new.client_id, new.time_zone
    from public.accounts a join public.practices p using (practice_id)
    where a.practice_id = new.practice_id and a.account_id = new.account_id;
    return new;
end $$;

create trigger versioned before update on practices for each row execute function versioned();

create trigger versioned before update on accounts for each row execute function versioned();

create trigger copies before insert on sign_ins for each row execute function sign_in_copies();
