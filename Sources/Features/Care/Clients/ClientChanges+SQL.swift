import JSON
import Postgres
import Practice
import WebAPI

extension Client.Change {
    /// Changes the chart and its contact. The version is the chart's, whichever of the two is changed.
    func update(_ id: ID<Client>, seen version: Int, in practice: ID<Practice>) -> [Query<ID<Client>?>] {
        preparation(id) + (contact.map { [$0.announcement(id, in: practice)] } ?? [])
            + changes(id, seen: version, in: practice)
    }

    /// Whether a sign-in is to end with it.
    var closesAccount: Bool {
        if case .value = diedOn { return true }
        return status == .deceased || (closing?.words.contains { $0.area == .account && $0.word == .end } ?? false)
    }

    /// What has to come before a chart is closed or opened: the groups are held before the chart, as everywhere.
    private func preparation(_ id: ID<Client>) -> [Query<ID<Client>?>] {
        guard status != nil || !diedOn.isAbsent else { return [] }
        let words = closing?.words ?? []
        return [
            .optionalRow(
                """
                select \(id)::uuid from access.hold_groups_of(\(id)),
                    access.say_of_open_things(\(words.map(\.area.rawValue)), \(words.map(\.word.rawValue)))
                """
            ) { try $0.next(ID<Client>.self) }
        ]
    }

    private func changes(_ id: ID<Client>, seen version: Int, in practice: ID<Practice>) -> [Query<ID<Client>?>] {
        var changes = Changes(version: version)
        changes.set("given_name", givenName.orEmpty)
        changes.set("family_name", familyName.orEmpty)
        changes.set("preferred_name", preferredName)
        changes.set("other_names", otherNames.map { JSONB(bytes: JSONValue.array($0.map(\.json)).bytes) })
        changes.set("birth_date", birthDate.part(\.day))
        changes.set("born_in", birthDate.part(\.part))
        changes.set("sex", sex.rawValue)
        changes.set("pronouns", pronouns)
        changes.set("language", language)
        changes.set("marital_status", maritalStatus.rawValue)
        changes.set("died_on", diedOn)
        setStatus(&changes, id, in: practice)
        // Of the contact alone the chart changes too, unless nothing of it is new.
        if contact != nil { changes.leave("created_at") }
        let chart = Query.optionalRow(
            """
            update clients set \(changes.sql) where practice_id = \(practice) and client_id = \(id)
            returning client_id
            """
        ) { try $0.next(ID<Client>.self) }
        guard let contact = contact?.update(id, in: practice) else { return [chart] }
        return [chart, contact]
    }

    /// Who has not died after all is in care, or is not, as before.
    private func setStatus(_ changes: inout Changes, _ id: ID<Client>, in practice: ID<Practice>) {
        switch diedOn {
        case .value: changes.set("status", Client.Status.deceased.rawValue)
        case .null where status == nil:
            changes.set(
                "status",
                to: """
                    case status when 'deceased' then coalesce((
                        select c.status_before from chart_closings c
                        where c.practice_id = \(practice) and c.client_id = \(id) and c.cause = 'died'
                            and c.reopened_at is null and c.taken_back_at is null), 'active') else status end
                    """)
        case .null, .absent: changes.set("status", status?.rawValue)
        }
    }
}

extension Client.ContactChange {
    /// Says whether anything of it is new: else the version of the chart stays (unchanged_keeps_its_version).
    fileprivate func announcement(_ id: ID<Client>, in practice: ID<Practice>) -> Query<ID<Client>?> {
        .optionalRow(
            """
            select client_id, access.say_changed_beside() from client_contacts
            where practice_id = \(practice) and client_id = \(id) and \(changes.isNew)
            """
        ) { row in
            let id = try row.next(ID<Client>.self)
            try row.skip()
            return id
        }
    }

    fileprivate func update(_ id: ID<Client>, in practice: ID<Practice>) -> Query<ID<Client>?>? {
        let changes = changes
        guard !changes.isEmpty else { return nil }
        return .optionalRow(
            """
            update client_contacts set \(changes.sql)
            where practice_id = \(practice) and client_id = \(id)
            returning client_id
            """
        ) { try $0.next(ID<Client>.self) }
    }

    private var changes: Changes {
        var changes = Changes()
        changes.set("email", email)
        changes.set("phone", phone)
        changes.set("address_lines", addressLines)
        changes.set("city", city)
        changes.set("region", region)
        changes.set("postal_code", postalCode)
        changes.set("country", country)
        changes.set("safe_channels", safeChannels?.map(\.rawValue))
        changes.set("voicemail_allowed", isVoicemailAllowed)
        changes.set("neutral_sender", isSenderNeutral)
        changes.set("safe_times", safeTimes?.map(\.text))
        changes.set("homework_reminders", wantsReminders)
        return changes
    }
}

extension Patch<String> {
    /// Of a name that is taken away nothing is left.
    fileprivate var orEmpty: String? {
        switch self {
        case .absent: nil
        case .null: ""
        case .value(let name): name
        }
    }
}

extension Patch<PartialDay> {
    /// One of the two columns that keep it.
    func part<Column>(_ column: (PartialDay) -> Column?) -> Patch<Column> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let date): column(date).map(Patch<Column>.value) ?? .null
        }
    }
}

extension Patch where Value: RawRepresentable & Sendable, Value.RawValue == String {
    fileprivate var rawValue: Patch<String> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(value.rawValue)
        }
    }
}
