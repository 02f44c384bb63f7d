-- What a chart, and what ends with it, keep of days and states that were.

alter table chart_closings
    add column status_before text not null default 'active' constraint chart_closings_status_before
        check (status_before in ('active', 'inactive'));
comment on column chart_closings.status_before is
    'What the chart was before: when a death is taken back, it is so again.';

alter table couples add column empty_on date
    constraint couples_empty_on_a_day check ((empty_on is not null) <= isempty(during));
comment on column couples.empty_on is
    'Of a span that is empty, since it ended on the day on which it began: that day.';
alter table guardianships add column empty_on date
    constraint guardianships_empty_on_a_day check ((empty_on is not null) <= isempty(during));
comment on column guardianships.empty_on is
    'Of a span that is empty, since it ended on the day on which it began: that day.';
alter table care_team_memberships add column empty_on date
    constraint care_team_memberships_empty_on_a_day check ((empty_on is not null) <= isempty(during));
comment on column care_team_memberships.empty_on is
    'Of a span that is empty, since it ended on the day on which it began: that day.';
