import Testing

/// What can be forgotten in a piece of SQL.
@Suite struct ConditionsTests {
    @Test(arguments: [
        ("((a = 1) AND ((b = 2) OR c))", ["(a = 1) AND ((b = 2) OR c)", "a = 1", "(b = 2) OR c", "b = 2", "c"]),
        ("a between 1 and 2 and b", ["a between 1 and 2", "b"]),
        (
            "CASE x WHEN 'and' THEN (a AND b) ELSE COALESCE((c), false) END",
            [
                "CASE x WHEN 'and' THEN (a AND b) ELSE COALESCE((c), false) END", "a AND b", "a", "b",
                "COALESCE((c), false)", "c",
            ]
        ),
        (
            "a = any (array(select b from t where c and d))",
            ["a = any (array(select b from t where c and d))", "c", "d"]
        ),
        ("not (a and b) and c", ["not (a and b)", "c"]),
    ])
    func `a condition and all that it is made of`(sql: String, forgotten: [String]) {
        let slips = Conditions.slips(in: sql, isCondition: true)
        #expect(slips.map(\.forgotten) == forgotten)
        #expect(slips.first?.text.contains("true") == true)
    }

    @Test(arguments: [
        (
            "select a and b from t join u using (p, q) join v on v.x = t.x and v.y where t.z order by 1",
            ["using p", "using q", "v.x = t.x", "v.y", "t.z"]
        ),
        ("select true from t where a -- and b\nunion all select true where c and d", ["a", "c", "d"]),
        (
            "select case when a and b then c else d end from t, lateral (select from u where e) x",
            ["a and b", "a", "b", "e"]
        ),
        (
            "select count(*) filter (where a) from t where exists (select from u where b and c) limit 1",
            [
                "a", "exists (select from u where b and c)", "b", "c",
            ]
        ),
    ])
    func `the conditions of a query`(sql: String, forgotten: [String]) {
        #expect(Conditions.slips(in: sql, isCondition: false).map(\.forgotten) == forgotten)
    }

    @Test func `what is forgotten is true, and a list is without it`() {
        let slips = Conditions.slips(in: "select from t join u using (p, q) where (a or b)", isCondition: false)
        #expect(
            slips.map(\.text) == [
                "select from t join u using (q) where (a or b)", "select from t join u using (p) where (a or b)",
                "select from t join u using (p, q) where (true)", "select from t join u using (p, q) where (true or b)",
                "select from t join u using (p, q) where (a or true)",
            ])
    }
}
