/// Mutants that change nothing, and why.
struct Equivalent: Sendable {
    let place: String
    let change: String
    let reason: String

    static let all = [
        Equivalent(
            place: "assigned_inquiry", change: "s.kind = 'inquiry'",
            reason: "Requests about inquiries are about letters and jobs besides, and these have no author."),
        Equivalent(
            place: "authored", change: "s.kind in ('note', 'process_note', 'exercise')",
            reason: "Nothing else that this relation is asked about has an author."),
        Equivalent(
            place: "shared_with", change: "s.kind = 'homework'",
            reason: "The condition on homework_id finds homework; no other thing has an id of homework."),
        Equivalent(
            place: "shared_with", change: "s.client_id <> p.client_id",
            reason: "It fails for one's own piece, which the relation `self` has let in before, with all of it."),
        Equivalent(
            place: "practice_keys", change: "without row-level security",
            reason: "The policy `keys` opens the table to both roles of the server, and others have no rights on it."),
        Equivalent(
            place: "practice_keys keys", change: "to public",
            reason: "Besides the roles that it is for, nobody has rights on the table."),
        Equivalent(
            place: "homework removes", change: "to public",
            reason: "It asks for the action homework.plan, which nobody enters but the worker."),
        Equivalent(
            place: "meetings removes", change: "to public",
            reason: "It asks for the action meeting.plan, which nobody enters but the worker."),
        Equivalent(
            place: "self", change: "s.resource = 'couple'",
            reason: "Of what else is about a couple, no rule lets in by this relation."),
        Equivalent(
            place: "couple.read for counselor by treats", change: "for client too",
            reason:
                "A client treats nobody, and is told of a couple that is not there, by the rule of one's own, alike."),
        Equivalent(
            place: "homework_report.read for counselor by treats", change: "for owner too",
            reason: "It lets in to lists alone, and there the mere role has let in before."),
        Equivalent(
            place: "homework_report.read for counselor by treats", change: "for admin too",
            reason: "It lets in to lists alone, and there the mere role has let in before."),
        Equivalent(
            place: "homework_report.read for supervisor by oversees", change: "for owner too",
            reason: "It lets in to lists alone, and there the mere role has let in before."),
        Equivalent(
            place: "homework_report.read for supervisor by oversees", change: "for admin too",
            reason: "It lets in to lists alone, and there the mere role has let in before."),
    ]

    static func of(_ mutant: Mutant) -> Equivalent? {
        all.first { $0.place == mutant.place && [$0.change, "without \($0.change)"].contains(mutant.change) }
    }
}
