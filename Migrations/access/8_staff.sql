-- A license that a professional does not have any more is taken out.
grant delete on staff_licenses to cairn_server;
drop policy if exists removes on staff_licenses;
create policy removes on staff_licenses for delete
    using (practice_id = (select access.practice_writing('{staff.change}')) and (select access.whole()));
