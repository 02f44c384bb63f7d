import HTTPTypes
import Practice
import WebAPI

/// One's own meetings in one's own calendar program: those one leads, and those one has a seat in.
struct CalendarRoutes: RouteGroup {
    private let limits: Limits
    private let trustedProxies: Set<String>

    init(_ settings: FeatureSettings) {
        limits = settings.limits
        trustedProxies = settings.trustedProxies
    }

    var routes: [Route] {
        [
            .get("/v1/me/calendar-feeds", "me.read", of: .practice, list),
            .post("/v1/me/calendar-feeds", "me.change", of: .practice, secrets: ["/path"], create),
            .delete("/v1/me/calendar-feeds/{feedId}", "me.change", of: .practice, revoke),
            .publicGet("/v1/calendars/{secret}", read).offering(types: ["text/calendar"]),
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let feeds = try await call.run(CalendarFeed.list(in: call.practiceID))
        return .list(feeds)
    }

    private func create(_ call: Call) async throws -> Answer {
        try call.body { _ in }
        let id: ID<CalendarFeed> = call.newID()
        let token = Token(practiceID: call.practiceID, in: call.surroundings)
        let new = CalendarFeed.New(id: id, createdAt: call.now, token: token)
        guard try await call.run(CalendarFeed.insert(new, in: call.practiceID)) == 1 else {
            throw Problem.conflict(
                "too_many_feeds", "You have \(CalendarFeed.limit) calendar addresses. Revoke one that you do not use.")
        }
        return .json(.created, new)
    }

    private func revoke(_ call: Call) async throws -> Answer {
        let revoked = try await call.run(
            CalendarFeed.revoke(call.id("feedId"), in: call.practiceID, at: call.now))
        guard revoked == 1 else { throw Problem.notFound }
        return .noContent
    }

    /// Calendar programs cannot sign in: the address is the secret. Only addresses that are none count, so that the
    /// programs of many colleagues behind one network address meet no limit.
    private func read(_ call: Call) async throws -> Answer {
        try call.query { _ in }
        let bucket = Bucket(limits.calendarsByAddress, "calendar/\(call.clientAddress(behind: trustedProxies))")
        let secret = call.parameter("secret")
        guard let token = Token(secret.hasSuffix(".ics") ? secret.dropLast(4) : secret[...]) else {
            try await call.runPublic(call.draw(bucket)).judge(at: call.now)
            throw Problem.notFound
        }
        let (found, _) = try await call.runPublic(
            CalendarFeed.events(token, request: call.provenRequest, at: call.now), call.left(in: bucket))
        guard let events = found else {
            try await call.runPublic(call.draw(bucket)).judge(at: call.now)
            await call.recordRefusal(of: token.practiceID, "me.read", on: "calendar_feed", "not_found")
            throw Problem.notFound
        }
        return Answer(
            status: .ok,
            headers: [
                .contentType: CalendarFile.mediaType,
                .contentDisposition: "attachment; filename=\"appointments.ics\"",
            ],
            body: CalendarFile(events).bytes)
    }
}
