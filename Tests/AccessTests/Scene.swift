import Foundation
import Postgres
import Practice
import TestSupport

/// A client, a partner, their couple and a group, with something of every kind, and one caller who stands to them in one
/// way. Nobody else of the cast is tied to anything in it.
struct Scene: Sendable {
    let number: Int
    let tie: Tie
    let role: Role
    let caller: Person
    let client: Person
    let partner: Person
    let couple: ID<Couple>
    let group: ID<Group>
    /// The other parent: not the caller.
    let parent: Person
    let author: Person
    /// The caller as a guardian, of somebody or of nobody in the scene.
    let ownGuardian: ID<Guardian>?
    /// Another group, with the client in it where the scene has something of every kind.
    let otherGroup: ID<Group>?
    /// The group of another zone, in which the client of a full scene was put by mistake.
    let farGroup: ID<Group>
    /// The couple that the client was a half of before, and the other half.
    let former: (couple: ID<Couple>, ex: Person)?
    /// An account of a guardian that nobody has used yet.
    let unused: ID<Account>
    let things: [Thing: UUID]

    var name: String { "\(role) who \(tie)" }
}

/// What all scenes share.
struct Background: Sendable {
    let program: ID<Program>
    /// A program that is not published.
    let hiddenProgram: ID<Program>
    /// A group where it is tomorrow already, in which nobody is.
    let farGroup: ID<Group>
    /// Somebody who works with everybody.
    let colleague: Person
    /// Somebody of age, with whom nobody works.
    let stray: Person
}

extension Seed {
    /// Puts a scene into the practice, in front of what all scenes share.
    mutating func scene(_ number: Int, _ tie: Tie, _ role: Role, before background: Background) throws -> Scene {
        var draft = try SceneDraft(number, tie, role, background, &self)
        draft.elsewhere(&self)
        try draft.people(&self)
        try draft.homework(&self)
        try draft.notes(&self)
        draft.appointments(&self)
        draft.tieCaller(&self)
        return draft.scene
    }

    /// Dates from sixty days ago: still, or until yesterday, or from tomorrow.
    func span(_ span: Span) -> SQL {
        switch span {
        case .still: "daterange(\(today.adding(days: -60)), null)"
        case .untilYesterday: "daterange(\(today.adding(days: -60)), \(today))"
        case .untilToday: "daterange(\(today.adding(days: -60)), \(today.adding(days: 1)))"
        case .fromTomorrow: "daterange(\(today.adding(days: 1)), null)"
        }
    }

    enum Span { case still, untilYesterday, untilToday, fromTomorrow }
}
