import JSON

extension Field {
    /// All that is wrong with the rows of a table. Rows that say nothing do not count.
    func faultsOfTable(
        _ answer: JSONValue, _ columns: [Field], _ minimumRows: Int, _ maximumRows: Int, _ stage: Form.Stage
    ) -> [FieldFault] {
        guard case .array(let rows) = answer else { return [wrongType("a list of rows")] }
        if rows.count > maximumRows { return [fault("too_many", "This may have at most \(maximumRows) rows.")] }
        var faults: [FieldFault] = []
        for (index, row) in rows.enumerated() where !row.isBlank {
            let found = Self.faults(ofRow: row, columns, stage)
            faults += FieldFaults(found).within("/\(key)/\(index)").faults
        }
        if rows.count(where: { !$0.isBlank }) < minimumRows {
            faults.append(fault("too_few", "At least \(minimumRows) rows are to be filled in."))
        }
        return faults
    }

    /// An answer as it is kept: a table's cells in the order of its columns, without those that say nothing. Empty rows
    /// stay in a draft, where somebody may still be writing, and go from what is handed in.
    func tidied(_ answer: JSONValue, for stage: Form.Stage) -> JSONValue {
        guard case .table(let columns, _, _) = kind, case .array(let rows) = answer else { return answer }
        let tidied = rows.map { row in
            JSONValue.object(
                columns.compactMap { column in
                    row[column.key].flatMap { $0.isBlank ? nil : JSONMember(column.key, $0) }
                })
        }
        return .array(stage == .draft ? tidied : tidied.filter { !$0.isBlank })
    }

    private static func faults(ofRow row: JSONValue, _ columns: [Field], _ stage: Form.Stage) -> [FieldFault] {
        guard case .object(let cells) = row else {
            return [FieldFault("", "wrong_type", "A row is an object of the columns' keys.")]
        }
        var faults: [FieldFault] = []
        for column in columns {
            if let answer = row[column.key], !answer.isBlank {
                faults += column.faults(of: answer, for: stage)
            } else if column.isRequired, stage == .submission {
                faults.append(FieldFault("/\(column.key)", "required", "This column needs an answer in each row."))
            }
        }
        if cells.contains(where: { cell in !columns.contains { $0.key == cell.name } }) {
            faults.append(FieldFault("", "unknown_member", "There is an answer in a column that is not there."))
        }
        return faults
    }
}
