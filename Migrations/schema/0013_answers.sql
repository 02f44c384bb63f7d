create table homework_answers (
    practice_id uuid not null,
    homework_id uuid not null,
    number int not null constraint homework_answers_number check (number >= 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    exercise_version_id uuid not null,
    answers bytea not null,
    digest bytea not null constraint homework_answers_digest_is_sha256 check (octet_length(digest) = 32),
    saved_at timestamptz not null,
    private boolean not null default false,
    withdrawn_at timestamptz,
    primary key (practice_id, homework_id, number),
    foreign key (practice_id, homework_id) references homework
);
comment on table homework_answers is
    'Raw answers, encrypted. Number 0 is the draft and is overwritten; 1, 2, … are submissions and never change.';
comment on column homework_answers.digest is
    'HMAC of the answers under a key of the server: a repeated submission is recognized without being read.';
comment on column homework_answers.private is 'Of a couple''s homework: for its author alone.';
comment on column homework_answers.withdrawn_at is
    'When the client took this submission back: from then on it is for its author alone.';

create table homework_draft_fields (
    practice_id uuid not null,
    homework_id uuid not null,
    key text not null constraint homework_draft_fields_key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    revision int not null constraint homework_draft_fields_revision check (revision > 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    answer bytea not null,
    digest bytea not null constraint homework_draft_fields_digest_is_sha256 check (octet_length(digest) = 32),
    written_at timestamptz,
    saved_at timestamptz not null,
    kept boolean not null default false,
    primary key (practice_id, homework_id, key, revision),
    foreign key (practice_id, homework_id) references homework
);
comment on table homework_draft_fields is
    'The draft, a row for each field, encrypted. It lies over the last submission, and over the draft of earlier '
    'versions (homework_answers, number 0).';
comment on column homework_draft_fields.revision is 'homework.draft_revision as of this save.';
comment on column homework_draft_fields.kept is
    'Another device, which had not seen it, wrote over it: kept until the client has seen both.';
comment on column homework_draft_fields.written_at is
    'When the client wrote it, by the device''s clock, where it was sent later.';
create unique index homework_draft_fields_one_present on homework_draft_fields (practice_id, homework_id, key)
    where not kept;

create table homework_reviews (
    practice_id uuid not null,
    homework_id uuid not null,
    number int not null constraint homework_reviews_number check (number > 0),
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    reviewer_id uuid not null,
    outcome text not null constraint homework_reviews_outcome check (outcome in ('reviewed', 'returned')),
    comment bytea,
    reviewed_at timestamptz not null,
    primary key (practice_id, homework_id, number),
    foreign key (practice_id, homework_id) references homework,
    foreign key (practice_id, reviewer_id) references staff
);
comment on table homework_reviews is
    'What the counselor answered to submission number n: the part that makes homework count.';

create table homework_comments (
    practice_id uuid not null,
    comment_id uuid not null,
    homework_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    author_id uuid not null,
    text bytea not null,
    created_at timestamptz not null,
    primary key (practice_id, comment_id),
    foreign key (practice_id, homework_id) references homework,
    foreign key (practice_id, author_id) references accounts
);
comment on table homework_comments is
    'What client and counselor say to each other about a piece, encrypted. Not for the partner, nor for guardians.';
create index homework_comments_by_homework on homework_comments (practice_id, homework_id, created_at, comment_id);

create table attachments (
    practice_id uuid not null,
    attachment_id uuid not null,
    homework_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    key text not null constraint attachments_key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    name bytea not null,
    size bigint not null constraint attachments_size check (size > 0),
    received bigint not null default 0 constraint attachments_received_up_to_size check (received between 0 and size),
    media_type text constraint attachments_media_type check (media_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
    created_at timestamptz not null,
    completed_at timestamptz,
    submission int constraint attachments_submission check (submission > 0),
    handed_in_with int,
    handed_in boolean not null generated always as (handed_in_with is not null) stored,
    primary key (practice_id, attachment_id),
    foreign key (practice_id, homework_id) references homework,
    constraint attachments_handed_in_by_a_submission check (handed_in_with between 1 and submission),
    constraint attachments_complete_when_received
        check (completed_at is null or (received = size and media_type is not null))
);
comment on table attachments is
    'Files of homework. The name is encrypted, as the content is; the type is what the content shows.';
comment on column attachments.submission is 'The last submission that names it.';
comment on column attachments.handed_in_with is
    'The first submission that names it, is not private and was not taken back.';
comment on column attachments.handed_in is 'Whether others than its author may open it.';
create index attachments_by_homework on attachments (practice_id, homework_id);
create index attachments_by_client on attachments (practice_id, client_id);
create index attachments_unfinished on attachments (created_at) where completed_at is null;

create table attachment_chunks (
    practice_id uuid not null,
    attachment_id uuid not null,
    number int not null constraint attachment_chunks_number check (number >= 0),
    homework_id uuid not null,
    client_id uuid not null,
    couple_id uuid,
    group_id uuid,
    handed_in boolean not null default false,
    length int not null constraint attachment_chunks_length check (length between 1 and 1048576),
    digest bytea not null constraint attachment_chunks_digest_is_sha256 check (octet_length(digest) = 32),
    sealed bytea not null,
    primary key (practice_id, attachment_id, number),
    foreign key (practice_id, attachment_id) references attachments on delete cascade
);
comment on table attachment_chunks is
    'The content of attachments in pieces, each encrypted for its place. The columns of the attachment are here as '
    'well, because a policy looks at one row.';
comment on column attachment_chunks.number is 'Where it begins, in units of 256 KiB.';
comment on column attachment_chunks.digest is
    'Of its content, under a key of the server: by it the same piece is known again.';
alter table attachment_chunks alter sealed set storage external;
