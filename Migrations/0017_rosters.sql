-- A roster counts the marks of meetings up to a day: with the meeting in it, the index alone tells all it needs.

drop index attendance_by_group;
create index attendance_by_group on attendance (practice_id, group_id, client_id) include (meeting_id, mark);
