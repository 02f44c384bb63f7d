create table risk_words (
    practice_id uuid not null references practices,
    words text[] not null constraint risk_words_are_few check (cardinality(words) <= 500),
    changed_at timestamptz not null,
    version bigint not null default 1,
    primary key (practice_id)
);
comment on table risk_words is
    'Words that raise a risk record where a client writes them. No row: the words that a new practice begins with.';

create table risk_records (
    practice_id uuid not null,
    risk_id uuid not null,
    homework_id uuid not null,
    number int not null constraint risk_records_number check (number > 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    sources text[] not null constraint risk_records_have_sources check (cardinality(sources) between 1 and 100),
    detail bytea,
    raised_at timestamptz not null,
    assessed_at timestamptz,
    outcome text constraint risk_records_outcome check (outcome in ('no_concern', 'watch', 'acted')),
    version bigint not null default 1,
    taken_back_at timestamptz,
    primary key (practice_id, risk_id),
    constraint risk_records_once_per_submission unique (practice_id, homework_id, number),
    foreign key (practice_id, homework_id) references homework,
    foreign key (practice_id, client_id) references clients,
    constraint risk_records_assessed_with_outcome check ((assessed_at is null) = (outcome is null))
);
comment on table risk_records is
    'That a submission may speak of danger. For the professionals who may read the answers; never for clients, '
    'guardians, partners or the desk.';
comment on column risk_records.sources is
    '`word`, or `item/…` with the key of a question; `item` alone once it was taken back. Which words is in the '
    'detail, encrypted.';
comment on column risk_records.taken_back_at is
    'When the client took back the submission that raised it. What it said goes with it, unless somebody had '
    'assessed it by then.';
create index risk_records_open on risk_records (practice_id, raised_at, risk_id) where assessed_at is null;
create index risk_records_by_client on risk_records (practice_id, client_id, raised_at);

create table risk_assessments (
    practice_id uuid not null,
    assessment_id uuid not null,
    risk_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    assessed_by uuid not null,
    assessed_at timestamptz not null,
    outcome text not null constraint risk_assessments_outcome check (outcome in ('no_concern', 'watch', 'acted')),
    note bytea,
    reported_to bytea,
    reported_at timestamptz,
    primary key (practice_id, assessment_id),
    foreign key (practice_id, risk_id) references risk_records,
    foreign key (practice_id, assessed_by) references staff,
    constraint risk_assessments_report_has_a_time check ((reported_to is null) = (reported_at is null))
);
comment on table risk_assessments is
    'What a professional made of a risk record, and what was reported, to whom, when and by whom (A.R.S. 13-3620). '
    'Later ones are added.';
create index risk_assessments_by_risk on risk_assessments (practice_id, risk_id, assessed_at);
