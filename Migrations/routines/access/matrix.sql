-- Who may do what. The rows say the same as access-matrix.csv, in the same order; a test compares them.
-- `shows` names the groups of fields that the row lets through; {all} is everything.
-- What no row allows is refused.

create table access.rules (
    written int generated always as identity primary key,
    action text not null,
    role text not null,
    relation text not null,
    shows text[] not null,
    resource text not null generated always as (split_part(action, '.', 1)) stored,
    bound text not null generated always as (case
        when relation = 'any' then 'practice'
        when relation in ('authored', 'own', 'assigned_inquiry', 'attends') then 'author'
        when relation in ('facilitates', 'oversees_group', 'enrolled_in', 'guards_member') then 'group'
        when relation in ('treats_couple', 'oversees_couple') then 'couple'
        when relation = 'supervises_author' then 'unit'
        when relation = 'shared_with' then 'shared'
        when relation = 'reviews' then 'work'
        else 'client' end) stored,
    reads boolean not null generated always as (action like '%.read' or action like '%.search') stored
);
comment on table access.rules is 'The matrix, one row for each action and role.';
comment on column access.rules.bound is
    'Which column binds the rows such a request touches: the practice''s, the client''s, the couple''s, the group''s '
    'or the author''s; unit: that of the subject; shared: what both partners opened; work: the client''s or the '
    'group''s.';

