-- Consents: who may sign what, and what depends on it. All of it looks further than a request may see.

-- A request is for the newest text of its kind, and for the couple of which the client is a part where the kind is a
-- couple's. Taking somebody into care asks for nothing that is in force already.
create function access.consent_is_requested() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare newest record; today date;
begin
    select d.of_couple, v.consent_version_id, v.text_hash into newest
    from consent_documents d join consent_versions v using (practice_id, document_id)
    where d.practice_id = new.practice_id and d.kind = new.kind order by v.number desc limit 1;
    if not found then
        raise exception 'no_such_kind' using errcode = 'PC422', column = 'kind';
    end if;
    new.consent_version_id := newest.consent_version_id;
    new.text_hash := newest.text_hash;
    if newest.of_couple then
        select (new.requested_at at time zone t.time_zone)::date into today from practices t
            where t.practice_id = new.practice_id;
        select m.couple_id, u.confidentiality into new.couple_id, new.confidentiality
        from couple_members m join couples u using (practice_id, couple_id)
        where m.practice_id = new.practice_id and m.client_id = new.client_id and m.during @> today;
        if not found then
            raise exception 'not_in_a_couple' using errcode = 'PC409';
        end if;
    else
        new.couple_id := null;
        new.confidentiality := null;
    end if;
    if access.action() = 'inquiry.change'
        and access.consent_in_force(new.practice_id, new.client_id, new.couple_id, new.kind, new.requested_at)
    then
        return null;
    end if;
    return new;
end $$;
-- A merge asks for nothing: its reversal puts back what was asked for.
create trigger requested before insert on public.consents for each row
    when (access.action() is distinct from 'client.merge') execute function access.consent_is_requested();

-- The one answer to "is this consent in force?". A couple's kind is asked for a couple, and holds for that couple
-- alone, and for the confidentiality that it has chosen.
create function access.consent_in_force(practice uuid, client uuid, couple uuid, kind text, at timestamptz)
    returns boolean
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select exists (
        select from consents c join clients p using (practice_id, client_id) join practices t using (practice_id)
            left join couples u on u.practice_id = c.practice_id and u.couple_id = c.couple_id
        where c.practice_id = consent_in_force.practice and c.client_id = consent_in_force.client
          and c.kind = consent_in_force.kind and (c.couple_id is null or c.couple_id = consent_in_force.couple)
          and c.confidentiality is not distinct from u.confidentiality
          and consent_state(c.state, c.expires_on, c.by_guardians, p.born_from,
              (consent_in_force.at at time zone t.time_zone)::date) = 'signed');
end;

