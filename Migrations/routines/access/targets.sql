-- Which doors there are: what requests do, and what they are about. `none` is the practice as a whole, or a list.
--
-- There is a door where a route goes through one, and no other: a test compares these rows with the routes.

create table access.targets (
    action text not null,
    kind text not null,
    waits_for text,
    primary key (action, kind)
);
comment on table access.targets is 'For each action and kind of thing there is a door (access/doors.sql).';
comment on column access.targets.waits_for is 'Why there is a door that no route goes through yet; else null.';

insert into access.targets (action, kind)
select action, unnest(kinds::text[])
from (values
    ('attendance.read', '{client,meeting}'),
    ('attendance.record', '{meeting}'),
    ('audit.read', '{none}'),
    ('care_team.change', '{client}'),
    ('care_team.read', '{client}'),
    ('client.change', '{none,client}'),
    ('client.create', '{none}'),
    ('client.merge', '{client}'),
    ('client.read', '{none,client}'),
    ('client.search', '{none,client}'),
    ('closure.read', '{none}'),
    ('consent.read', '{none,client,consent}'),
    ('consent.request', '{client}'),
    ('consent.revoke', '{consent}'),
    ('consent.sign', '{consent}'),
    ('couple.change', '{couple}'),
    ('couple.create', '{none}'),
    ('couple.read', '{client,couple}'),
    ('enrollment.change', '{enrollment}'),
    ('enrollment.create', '{group}'),
    ('enrollment.propose', '{group}'),
    ('enrollment.read', '{client,enrollment,group}'),
    ('exercise.change', '{none,exercise}'),
    ('exercise.read', '{none,exercise}'),
    ('group.change', '{none,group,meeting}'),
    ('group.read', '{none,group,meeting}'),
    ('guardianship.change', '{client}'),
    ('guardianship.read', '{client}'),
    ('homework.assign', '{client,couple,group,assignment}'),
    ('homework.read', '{none,client,group,homework,risk}'),
    ('homework.review', '{homework,risk}'),
    ('homework.share', '{homework}'),
    ('homework.submit', '{homework}'),
    ('homework.withdraw', '{homework}'),
    ('homework_report.read', '{none,group}'),
    ('inquiry.change', '{inquiry,job,letter}'),
    ('inquiry.read', '{none,inquiry,letter}'),
    ('me.change', '{none}'),
    ('me.read', '{none}'),
    ('practice.change', '{none}'),
    ('practice.read', '{none}'),
    ('process_note.change', '{process_note}'),
    ('process_note.create', '{client}'),
    ('process_note.read', '{none,process_note}'),
    ('program.change', '{none,program}'),
    ('program.read', '{none,program}'),
    ('progress_note.amend', '{note}'),
    ('progress_note.change', '{note}'),
    ('progress_note.cosign', '{note}'),
    ('progress_note.create', '{client,couple,group}'),
    ('progress_note.read', '{client,couple,group,note}'),
    ('progress_note.sign', '{note}'),
    ('review_queue.read', '{none}'),
    ('roster.read', '{none,group,group_history}'),
    ('sign_in.end', '{none,sign_in}'),
    ('sign_in.read', '{none}'),
    ('staff.change', '{staff}'),
    ('staff.invite', '{none}'),
    ('staff.read', '{none,staff}'),
    ('supervision.change', '{staff}'),
    ('supervision.read', '{staff}')
) as targets (action, kinds);

-- The rules of these stand in the matrix, and are held against the doors before anything is built on them.
insert into access.targets (action, kind, waits_for)
select action, unnest(kinds::text[]), waits_for
from (values
    ('appointment.change', '{none,client,appointment}', 'a route for appointments'),
    ('appointment.read', '{none,client,appointment}', 'a route for appointments'),
    ('access_receipt.read', '{client}', 'a route for who looked into a chart'),
    ('break_glass.open', '{client}', 'a route for access in an emergency'),
    ('break_glass.review', '{none,client}', 'a route for access in an emergency')
) as targets (action, kinds, waits_for);
