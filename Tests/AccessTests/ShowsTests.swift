import Postgres
import TestSupport
import Testing

/// What each rule shows of a row is what the last column of the matrix says in words.
@Suite struct ShowsTests {
    @Test func `each rule shows what the matrix says in words`() async throws {
        try await withWorld { world in
            let shown = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select shows from access.rules where relation not in ('own', 'reviews') and role <> 'worker' order by written
                    """
                ) { Set(try $0.next([String].self)) })
            try #require(shown.count == Matrix.cells.count)
            for (cell, shown) in zip(Matrix.cells, shown) {
                #expect(cell.shown == shown, "\(cell.testDescription): “\(cell.fields)” is not \(shown.sorted())")
            }
        }
    }

    @Test func `nobody but staff is shown all of anything that is not their own`() async throws {
        try await withWorld { world in
            let shown = try await world.database.superuser.pipeline(
                Query.rows(
                    """
                    select action || ' ' || role || ' ' || relation from access.rules
                    where role in ('client', 'guardian') and 'all' = any (shows) and relation not in ('self', 'own')
                    """
                ) { try $0.next(String.self) })
            #expect(shown == [])
        }
    }
}
