-- Handing a client or a couple over: the membership that ends names the one that follows it.
alter table care_team_memberships
    add column successor_id uuid,
    add column hand_over_reason text constraint care_team_memberships_hand_over_reason_length
        check (char_length(hand_over_reason) between 1 and 500),
    add foreign key (practice_id, successor_id) references care_team_memberships,
    add constraint care_team_memberships_successor_follows_an_end check (successor_id is null or ended_at is not null);
comment on column care_team_memberships.successor_id is 'To whom it was handed over, on the day on which it ended.';
create index care_team_memberships_by_successor on care_team_memberships (practice_id, successor_id) where successor_id is not null;
