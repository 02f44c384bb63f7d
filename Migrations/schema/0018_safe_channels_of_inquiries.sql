-- How it is safe to reach whoever asks for help, as they say themselves: it goes into the chart that comes of it.
alter table inquiries add column safe_channels text[] not null default '{}'
    constraint inquiries_safe_channels check (safe_channels <@ '{phone,text,email,mail}');
comment on column inquiries.safe_channels is 'As who asks has said; empty: nothing was said, so nothing is safe.';
