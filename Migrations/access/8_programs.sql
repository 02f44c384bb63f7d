-- A facilitator who was put in today and is taken out today led nothing: the span goes, and access with it.
grant delete on group_facilitators to cairn_server;
drop policy if exists removes on group_facilitators;
create policy removes on group_facilitators for delete
    using (practice_id = (select access.practice_writing('{group.change}')) and (select access.whole()));
