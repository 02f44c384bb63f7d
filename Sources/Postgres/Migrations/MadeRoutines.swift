/// What the routines made, so that it is noticed when any of it is dropped or replaced by hand. Each has a row beside those
/// of the files: its name begins with `routine`, its checksum is that of its definition.
struct MadeRoutines: Sendable {
    /// The table of the rows, as SQL writes its name.
    let table: String

    /// Writes down what this transaction made, in place of what an earlier one did. Of catalog rows the database itself
    /// says by which transaction they were made.
    var record: String {
        """
        set local search_path = pg_catalog;
        delete from \(table) where name like 'routine %';
        insert into \(table) (name, checksum)
        select name, checksum from (\(Self.present)) made where made_by = pg_current_xact_id()::xid;
        reset search_path;
        """
    }

    /// The names of those that are not there any more, or not as they were made.
    var lost: SQL {
        SQL(
            unsafe: """
                select substr(recorded.name, length('routine ') + 1)
                from \(table) recorded left join (\(Self.present)) made using (name, checksum)
                where recorded.name like 'routine %' and made.name is null
                order by 1
                """)
    }

    /// Names and definitions print what is not on the search path with its schema: it has to be the same each time.
    static let searchPath = "set local search_path = pg_catalog"

    private static let present = """
        select 'routine ' || name as name, encode(sha256(convert_to(definition, 'UTF8')), 'hex') as checksum, made_by
        from (
            select p.oid::regprocedure::text, concat(p.prosrc, pg_get_function_sqlbody(p.oid)), p.xmin
            from pg_proc p
            where p.pronamespace not in (select oid from pg_namespace where nspname like 'pg\\_%')
              and p.prokind = 'f'
              and not exists (
                  select from pg_depend d
                  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
            union all
            select t.tgname || ' on ' || t.tgrelid::regclass, pg_get_triggerdef(t.oid), t.xmin
            from pg_trigger t where not t.tgisinternal
            union all
            select p.polname || ' on ' || p.polrelid::regclass,
                   concat(p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), p.xmin
            from pg_policy p
        ) as found (name, definition, made_by)
        """
}
