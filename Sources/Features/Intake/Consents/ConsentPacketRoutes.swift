import JSON
import Practice
import WebAPI

/// Which consents a practice asks for, and without which of them nothing begins.
struct ConsentPacketRoutes: RouteGroup {
    var routes: [Route] {
        [
            .get("/v1/consent-packets", "consent.read", of: .practice, list),
            .get("/v1/consent-packets/{audience}", "consent.read", of: .practice, read),
            .put("/v1/consent-packets/{audience}", "practice.change", of: .practice, change),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let packets = try await call.run(ConsentPacket.list(in: call.practiceID))
        return .list(packets)
    }

    private func read(_ call: Call) async throws -> Answer {
        let packet = try await call.run(ConsentPacket.one(call.parameter("audience"), in: call.practiceID))
        return .json(etag: packet.version, packet)
    }

    private func change(_ call: Call) async throws -> Answer {
        let seen = try call.ifMatch()
        let change = try call.body(ConsentPacket.Change.init)
        let audience = call.parameter("audience")
        let (_, packet) = try await call.run(
            ConsentPacket.update(change, audience, seen: seen, in: call.practiceID),
            ConsentPacket.one(audience, in: call.practiceID))
        return .json(etag: packet.version, packet)
    }
}

extension ConsentPacket: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("audience", audience)
            json.array("kinds", kinds)
            json.array("required", required)
            if audience == Consent.Audience.minor.rawValue { json.member("guardians", guardians.rawValue) }
        }
    }
}