-- Which kinds the practice requires of a client for something and does not have.
create function access.consents_missing(practice uuid, client uuid, couple uuid, audience text, at timestamptz)
    returns text[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(
        select k from consent_packets p, unnest(p.required) k
        where p.practice_id = consents_missing.practice and p.audience = consents_missing.audience
          and not access.consent_in_force(consents_missing.practice, client, couple, k, at));
end;

-- Who may be a minor still, by the year or the month of birth, is one: guardians' consent is asked for, and what they
-- have given holds only as long as the client surely is a minor.
create function access.is_minor(practice uuid, client uuid, at timestamptz) returns boolean
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select coalesce(is_under_age(c.born_until, (is_minor.at at time zone t.time_zone)::date), false)
    from clients c join practices t using (practice_id) where c.practice_id = is_minor.practice
        and c.client_id = is_minor.client;
end;

create function access.is_surely_minor(practice uuid, client uuid, at timestamptz) returns boolean
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select coalesce(is_under_age(c.born_from, (is_surely_minor.at at time zone t.time_zone)::date), false)
    from clients c join practices t using (practice_id)
    where c.practice_id = is_surely_minor.practice and c.client_id = is_surely_minor.client;
end;

-- Who is treated has agreed, or for a minor the guardians have (A.R.S. 36-2272), where the practice's rule says so.
create function access.treatment_consents_missing(practice uuid, client uuid, at timestamptz) returns text[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select access.consents_missing(practice, client, null, case when access.is_minor(practice, client, at) then 'minor'
        else 'adult' end, at);
end;

create function access.refuse_for_consents(missing text[]) returns void language plpgsql as $$
begin
    if cardinality(missing) > 0 then
        raise exception 'consent_missing' using errcode = 'PC409',
            constraint = array_to_string(array(select distinct k from unnest(missing) k order by k), ', ');
    end if;
end $$;

-- A note on a client or on a couple; that of a group is for members, whose consents were asked for with the seat.
create function access.note_has_consents() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.refuse_for_consents(case new.kind
        when 'individual' then access.treatment_consents_missing(new.practice_id, new.client_id, new.created_at)
        else array(select k from couple_members m,
                       unnest(access.consents_missing(m.practice_id, m.client_id, m.couple_id, 'partner',
                           new.created_at)) k
                   where m.practice_id = new.practice_id and m.couple_id = new.couple_id) end);
    return new;
end $$;
create trigger has_consents before insert on public.progress_notes
    for each row when (new.kind in ('individual', 'couple')) execute function access.note_has_consents();

-- Homework given to one client is treatment too.
create function access.homework_has_consents() returns trigger
language plpgsql security definer set search_path = public, access, pg_temp as $$
begin
    perform access.refuse_for_consents(access.treatment_consents_missing(new.practice_id, new.client_id,
        new.assigned_at));
    return new;
end $$;
create trigger has_consents before insert on public.homework_assignments
    for each row when (new.client_id is not null) execute function access.homework_has_consents();

-- The caller's own signature on a consent that has not been taken back, or null.
create function access.own_signature(consent uuid) returns uuid language sql stable as $$
    select s.signature_id from public.consent_signatures s
    where s.practice_id = access.practice() and s.consent_id = consent and s.account_id = access.account()
      and not exists (select from public.consent_revocations r where r.practice_id = s.practice_id
          and r.signature_id = s.signature_id)
$$;

-- The consent that a request to sign or revoke is about, under a lock: guardians who sign at once go one after the
-- other.
create function access.consent_at_hand(consent uuid, action text) returns public.consents
language plpgsql as $$
declare c public.consents;
begin
    select * into c from public.consents t
    where t.practice_id = access.practice() and t.consent_id = consent and t.client_id = any (access.clients())
      and access.action() = consent_at_hand.action
    for update;
    if not found then
        raise exception 'not_found' using errcode = 'PC404';
    end if;
    return c;
end $$;

create function access.state_of(c public.consents) returns text language sql stable as $$
    select public.consent_state((c).state, (c).expires_on, (c).by_guardians, p.born_from, access.today())
    from public.clients p where p.practice_id = (c).practice_id and p.client_id = (c).client_id
$$;

-- Signs for oneself, or as guardian for a minor. With the last signature that the practice's rule asks for, it is in
-- force. To sign again is harmless.
create function access.sign_consent(consent uuid, hash bytea, signature uuid, address bytea, at timestamptz)
    returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare c consents; state text; guardian uuid; minor boolean; is_whole boolean;
begin
    c := access.consent_at_hand(consent, 'consent.sign');
    if c.text_hash <> hash then
        raise exception 'another_text' using errcode = 'PC422', column = 'text_hash';
    end if;
    state := access.state_of(c);
    if state in ('revoked', 'expired') or (state = 'signed' and access.own_signature(consent) is null) then
        raise exception 'consent_is_%', state using errcode = 'PC409';
    elsif access.own_signature(consent) is not null then
        return;
    end if;
    minor := access.is_minor(c.practice_id, c.client_id, at);
    if access.role() = 'client' and minor and not access.is_surely_minor(c.practice_id, c.client_id, at) then
        raise exception 'birth_day_needed' using errcode = 'PC409';
    elsif access.role() = 'client' and minor then
        raise exception 'guardian_signs' using errcode = 'PC409';
    elsif access.role() = 'guardian' then
        select r.guardian_id into guardian from guardians g join guardianships r using (practice_id, guardian_id)
        where g.practice_id = c.practice_id and g.account_id = access.account() and r.client_id = c.client_id
          and r.during @> access.today() and 'consent' = any (r.scopes) and minor;
        if not found then
            raise exception 'not_in_scope' using errcode = '42501';
        end if;
    end if;
    insert into consent_signatures (practice_id, signature_id, consent_id, client_id, account_id, guardian_id,
        capacity, signer_name, text_hash, address, signed_at)
    select c.practice_id, signature, c.consent_id, c.client_id, a.account_id, guardian,
        case when guardian is null then 'self' else 'guardian' end, a.name, hash, sign_consent.address, at
    from accounts a where a.practice_id = c.practice_id and a.account_id = access.account();
    is_whole := guardian is null
        or exists (select from consent_packets p where p.practice_id = c.practice_id and p.audience = 'minor'
            and p.guardians = 'one')
        or not exists (
            select from guardianships r
            where r.practice_id = c.practice_id and r.client_id = c.client_id and r.during @> access.today()
                and 'consent' = any (r.scopes)
              and not exists (
                select from consent_signatures s left join consent_revocations v using (practice_id, signature_id)
                where s.practice_id = c.practice_id and s.consent_id = c.consent_id and s.guardian_id = r.guardian_id
                  and v.signature_id is null));
    if is_whole then
        update consents t set state = 'signed', signed_at = at, by_guardians = guardian is not null,
            version = c.version + 1,
            expires_on = (select (access.today() + make_interval(months => v.valid_months))::date
                from consent_versions v
                          where v.practice_id = c.practice_id and v.consent_version_id = c.consent_version_id)
        where t.practice_id = c.practice_id and t.consent_id = c.consent_id;
    end if;
end $$;
grant execute on function access.sign_consent to cairn_server;

-- Whose signature a minor's consent waits for, for who asked for it: a guardian is not told about the other.
create function access.guardians_awaited(consent uuid) returns text[]
language sql stable security definer set search_path = public, access, pg_temp
begin atomic
    select array(
        select g.name
        from consents c join clients p using (practice_id, client_id)
            join guardianships r using (practice_id, client_id)
            join guardians g using (practice_id, guardian_id)
        where c.practice_id = access.practice() and c.consent_id = guardians_awaited.consent and c.state = 'requested'
          and (access.whole() or c.client_id = any (access.clients())) and access.shows('signers')
          and r.during @> access.today() and 'consent' = any (r.scopes)
          and public.is_under_age(p.born_from, access.today())
          and not exists (
            select from consent_signatures s left join consent_revocations v using (practice_id, signature_id)
            where s.practice_id = c.practice_id and s.consent_id = c.consent_id and s.guardian_id = g.guardian_id
              and v.signature_id is null)
        order by g.name);
end;
grant execute on function access.guardians_awaited to cairn_server;

-- Takes one's own signature back. A consent that was in force is so no longer; one that waits for others waits again.
create function access.revoke_consent(consent uuid, address bytea, at timestamptz) returns void
language plpgsql security definer set search_path = public, access, pg_temp as $$
declare c consents; signature uuid; state text;
begin
    c := access.consent_at_hand(consent, 'consent.revoke');
    signature := access.own_signature(consent);
    if signature is null then
        if exists (select from consent_revocations r where r.practice_id = c.practice_id and r.consent_id = c.consent_id
                                                       and r.account_id = access.account())
        then
            return;
        end if;
        raise exception 'not_signed_by_you' using errcode = 'PC409';
    end if;
    state := access.state_of(c);
    if state in ('revoked', 'expired') then
        raise exception 'consent_is_%', state using errcode = 'PC409';
    end if;
    insert into consent_revocations (practice_id, signature_id, consent_id, client_id, account_id, address, revoked_at)
    values (c.practice_id, signature, c.consent_id, c.client_id, access.account(), revoke_consent.address, at);
    if c.state = 'signed' then
        update consents t set state = 'revoked', revoked_at = at, version = c.version + 1
        where t.practice_id = c.practice_id and t.consent_id = c.consent_id;
    end if;
end $$;
grant execute on function access.revoke_consent to cairn_server;
