import Postgres

extension DatabaseExamination {
    static let query = Query<DatabaseExamination>.row(
        """
        with tables as (
            select c.relowner, c.relforcerowsecurity and c.relrowsecurity as guarded, c.oid::regclass::text as name
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('public', 'process', 'access') and c.relkind in ('r', 'p') and c.relname <> 'cairn_migrations'
        )
        select session_user::text, current_setting('server_version_num')::int,
            (select rolsuper or rolbypassrls from pg_roles where rolname = session_user),
            array(select rolname::text from pg_roles
                  where (rolsuper or rolbypassrls) and pg_has_role(session_user, oid, 'member') order by 1),
            array(select name from tables where pg_has_role(session_user, relowner, 'member') order by 1),
            array(select name from tables where not guarded order by 1)
        """
    ) { row in
        DatabaseExamination(
            role: try row.next(), version: try row.next(), passesPolicies: try row.next(),
            dangerousRoles: try row.next(), ownedTables: try row.next(), unguardedTables: try row.next())
    }
}
