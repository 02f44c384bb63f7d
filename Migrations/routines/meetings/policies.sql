select access.protect('meetings',
    reads => '{group,roster,attendance,progress_note,meeting,homework,seed}',
    writes => '{group.change,attendance.record,meeting.plan,seed.run}',
    seen => $$ {of_group} $$);
select access.lets_remove('meetings', '{meeting.plan}',
    $$ {whole} and not by_hand $$, 'cairn_worker');
grant update (version) on meetings to cairn_access; -- only to lock the meeting whose marks are cleared
grant select, insert, update on meetings to cairn_server, cairn_worker;
grant delete on meetings to cairn_worker;

select access.protect('attendance_history',
    reads => '{attendance,roster,seed}',
    writes => '{attendance.record,seed.run}',
    seen => $$ {of_member} $$);
grant insert on attendance_history to cairn_access;
grant select, insert on attendance_history to cairn_server, cairn_worker;

select access.protect('calendar_feeds', reads => '{me}', writes => '{me.change}',
    seen => $$ {mine} $$);
grant update (last_read_at, revoked_at) on calendar_feeds to cairn_access;
grant select (practice_id, feed_id, account_id, created_at, revoked_at, last_read_at), insert,
    update (revoked_at) on calendar_feeds to cairn_server;

select access.protect('attendance',
    reads => '{attendance,roster,progress_note,seed}',
    writes => '{attendance.record,seed.run}',
    seen => $$ {of_member} $$);
grant delete on attendance to cairn_access;
grant select, insert, update on attendance to cairn_server, cairn_worker;

-- The worker hangs due dates on appointments; nobody else looks at them for the sake of homework.
select access.protect('appointments', reads => '{appointment,homework,seed}', writes => '{appointment.change,seed.run}',
    seen => $$
        ((select access.action()) not like 'homework.%' or (select access.role()) = 'worker') and case {bound}
            when 'author' then appointment_id = any ((select access.attended())::uuid[]) when 'couple' then {couple}
            else {whole} or {client} or {couple} or {grp} end
    $$);
grant update on appointments to cairn_access; -- what ends with a chart
grant select, insert, update on appointments to cairn_server, cairn_worker;

select access.protect('appointment_staff', reads => '{appointment,seed}', writes => '{appointment.change,seed.run}',
    seen => $$ {whole} or {mine} $$);
grant select, insert, update on appointment_staff to cairn_server, cairn_worker;
