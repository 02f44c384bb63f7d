-- The hash is the database's: nobody can publish one text under the hash of another.
create function consent_version_is_hashed() returns trigger language plpgsql as $$
begin
    new.text_hash := sha256(convert_to(new.body, 'UTF8'));
    return new;
end $$;

create function consent_packet_names_documents() returns trigger language plpgsql as $$
declare unknown text;
begin
    select k into unknown from unnest(new.kinds) k
    where not exists (select from consent_documents d where d.practice_id = new.practice_id and d.kind = k
                      and (new.audience = 'partner' or not d.of_couple)) limit 1;
    if found then
        raise exception 'no_such_kind' using errcode = 'PC422', column = 'kinds';
    end if;
    return new;
end $$;

-- Every practice has a rule for each audience; an empty one asks for nothing.
create function practice_has_consent_packets() returns trigger language plpgsql as $$
begin
    insert into consent_packets (practice_id, audience)
    select new.practice_id, audience from unnest('{adult,minor,partner,group}'::text[]) audience;
    return null;
end $$;

-- requested -> signed -> revoked | expired. What was asked never changes, and what was signed even less.
create function consent_state_follows() returns trigger language plpgsql as $$
declare moving constant text[] := '{state,version,signed_at,by_guardians,expires_on,revoked_at,expired_at}';
begin
    if tg_op = 'DELETE'
        or (to_jsonb(new) - moving) <> (to_jsonb(old) - moving)
        or (old.state <> 'requested' and (new.signed_at, new.by_guardians, new.expires_on)
                is distinct from (old.signed_at, old.by_guardians, old.expires_on))
    then
        raise exception 'never_changes' using errcode = 'PC409';
    elsif not (case old.state when 'requested' then new.state = 'signed'
                              when 'signed' then new.state in ('revoked', 'expired')
                              else false end)
    then
        raise exception 'consent_state_does_not_follow' using errcode = 'PC409';
    end if;
    return new;
end $$;

create function consent_is_kept() returns trigger language plpgsql as $$
begin
    if current_user = 'cairn_access' and old.state = 'requested' then return old; end if;
    raise exception 'never_changes' using errcode = 'PC409';
end $$;

create trigger has_consent_packets after insert on practices for each row
    execute function practice_has_consent_packets();

create trigger never_changes before update or delete on consent_documents for each row execute function never_changes();

create trigger hashed before insert on consent_versions for each row execute function consent_version_is_hashed();
create trigger never_changes before update or delete on consent_versions for each row execute function never_changes();

create trigger versioned before update on consent_packets for each row execute function versioned();
create trigger names_documents before insert or update on consent_packets
    for each row execute function consent_packet_names_documents();

create trigger versioned before update on consents for each row execute function versioned();
create trigger state_follows before update on consents for each row
    when (old.client_id = new.client_id) execute function consent_state_follows();
create trigger moves before update on consents for each row
    when (old.client_id <> new.client_id) execute function never_changes_but_its_client();
create trigger is_kept before delete on consents for each row execute function consent_is_kept();

create trigger never_changes before update or delete on consent_signatures
    for each row execute function never_changes_but_its_client();

create trigger never_changes before update or delete on consent_revocations
    for each row execute function never_changes_but_its_client();
