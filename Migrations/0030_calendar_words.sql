-- What calendars say of meetings.

alter table groups add calendar_word text
    constraint groups_calendar_word_length check (char_length(calendar_word) between 1 and 40);
comment on column groups.calendar_word is 'What its meetings are called in the calendars of those who lead it; null: by a word that says nothing.';
alter table meetings add changed_at timestamptz not null default now();
comment on column meetings.changed_at is 'When it was made or last changed, for calendars: set by a trigger.';
