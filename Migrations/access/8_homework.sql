-- Tags that an exercise has no more.
drop policy if exists removes on exercise_tags;
create policy removes on exercise_tags for delete
    using (practice_id = (select access.practice_writing('{exercise.change}'))
           and (((select access.whole()) and author_id is null) or author_id = (select access.account())));
-- An exception that is none after all: of an assignment in scope, as it is seen (6_policies.sql).
drop policy if exists removes on homework_exceptions;
create policy removes on homework_exceptions for delete
    using (practice_id = (select access.practice_writing('{homework.assign,homework.withdraw}'))
           and case (select access.bound())
                   when 'group' then group_id = any ((select access.groups())::uuid[])
                   when 'couple' then couple_id = any ((select access.couples())::uuid[])
                   when 'shared' then false
                   else (select access.whole()) or client_id = any ((select access.clients())::uuid[])
                       or couple_id = any ((select access.couples())::uuid[]) or group_id = any ((select access.groups())::uuid[]) end);
-- What a draft says no more, and a file that was not handed in: by its author.
drop policy if exists removes on homework_draft_fields;
create policy removes on homework_draft_fields for delete
    using (practice_id = (select access.practice_writing('{homework.submit}')) and client_id = (select access.own_client()));
drop policy if exists removes on attachments;
create policy removes on attachments for delete
    using (practice_id = (select access.practice_writing('{homework.submit}')) and client_id = (select access.own_client()) and not handed_in and submission is null);
drop policy if exists removes on attachment_chunks;
create policy removes on attachment_chunks for delete
    using (practice_id = (select access.practice_writing('{homework.submit}')) and client_id = (select access.own_client()) and not handed_in);
-- A piece that nobody could have seen open goes when the plan has it no more: by the worker alone.
grant delete on homework to cairn_worker;
drop policy if exists removes on homework;
create policy removes on homework for delete to cairn_worker
    using (practice_id = (select access.practice_writing('{homework.plan}')) and (select access.whole()) and state = 'assigned' and submissions = 0);
