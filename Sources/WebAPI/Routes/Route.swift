import HTTPTypes
import JSON
import Postgres

/// One route: method, path, what it does to what, and the handler.
///
/// Without an action and a target there is no route: only `public…` makes one that anybody may call.
///
/// ```swift
/// struct RosterRoutes: RouteGroup {
///     var routes: [Route] {
///         [.get("/v1/groups/{groupID}/roster", "roster.read", of: .group("groupID"), read)]
///     }
/// }
/// ```
public struct Route: Sendable {
    /// What answers a call.
    public typealias Handler = @Sendable (Call) async throws -> Answer

    /// Who may call a route.
    public enum Access: Sendable, Hashable {
        /// Whoever its door in the database lets do this to this.
        case entering(Action, Target)
        /// Anybody.
        case open
    }

    /// The HTTP method.
    public let method: HTTPRequest.Method
    /// The path, parameters in braces: `/v1/groups/{groupID}/roster`.
    public let template: String
    /// Who may call it.
    public private(set) var access: Access
    /// The largest body that is read, in bytes.
    public let bodyLimit: Int
    /// Where in its answer secrets stand, as JSON pointers: what is kept of the answer is kept without them.
    package private(set) var secrets: [String] = []
    /// Whether its answer tells a secret: such an answer is never compressed, since the size of what is would tell of it to
    /// who can have something of his own in the same answer.
    package private(set) var tellsSecrets = false
    /// The media types that its answers may have, the one first that is given where nothing is asked for; empty where it
    /// answers without a body, or with whatever somebody has put in.
    package private(set) var offered: [String]
    let handler: Handler
    /// The function of the database through which a request goes first; nil where anybody may call.
    package private(set) var door: SQL?
    /// The door that requests with certain parameters go through instead; nil for most routes.
    package private(set) var other: OtherDoor?

    /// The size up to which bodies are read unless a route says otherwise: 64 KiB.
    public static let usualBodyLimit = 65_536

    private init(
        _ method: HTTPRequest.Method, _ template: String, _ access: Access, _ bodyLimit: Int,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.template = template
        self.access = access
        self.bodyLimit = bodyLimit
        self.handler = handler
        offered = method == .delete ? [] : [Representation.json.rawValue]
        door =
            if case .entering(let action, let target) = access {
                .door(of: action.name, to: target.parts.kind)
            } else { nil }
    }

    /// A route that reads.
    public static func get(
        _ template: String, _ action: Action, of target: Target, _ handler: @escaping Handler
    ) -> Route {
        Route(.get, template, .entering(action, target), 0, handler)
    }

    /// A route that reads, and that goes through the door to another target where the query has one of `parameters`:
    /// what is asked for then needs another scope. Declared, so that no handler can choose after it has run something,
    /// and that the audit names the door that was taken, for refusals too.
    public static func get(
        _ template: String, _ action: Action, of target: Target, or other: Target, whenAsked parameters: [String],
        _ handler: @escaping Handler
    ) -> Route {
        var route = Route(.get, template, .entering(action, target), 0, handler)
        route.other = OtherDoor(
            access: .entering(action, other), door: .door(of: action.name, to: other.parts.kind),
            parameters: parameters)
        return route
    }

    /// The route as a request with this query takes it: through one door or the other.
    func taken(by query: Substring?) -> Route {
        guard let other, let query else { return self }
        var faults = FaultSink()
        let names = FormURLEncoding.parse(query, &faults).map(\.name)
        guard other.parameters.contains(where: names.contains) else { return self }
        var route = self
        (route.access, route.door) = (other.access, other.door)
        return route
    }

    /// A route that adds, or searches. It honours `Idempotency-Key` without the handler's doing.
    ///
    /// - Parameter secrets: JSON pointers to what in its answer is told once and kept nowhere: tokens, secret addresses.
    public static func post(
        _ template: String, _ action: Action, of target: Target, bodyLimit: Int = usualBodyLimit,
        secrets: [String] = [], _ handler: @escaping Handler
    ) -> Route {
        var route = Route(.post, template, .entering(action, target), bodyLimit, handler)
        route.secrets = secrets
        return route
    }

    /// The same route, with answers in these forms.
    public func offering(_ forms: Representation...) -> Route { offering(types: forms.map(\.rawValue)) }

    /// The same route, with answers of these media types; of none where its answers are whatever somebody has put in.
    public func offering(types: [String]) -> Route {
        var route = self
        route.offered = types
        return route
    }

    /// The same route, whose answer tells a secret.
    public func tellingSecrets() -> Route {
        var route = self
        route.tellsSecrets = true
        return route
    }

    /// Whether its action changes nothing, so that to repeat it is to ask again.
    var onlyReads: Bool {
        guard case .entering(let action, _) = access else { return false }
        return action.name.hasSuffix(".read") || action.name.hasSuffix(".search")
    }

    /// A route that sets; to repeat it is harmless.
    public static func put(
        _ template: String, _ action: Action, of target: Target, bodyLimit: Int = usualBodyLimit,
        _ handler: @escaping Handler
    ) -> Route {
        Route(.put, template, .entering(action, target), bodyLimit, handler)
    }

    /// A route that changes members by a merge patch.
    public static func patch(
        _ template: String, _ action: Action, of target: Target, bodyLimit: Int = usualBodyLimit,
        _ handler: @escaping Handler
    ) -> Route {
        Route(.patch, template, .entering(action, target), bodyLimit, handler)
    }

    /// A route that ends something.
    public static func delete(
        _ template: String, _ action: Action, of target: Target, _ handler: @escaping Handler
    ) -> Route {
        Route(.delete, template, .entering(action, target), 0, handler)
    }

    /// A route that anybody may read.
    public static func publicGet(_ template: String, _ handler: @escaping Handler) -> Route {
        Route(.get, template, .open, 0, handler)
    }

    /// A route to which anybody may send.
    public static func publicPost(
        _ template: String, bodyLimit: Int = usualBodyLimit, _ handler: @escaping Handler
    ) -> Route {
        Route(.post, template, .open, bodyLimit, handler)
    }

    /// A route that anybody may set, given a secret in its path.
    public static func publicPut(
        _ template: String, bodyLimit: Int = usualBodyLimit, _ handler: @escaping Handler
    ) -> Route {
        Route(.put, template, .open, bodyLimit, handler)
    }
}

/// A route's second door, and what a request must ask for to be sent through it.
package struct OtherDoor: Sendable {
    package let access: Route.Access
    package let door: SQL
    package let parameters: [String]
}

/// The routes of one feature: first the table, then the handlers in its order, then requests and responses.
public protocol RouteGroup: Sendable {
    /// The table.
    var routes: [Route] { get }
}
