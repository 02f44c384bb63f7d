-- A facilitator who was put in today and is taken out today led nothing: the span goes, and access with it.
grant delete on group_facilitators to cairn_server;
drop policy if exists removes on group_facilitators;
create policy removes on group_facilitators for delete
    using (practice_id = (select access.practice_writing('{group.change}')) and (select access.whole()));
-- A phase that asks for another no more.
grant delete on phase_prerequisites to cairn_server;
drop policy if exists removes on phase_prerequisites;
create policy removes on phase_prerequisites for delete
    using (practice_id = (select access.practice_writing('{program.change}')) and (select access.whole()));
-- A day on which the practice is open after all.
grant delete on closures to cairn_server;
drop policy if exists removes on closures;
create policy removes on closures for delete
    using (practice_id = (select access.practice_writing('{practice.change}')) and (select access.whole()));
-- What the rule made and nobody touched goes when the rule has another day: by the worker alone.
grant delete on meetings to cairn_worker;
drop policy if exists removes on meetings;
create policy removes on meetings for delete to cairn_worker
    using (practice_id = (select access.practice_writing('{meeting.plan}')) and (select access.whole()) and not by_hand);
