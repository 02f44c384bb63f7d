import JSON
import Postgres
import Practice
import Testing
import TestSupport
import WebAPI

@testable import Features

/// A group note that is changed and signed at once: what was signed is what every part says.
@Suite struct NoteRaceTests {
    @Test func `a change of the shared part is signed in all parts or in none, in every order`() async throws {
        try await withWorld { world in
            let (mesa, now) = (world.mesa, world.clock.now)
            for (number, order) in orders(4, 4).enumerated() {
                let (note, parts) = try await self.note(in: world)
                let text = [UInt8("\(number)".utf8.first ?? 0), 1, 2]
                var shared = ProgressNote.SealedParts()
                (shared.notes, shared.sharedBodies) = (parts, parts.map { _ in text })
                let change = ProgressNote.SealedChange(heldAt: nil, minutes: .absent, modality: nil, body: text)
                let came = try await interleave(
                    order,
                    [
                        [
                            world.enter(mesa.facilitator, "progress_note.change", "note", note.uuid).step(),
                            ProgressNote.update(change, of: note, in: mesa.id, version: 2).step(),
                            ProgressNote.updateParts(change, sharedBodies: shared, of: note, in: mesa.id).step(),
                        ],
                        [
                            world.enter(mesa.facilitator, "progress_note.sign", "note", note.uuid).step(),
                            ProgressNote.hold(note, in: mesa.id).step(),
                            ProgressNote.sign(note, in: mesa.id, version: nil, at: now).step(),
                        ],
                    ], in: world.database)
                #expect(came.outcomes[1] == .committed, "\(order)")
                #expect([.committed, .refused("note_is_signed")].contains(came.outcomes[0]), "\(order): \(came)")
                let unlike = try await world.count(
                    """
                    from progress_notes h join progress_notes p on p.head_note_id = h.note_id
                    where h.note_id = \(note) and (p.shared_body <> h.body or p.state <> 'signed' or h.state <> 'signed')
                    """)
                #expect(unlike == 0, "\(order)")
            }
        }
    }

    @Test func `who signs twice at once signs once, and so it is with who cosigns`() async throws {
        try await withWorld { world in
            let (mesa, now) = (world.mesa, world.clock.now)
            for order in orders(4, 4) {
                let (note, _) = try await self.note(in: world)
                let signing: [InterleavedStep] = [
                    world.enter(mesa.facilitator, "progress_note.sign", "note", note.uuid).step(),
                    ProgressNote.hold(note, in: mesa.id).step(),
                    ProgressNote.sign(note, in: mesa.id, version: nil, at: now).step(),
                ]
                let came = try await interleave(order, [signing, signing], in: world.database)
                #expect(came.outcomes == [.committed, .committed], "\(order)")
                #expect(
                    try await world.count(
                        "from progress_notes where note_id = \(note) and version = 3 and state = 'signed'")
                        == 1, "\(order)")
            }
        }
    }

    /// A draft of a group note with two parts, whose head lies behind its parts in the table, as it may after a while.
    private func note(in world: World) async throws -> (ID<ProgressNote>, [ID<ProgressNote>]) {
        let (mesa, now) = (world.mesa, world.clock.now)
        let (note, people) = (ID<ProgressNote>(world.surroundings.newID()), [mesa.client, mesa.loner])
        let parts = people.map { _ in ID<ProgressNote>(world.surroundings.newID()) }
        try await world.run(
            """
            insert into progress_notes (practice_id, note_id, kind, group_id, author_id, held_at, body, created_at)
            values (\(mesa.id), \(note), 'group', \(mesa.group), \(mesa.facilitator.accountID), \(now), '\\x00', \(now))
            """)
        for (part, person) in zip(parts, people) {
            try await world.run(
                """
                insert into progress_notes (practice_id, note_id, kind, client_id, group_id, head_note_id, author_id, held_at,
                                            body, shared_body, created_at)
                values (\(mesa.id), \(part), 'attendee', \(person.clientID), \(mesa.group), \(note),
                        \(mesa.facilitator.accountID), \(now), '\\x00', '\\x00', \(now))
                """)
        }
        try await world.run(
            "update progress_notes set held_at = held_at + interval '1 minute', version = 2 where note_id = \(note)")
        return (note, parts)
    }
}
