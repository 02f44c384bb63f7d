import JSON
import Practice
import WebAPI

extension Roster {
    /// The table's columns: one row is one seat. A masked one has its group's cells and its status, and `masked`.
    static let columns = [
        "Program", "Group", "Track", "Phase", "Family name", "Given name", "Preferred name", "Age", "Status",
        "Enrolled since", "Meetings attended", "Meetings", "Attendance rate", "Homework done", "Homework due",
        "Consents", "Missing consents", "Safe contact", "Masked", "Client id", "Enrollment id", "Group id",
    ]

    /// The roster as a table.
    var csv: CSV {
        var table = CSV(columns: Self.columns)
        for member in members { member.write(to: &table, heading) }
        heading.writeMasked(to: &table)
        return table
    }
}

extension Roster.Member {
    func write(to table: inout CSV, _ heading: Roster.Heading) {
        table.row { row in
            heading.write(to: &row)
            row.cell(familyName)
            row.cell(givenName)
            row.cell(preferredName)
            row.cell(birthDate?.age(on: heading.day))
            row.cell(status)
            row.cell(since)
            row.cell(attendance.part)
            row.cell(attendance.whole)
            row.cell(attendance.rate)
            row.cell(homework.part)
            row.cell(homework.whole)
            row.cell(missingConsents.isEmpty ? "in force" : "missing")
            row.cell(missingConsents.isEmpty ? nil : missingConsents.joined(separator: " "))
            row.cell(heedsSafeContact ? "heed" : nil)
            row.cell(nil as String?)
            row.cell(clientID)
            row.cell(enrollmentID)
            row.cell(groupID)
        }
    }
}

extension Roster.Heading {
    func writeMasked(to table: inout CSV) {
        for status in maskedStatuses {
            table.row { row in
                write(to: &row)
                for _ in 0..<4 { row.cell(nil as String?) }
                row.cell(status)
                for _ in 0..<9 { row.cell(nil as String?) }
                row.cell("masked")
                for _ in 0..<2 { row.cell(nil as String?) }
                row.cell(groupID)
            }
        }
    }

    fileprivate func write(to row: inout CSV) {
        row.cell(programName)
        row.cell(name)
        row.cell(track)
        row.cell(phase)
    }
}
