import Foundation
import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

/// The first call, and how the practice answers it.
struct InquiryRoutes: RouteGroup {
    private let limits: Limits
    private let trustedProxies: Set<String>

    init(_ settings: FeatureSettings) {
        limits = settings.limits
        trustedProxies = settings.trustedProxies
    }

    var routes: [Route] {
        [
            .publicPost("/v1/practices/{slug}/inquiries", bodyLimit: 32_768, submit),
            .get("/v1/inquiries", "inquiry.read", of: .practice, list),
            .get("/v1/inquiries/{inquiryId}", "inquiry.read", of: .inquiry("inquiryId"), read),
            .patch("/v1/inquiries/{inquiryId}", "inquiry.change", of: .inquiry("inquiryId"), change),
            .put(
                "/v1/inquiries/{inquiryId}/risk-acknowledgement", "inquiry.change", of: .inquiry("inquiryId"),
                acknowledge),
        ]
    }

    /// Whether the practice knows the person already or not, the answer is the same, and says nothing of what was sent.
    private func submit(_ call: Call) async throws -> Answer {
        let inquiry = try call.body(Inquiry.Submission.init)
        let (key, slug) = (try call.idempotencyKey(), call.parameter("slug"))
        let address = call.clientAddress(behind: trustedProxies)
        let (results, slots) = try await call.runPublic { batch in
            let draws =
                [batch.append(call.draw(Bucket(limits.inquiriesByAddress, "inquiry/address/\(address)")))]
                + inquiry.contacts.map {
                    batch.append(
                        // Whether somebody has written already is not for who knows the address to find out.
                        call.draw(
                            Bucket(limits.inquiriesByContact, "inquiry/contact/\(slug)/\(address)/\($0)"),
                            isTold: false))
                }
            return (draws, batch.append(Inquiry.practice(named: slug)))
        }
        for draw in slots.0 { try results[draw].judge(at: call.now) }
        guard let practice = try results[slots.1] else { throw Problem.notFound }
        let id = key.map { Inquiry.id(from: $0, in: practice) } ?? call.newID()
        let place = Place("inquiries", "message", id)
        let message = try await call.vault(of: practice).sealed(inquiry.message, at: place)
        let (_, inserted) = try await call.runPublic(
            Inquiry.enter(slug, request: call.provenRequest, at: call.now),
            Inquiry.insert(inquiry, id, sealed: message, digest: key?.bodyHash, in: practice, at: call.now))
        let answer = Answer.json(.accepted) { $0.member("state", "received") }
        guard inserted == 0, let key else { return answer }
        guard try await call.runPublic(Inquiry.was(id, key.bodyHash, in: practice)) else {
            throw Problem.idempotencyKeyReused
        }
        return answer.replayed
    }

    private func list(_ call: Call) async throws -> Answer {
        let filter = try call.query(Inquiry.Filter.init)
        let (inquiries, total) = try await call.run(
            Inquiry.Record.list(filter, in: call.practiceID, at: call.now),
            Inquiry.Record.total(filter, in: call.practiceID, at: call.now))
        let vault = try await call.vault()
        return call.page(filter.page, try inquiries.map { try $0.opened(with: vault) }, total: total) {
            PageKey($0.receivedAt, $0.id)
        }
    }

    private func read(_ call: Call) async throws -> Answer {
        let inquiry = try await call.run(Inquiry.Record.one(call.id("inquiryId"), in: call.practiceID))
        return .json(etag: inquiry.version, try inquiry.opened(with: await call.vault()))
    }

    private func change(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let change = try call.patch(Inquiry.Change.init)
        let id: ID<Inquiry> = call.id("inquiryId")
        do throws(Problem) {
            let (_, inquiry) = try await call.run(
                Inquiry.update(change, id, seen: seen, in: call.practiceID, at: call.now),
                Inquiry.Record.one(id, in: call.practiceID), faults: Inquiry.faults)
            return .json(etag: inquiry.version, try inquiry.opened(with: await call.vault()))
        } catch let problem where problem.code == Inquiry.doesNotFollow {
            throw Inquiry.refusal(problem, from: try await call.run(Inquiry.Record.one(id, in: call.practiceID)).state)
        }
    }

    /// Whoever takes note of a risk has seen this version of it: a risk that was raised since is 412.
    private func acknowledge(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let id: ID<Inquiry> = call.id("inquiryId")
        let (acknowledged, inquiry) = try await call.run(
            Inquiry.acknowledge(id, seen: seen, in: call.practiceID, at: call.now),
            Inquiry.Record.one(id, in: call.practiceID))
        guard acknowledged == 1 else {
            throw Problem.conflict("no_risk_raised", "No answers have raised a risk that could be acknowledged.")
        }
        return .json(etag: inquiry.version, try inquiry.opened(with: await call.vault()))
    }
}

extension Inquiry {
    static let doesNotFollow = "inquiry_state_does_not_follow"

    /// The refusal of a step, with the steps that are allowed.
    static func refusal(_ problem: Problem, from state: State) -> Problem {
        var problem = problem
        let next = state.next.map(\.rawValue).joined(separator: ", ")
        problem.detail =
            next.isEmpty
            ? "This inquiry is closed: it is \(state.rawValue)."
            : "This inquiry is \(state.rawValue). What may follow is: \(next)."
        return problem
    }

    /// The id of an inquiry that came with a key: the same again, when it comes again.
    fileprivate static func id(from key: IdempotencyKey, in practice: ID<Practice>) -> ID<Inquiry> {
        let bytes = zip(key.hash, withUnsafeBytes(of: practice.uuid.uuid) { Array($0) }).map { $0 ^ $1 }
        // Version 8 (RFC 9562, 5.8): made of other things than the time.
        return ID(
            UUID(
                uuid: (
                    bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6] & 0x0F | 0x80, bytes[7],
                    bytes[8] & 0x3F | 0x80, bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
                )))
    }
}
