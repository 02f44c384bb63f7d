import Foundation
import Postgres
import Practice
import TestSupport
import Testing

/// Lists forget: what a tie reached until yesterday is not in them, and what it will reach from tomorrow is not in them yet.
/// That they have neither less nor more than what holds, for everybody on the stage, is asked by `MatrixTests`.
@Suite(.onStage) struct ListTests {
    struct Dated: Sendable, CustomTestStringConvertible {
        let relation: String
        let holding: [Tie]
        let over: [Tie]
        let toCome: [Tie]

        init(_ relation: String, _ holding: [Tie], over: [Tie], toCome: [Tie]) {
            (self.relation, self.holding, self.over, self.toCome) = (relation, holding, over, toCome)
        }

        var testDescription: String { relation }
    }

    private static let treating = Dated(
        "treats", [.treats, .treatsUntilToday], over: [.treatedUntilYesterday], toCome: [.treatsFromTomorrow])
    /// Leading, and a seat of whom one leads: paused is one; to wait for it, or to have been offered it, is none.
    private static let leading = Dated(
        "leads_client", [.facilitates, .facilitatesSomeonePaused],
        over: [.facilitatedUntilYesterday, .facilitatesAFormerMember],
        toCome: [
            .facilitatesFromTomorrow, .facilitatesAFutureMember, .facilitatesSomeoneWaitlisted, .facilitatesSomeoneOffered,
        ])
    /// Supervision, and the treatment by whom one supervises; either of them, or both.
    private static let overseeing = Dated(
        "oversees", [.oversees],
        over: [.oversawUntilYesterday, .overseesWhoTreatedUntilYesterday, .oversawWhoTreatedUntilYesterday],
        toCome: [.overseesFromTomorrow, .overseesWhoTreatsFromTomorrow])
    private static let guarding = [
        "guards": Tie.guards, "guards:attendance": .guardsAttendance, "guards:schedule": .guardsSchedule,
        "guards:homework": .guardsHomework,
    ]

    static let dated =
        [
            treating, leading, overseeing,
            Dated(
                "sees_client", treating.holding + leading.holding + overseeing.holding,
                over: treating.over + leading.over + overseeing.over,
                toCome: treating.toCome + leading.toCome + overseeing.toCome),
            // Who treats a couple that ended finishes its record.
            Dated(
                "treats_couple", [.treatsTheCouple, .treatsACoupleThatEnded], over: [.treatedTheCoupleUntilYesterday],
                toCome: [.treatsTheCoupleFromTomorrow]),
            // Whoever was ever in a group is reached by leading it: attendance, homework and the rosters of other days are the
            // group's.
            Dated(
                "facilitates",
                [.facilitates, .facilitatesSomeonePaused, .facilitatesAFormerMember, .facilitatesSomeoneWaitlisted],
                over: [.facilitatedUntilYesterday], toCome: [.facilitatesFromTomorrow]),
            Dated(
                "oversees_group", [.overseesTheGroup],
                over: [.oversawTheGroupUntilYesterday, .overseesWhoLedUntilYesterday, .oversawWhoLedUntilYesterday],
                toCome: [.overseesTheGroupFromTomorrow, .overseesWhoLeadsFromTomorrow]),
            Dated(
                "reviews", [.treats, .facilitates], over: [.treatedUntilYesterday, .facilitatedUntilYesterday],
                toCome: [.treatsFromTomorrow, .facilitatesFromTomorrow]),
            Dated(
                "enrolled_in", [.isTheClient, .isAMember, .isPaused], over: [.wasAMemberUntilYesterday],
                toCome: [.isAMemberFromTomorrow, .isWaitlisted, .isOffered]),
            Dated(
                "guards_member", [.guards, .guardsSomeonePaused],
                over: [.guardedUntilYesterday, .guardedUntilEighteenToday, .guardsAFormerMember],
                toCome: [.guardsFromTomorrow, .guardsAFutureMember, .guardsSomeoneWaitlisted]),
        ]
        + guarding.sorted { $0.key < $1.key }.map {
            Dated(
                $0.key, [.guards, .guardsUntilEighteenTomorrow, $0.value],
                over: [.guardedUntilYesterday, .guardedUntilEighteenToday], toCome: [.guardsFromTomorrow])
        }

    @Test func `every relation that reaches something has its dates here`() async throws {
        let stage = try #require(Stage.current)
        let reaching = try await stage.world.database.superuser.pipeline(
            Query.rows(
                """
                select distinct r.relation from access.rules r
                where exists (select from pg_proc p where p.pronamespace = 'access'::regnamespace
                              and p.proname = 'reach_' || split_part(r.relation, ':', 1))
                """
            ) { try $0.next(String.self) })
        // One is oneself without a date.
        #expect(Set(reaching) == Set(Self.dated.map(\.relation) + ["self"]))
    }

    @Test(arguments: dated)
    func `a list has what is reached today, and nothing of yesterday's or tomorrow's`(dated: Dated) async throws {
        let stage = try #require(Stage.current)
        let cells = (Matrix.cells + Matrix.unwritten).filter { $0.relation == dated.relation }
        var lists = 0
        for scene in stage.scenes {
            for cell in cells where cell.role == scene.role.rawValue {
                let (relation, reach) = try await reached(stage, scene, cell.action)
                if dated.holding.contains(scene.tie), relation == dated.relation {
                    #expect(!reach.isEmpty && reach == scene.reach(by: relation), "\(scene.name), \(cell.action)")
                    lists += 1
                } else if (dated.over + dated.toCome).contains(scene.tie) {
                    let scenes = [scene.client.clientID.uuid, scene.couple.uuid, scene.group.uuid]
                    let all = reach.clients.union(reach.couples).union(reach.groups)
                    // A group that one leads is reached by another relation than a client of it.
                    let led = dated.relation == "facilitates" || !scene.tie.leadsTheGroup ? [] : [relation]
                    #expect(led == ["facilitates"] || all.isDisjoint(with: scenes), "\(scene.name), \(cell.action)")
                    lists += 1
                }
            }
        }
        #expect(lists > 1)
    }

    /// By which relation a list is let in, and what the scope of the request is then.
    private func reached(_ stage: Stage, _ scene: Scene, _ action: String) async throws -> (String, Reach) {
        let (entry, reach) = try await stage.world.database.server.pipeline(
            stage.world.enter(scene.caller, action),
            Query.row("select access.clients(), access.couples(), access.groups()") { row in
                Reach(
                    clients: Set(try row.next([UUID].self)), couples: Set(try row.next([UUID].self)),
                    groups: Set(try row.next([UUID].self)))
            })
        return (entry[3] ?? "", reach)
    }
}
