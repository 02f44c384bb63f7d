-- What a chart, and what ends with it, keep of days and states that were.

alter table chart_closings
    add column status_before text not null default 'active' constraint chart_closings_status_before
        check (status_before in ('active', 'inactive')),
    add column taken_back_at timestamptz
        constraint chart_closings_only_a_death_is_taken_back check (taken_back_at is null or cause = 'died');
comment on column chart_closings.status_before is
    'What the chart was before: when a death is taken back, it is so again.';
comment on column chart_closings.taken_back_at is
    'When it was said that nobody had died, and that the client has left: what ended comes back when the chart is '
    'open again.';

alter table couples add column empty_on date
    constraint couples_day_only_of_an_empty_span check (empty_on is null or isempty(during));
comment on column couples.empty_on is
    'Of a span that is empty, since it ended on the day on which it began: that day.';
alter table guardianships add column empty_on date
    constraint guardianships_day_only_of_an_empty_span check (empty_on is null or isempty(during));
comment on column guardianships.empty_on is
    'Of a span that is empty, since it ended on the day on which it began: that day.';
alter table guardianship_history add column empty_on date
    constraint guardianship_history_day_only_of_an_empty_span check (empty_on is null or isempty(during));
comment on column guardianship_history.empty_on is
    'Of a span that was empty, since it had ended on the day on which it began: that day.';
alter table care_team_memberships add column empty_on date
    constraint care_team_memberships_day_only_of_an_empty_span check (empty_on is null or isempty(during));
comment on column care_team_memberships.empty_on is
    'Of a span that is empty, since it ended on the day on which it began: that day.';
