-- A group's leader proposes somebody by what the leader knows; the desk looks who that is and places them. So the leader
-- learns nothing of people that the leader does not see, not even whether the practice knows them.

alter table tasks
    alter column client_id drop not null,
    add group_id uuid,
    add proposed_by uuid,
    add proposal bytea,
    add foreign key (practice_id, group_id) references groups,
    add foreign key (practice_id, proposed_by) references accounts,
    drop constraint tasks_kind,
    add constraint tasks_kind check (kind in ('renew_consents', 'offer_own_sign_in', 'offer_seat', 'place_proposed')),
    add constraint tasks_are_about_a_client_or_a_proposal check (
        case kind when 'place_proposed' then client_id is null and num_nulls(group_id, proposed_by, proposal) = 0
                  else client_id is not null and num_nonnulls(group_id, proposed_by, proposal) = 0 end);
comment on column tasks.proposal is 'Sealed: whom the leader of a group proposes for a seat, in the leader''s words. Whether that is a client is not known here.';