insert into access.rules (action, role, relation, shows)
select resource || '.' || verb, role, relation, shows::text[]
from (values
    ('practice', 'read', '{owner,admin,intake,counselor,supervisor,intern,auditor}', 'any', '{all}'),
    ('practice', 'read', '{client}', 'self', '{name,contact}'),
    ('practice', 'read', '{guardian}', 'guards', '{name,contact}'),
    ('practice', 'change', '{owner,admin}', 'any', '{all}'),
    ('closure', 'read', '{owner,admin,intake,counselor,supervisor,intern,auditor}', 'any', '{all}'),
    ('closure', 'read', '{client}', 'enrolled_in', '{days}'),
    ('closure', 'read', '{guardian}', 'guards_member', '{days}'),
    ('staff', 'read', '{owner,admin}', 'any', '{all}'),
    ('staff', 'read', '{intake,counselor,supervisor,intern,auditor}', 'any', '{name,role,credentials}'),
    ('staff', 'invite', '{owner,admin}', 'any', '{all}'),
    ('staff', 'change', '{owner,admin}', 'any', '{all_but_the_owner_role}'),
    ('staff', 'change', '{owner}', 'any', '{all}'),
    ('supervision', 'read', '{owner,admin,supervisor,counselor,intern}', 'any', '{all}'),
    ('supervision', 'change', '{owner,admin}', 'any', '{all}'),
    ('inquiry', 'submit', '{public}', 'none', '{none}'),
    ('inquiry', 'read', '{owner,admin,intake}', 'any', '{all}'),
    ('inquiry', 'read', '{counselor,supervisor,intern}', 'assigned_inquiry', '{all}'),
    ('inquiry', 'change', '{owner,admin,intake}', 'any', '{all}'),
    ('inquiry', 'change', '{counselor,supervisor}', 'assigned_inquiry', '{status,screening}'),
    ('client', 'search', '{owner,admin,intake}', 'any', '{identity}'),
    ('client', 'search', '{counselor,supervisor,intern}', 'sees_client', '{name}'),
    ('client', 'create', '{owner,admin,intake}', 'any', '{all}'),
    ('client', 'read', '{owner,admin,intake}', 'any', '{identity,contact}'),
    ('client', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('client', 'read', '{supervisor}', 'oversees', '{all}'),
    ('client', 'read', '{counselor,intern}', 'leads_client', '{name,age,safe_contact}'),
    ('client', 'read', '{client}', 'self', '{identity,contact}'),
    ('client', 'read', '{guardian}', 'guards', '{identity,contact}'),
    ('client', 'change', '{owner,admin,intake}', 'any', '{identity,contact}'),
    ('client', 'change', '{counselor,intern}', 'treats', '{all}'),
    ('client', 'change', '{client}', 'self', '{contact,safe_contact}'),
    ('client', 'merge', '{owner,admin}', 'any', '{all}'),
    ('care_team', 'read', '{owner,admin,intake}', 'any', '{all}'),
    ('care_team', 'read', '{counselor,supervisor,intern}', 'sees_client', '{all}'),
    ('care_team', 'read', '{client}', 'self', '{names}'),
    ('care_team', 'change', '{owner,admin,intake}', 'any', '{all}'),
    ('care_team', 'change', '{supervisor}', 'oversees', '{all}'),
    ('guardianship', 'read', '{owner,admin,intake}', 'any', '{all}'),
    ('guardianship', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('guardianship', 'read', '{supervisor}', 'oversees', '{all}'),
    ('guardianship', 'read', '{client}', 'self', '{names,scopes}'),
    ('guardianship', 'read', '{guardian}', 'guards', '{own}'),
    ('guardianship', 'change', '{owner,admin,intake}', 'any', '{all}'),
    ('guardianship', 'change', '{counselor}', 'treats', '{all}'),
    ('consent', 'read', '{owner,admin,intake}', 'any', '{all}'),
    ('consent', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('consent', 'read', '{supervisor}', 'oversees', '{all}'),
    ('consent', 'read', '{client}', 'self', '{own}'),
    ('consent', 'read', '{guardian}', 'guards', '{own}'),
    ('consent', 'request', '{owner,admin,intake}', 'any', '{all}'),
    ('consent', 'request', '{counselor,intern}', 'treats', '{all}'),
    ('consent', 'sign', '{client}', 'self', '{own}'),
    ('consent', 'sign', '{guardian}', 'guards', '{own}'),
    ('consent', 'revoke', '{client}', 'self', '{own}'),
    ('consent', 'revoke', '{guardian}', 'guards', '{own}'),
    ('couple', 'read', '{owner,admin,intake}', 'any', '{members,policy,dates}'),
    ('couple', 'read', '{counselor,intern}', 'treats_couple', '{all}'),
    ('couple', 'read', '{counselor,intern}', 'treats', '{members}'),
    ('couple', 'read', '{supervisor}', 'oversees_couple', '{all}'),
    ('couple', 'read', '{client}', 'self', '{members,policy,dates,visibility}'),
    ('couple', 'create', '{owner,admin,intake}', 'any', '{all}'),
    ('couple', 'create', '{counselor}', 'treats', '{all}'),
    ('couple', 'change', '{owner,admin,intake}', 'any', '{dates,care_team}'),
    ('couple', 'change', '{counselor}', 'treats_couple', '{all}'),
    ('program', 'read', '{owner,admin,intake,counselor,supervisor,intern,auditor}', 'any', '{all}'),
    ('program', 'read', '{client}', 'in_care', '{published}'),
    ('program', 'read', '{guardian}', 'guards_in_care', '{published}'),
    ('program', 'change', '{owner,admin}', 'any', '{all}'),
    ('group', 'read', '{owner,admin,intake,counselor,supervisor,intern}', 'any', '{name,schedule,seats,facilitators}'),
    ('group', 'read', '{client}', 'enrolled_in', '{name,schedule,facilitators}'),
    ('group', 'read', '{guardian}', 'guards_member', '{name,schedule,facilitators}'),
    ('group', 'change', '{owner,admin}', 'any', '{all}'),
    ('group', 'change', '{counselor,supervisor,intern}', 'facilitates', '{meetings}'),
    ('enrollment', 'read', '{owner,admin,intake}', 'any', '{all}'),
    ('enrollment', 'read', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('enrollment', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('enrollment', 'read', '{supervisor}', 'oversees', '{all}'),
    ('enrollment', 'read', '{client}', 'self', '{own}'),
    ('enrollment', 'read', '{guardian}', 'guards', '{own}'),
    ('enrollment', 'create', '{owner,admin,intake}', 'any', '{all}'),
    ('enrollment', 'create', '{counselor,supervisor}', 'facilitates', '{all}'),
    ('enrollment', 'propose', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('enrollment', 'change', '{owner,admin,intake}', 'any', '{all}'),
    ('enrollment', 'change', '{counselor,supervisor}', 'facilitates', '{all}'),
    ('roster', 'read', '{owner,admin,intake}', 'any', '{all}'),
    ('roster', 'read', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('roster', 'read', '{supervisor}', 'oversees_group', '{all}'),
    ('attendance', 'read', '{owner,admin,intake}', 'any', '{all}'),
    ('attendance', 'read', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('attendance', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('attendance', 'read', '{supervisor}', 'oversees', '{all}'),
    ('attendance', 'read', '{client}', 'self', '{own}'),
    ('attendance', 'read', '{guardian}', 'guards:attendance', '{own}'),
    ('attendance', 'record', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('attendance', 'record', '{owner,admin,intake}', 'any', '{all}'),
    ('appointment', 'read', '{owner,admin,intake}', 'any', '{time,people,place}'),
    ('appointment', 'read', '{counselor,supervisor,intern}', 'attends', '{all}'),
    ('appointment', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('appointment', 'read', '{counselor,intern}', 'treats_couple', '{all}'),
    ('appointment', 'read', '{client}', 'self', '{own}'),
    ('appointment', 'read', '{guardian}', 'guards:schedule', '{own}'),
    ('appointment', 'change', '{owner,admin,intake}', 'any', '{all}'),
    ('appointment', 'change', '{counselor,supervisor,intern}', 'attends', '{all}'),
    ('progress_note', 'create', '{counselor,intern}', 'treats', '{individual}'),
    ('progress_note', 'create', '{counselor,intern}', 'treats_couple', '{couple}'),
    ('progress_note', 'create', '{counselor,supervisor,intern}', 'facilitates', '{group}'),
    ('progress_note', 'read', '{counselor,supervisor,intern}', 'authored', '{all}'),
    ('progress_note', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('progress_note', 'read', '{counselor,intern}', 'treats_couple', '{couple}'),
    ('progress_note', 'read', '{supervisor}', 'oversees', '{all}'),
    ('progress_note', 'read', '{supervisor}', 'oversees_couple', '{couple}'),
    ('progress_note', 'change', '{counselor,supervisor,intern}', 'authored', '{all}'),
    ('progress_note', 'sign', '{counselor,supervisor,intern}', 'authored', '{all}'),
    ('progress_note', 'cosign', '{supervisor}', 'supervises_author', '{all}'),
    ('progress_note', 'amend', '{counselor,supervisor,intern}', 'authored', '{addendum}'),
    ('process_note', 'create', '{counselor,supervisor,intern}', 'treats', '{all}'),
    ('process_note', 'read', '{counselor,supervisor,intern}', 'authored', '{all}'),
    ('process_note', 'change', '{counselor,supervisor,intern}', 'authored', '{all}'),
    ('exercise', 'read', '{owner,admin,counselor,supervisor,intern}', 'any', '{all}'),
    ('exercise', 'change', '{owner,admin}', 'any', '{library}'),
    ('exercise', 'change', '{counselor,supervisor,intern}', 'authored', '{own}'),
    ('homework', 'assign', '{counselor,intern}', 'treats', '{all}'),
    ('homework', 'assign', '{counselor,intern}', 'treats_couple', '{all}'),
    ('homework', 'assign', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('homework', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('homework', 'read', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('homework', 'read', '{supervisor}', 'oversees', '{all}'),
    ('homework', 'read', '{client}', 'self', '{all}'),
    ('homework', 'read', '{client}', 'shared_with', '{title,due,done,answers}'),
    ('homework', 'read', '{guardian}', 'guards:homework', '{title,due,done}'),
    ('homework', 'submit', '{client}', 'self', '{all}'),
    ('homework', 'share', '{client}', 'self', '{all}'),
    ('homework', 'review', '{counselor,intern}', 'treats', '{all}'),
    ('homework', 'review', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('homework', 'withdraw', '{counselor,intern}', 'treats', '{all}'),
    ('homework', 'withdraw', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('homework_report', 'read', '{owner,admin}', 'any', '{counts}'),
    ('homework_report', 'read', '{counselor,supervisor,intern}', 'facilitates', '{all}'),
    ('homework_report', 'read', '{counselor,intern}', 'treats', '{all}'),
    ('homework_report', 'read', '{supervisor}', 'oversees', '{all}'),
    ('audit', 'read', '{owner,auditor}', 'any', '{all}'),
    ('access_receipt', 'read', '{client}', 'self', '{own}'),
    ('access_receipt', 'read', '{guardian}', 'guards', '{own}'),
    ('break_glass', 'open', '{counselor,supervisor}', 'any', '{all}'),
    ('break_glass', 'review', '{owner,supervisor}', 'any', '{all}')
) as matrix (resource, verb, roles, relation, shows), unnest(roles::text[]) as role;

-- What everybody who is signed in may do about themselves. The matrix is about people's records and does not name
-- these.

insert into access.rules (action, role, relation, shows)
select action, role, 'own', '{all}'
from unnest('{me.read,me.change,sign_in.read,sign_in.end}'::text[]) as action,
     unnest('{owner,admin,intake,counselor,supervisor,intern,auditor,client,guardian}'::text[]) as role;

-- What waits for whoever may review homework: of the clients that one treats and of the groups that one leads, as the
-- matrix has it for each of them. One list, so that nothing waits unseen because another tie came first.

insert into access.rules (action, role, relation, shows)
select 'review_queue.read', role, 'reviews', '{all}' from unnest('{counselor,supervisor,intern}'::text[]) as role;

-- What the operator's commands and the worker's rounds may do. They enter by access.enter_work, which only their own
-- database role may call; they are audited like everybody.

insert into access.rules (action, role, relation, shows)
select action, 'worker', 'any', '{all}'
from unnest('{import.run,seed.run,staff.add,staff.reset,meeting.plan,homework.plan,homework.remind,'
'homework.digest}'::text[]) as action;

-- Jobs enter by access.enter_job, with the lease that proves whose they are.
insert into access.rules (action, role, relation, shows)
values ('outbox.send', 'worker', 'leased', '{safe_contact}'), ('outbox.forget', 'worker', 'leased', '{none}');
