import Crypto
import JSON
import Practice

import struct Foundation.Data

/// The page of a list that is asked for.
public struct Page: Sendable {
    static let limits = 1...100
    static let usualLimit = 25

    /// How many items the page may have.
    public let limit: Int
    /// Where the page begins: after the item with these keys, or at the list's beginning.
    public let after: PageKey?
    /// Seals the cursor of the next page; nil for a page that no request asked for.
    let cursors: CursorBinding?
    /// Whether the answer is to tell how many items there are on all pages.
    public let wantsTotal: Bool

    /// How many rows to read: one more than the page has, so that it is known whether another follows.
    public var fetch: Int { limit + 1 }

    /// Makes a page.
    public init(limit: Int = 25, after: PageKey? = nil) {
        self.init(limit: limit, after: after, cursors: nil)
    }

    init(limit: Int, after: PageKey? = nil, cursors: CursorBinding?, wantsTotal: Bool = false) {
        self.wantsTotal = wantsTotal
        self.limit = limit
        self.after = after
        self.cursors = cursors
    }
}

/// The sort keys of the last item of a page: what the next page begins after.
public struct PageKey: Sendable, Hashable {
    let parts: [String]

    /// Makes a key of texts, in the order in which the list is sorted.
    public init(_ parts: any CustomStringConvertible...) {
        self.parts = parts.map(\.description)
    }

    init(parts: [String]) {
        self.parts = parts
    }

    /// A key's text.
    ///
    /// - Throws: ``Problem/invalidCursor`` when there is none, which a cursor made by this server never does.
    public func text(_ index: Int) throws(Problem) -> String {
        guard parts.indices.contains(index) else { throw .invalidCursor }
        return parts[index]
    }

    /// A key that is an id.
    public func id<Kind>(_ index: Int, of kind: Kind.Type = Kind.self) throws(Problem) -> ID<Kind> {
        guard let id = ID<Kind>(try text(index)) else { throw .invalidCursor }
        return id
    }

    /// A key that is an instant.
    public func instant(_ index: Int) throws(Problem) -> Instant {
        guard let instant = Instant(try text(index)) else { throw .invalidCursor }
        return instant
    }

    /// A key that is a day.
    public func day(_ index: Int) throws(Problem) -> Day {
        guard let day = Day(try text(index)) else { throw .invalidCursor }
        return day
    }

    /// A key that is a whole number.
    public func integer(_ index: Int) throws(Problem) -> Int {
        guard let value = Int(try text(index)) else { throw .invalidCursor }
        return value
    }
}

/// Makes and opens the cursors of one list for one caller.
///
/// A cursor is sealed (AES-256-GCM), not only signed: its keys may be people's names, and it stands in URLs. What it is
/// bound to — the path, the filters and the sign-in — is authenticated with it.
struct CursorBinding: Sendable {
    let key: SymmetricKey
    /// The path, and the query or body without `cursor` and `limit`.
    let list: String
    let tokenHash: [UInt8]

    /// The same cursor for the same place in the same list, so that the same query gives the same bytes: the nonce follows
    /// from what is sealed, so none serves for two texts.
    func seal(_ page: PageKey) -> String? {
        let plain = page.parts.jsonBytes()
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array(SHA256.hash(data: associated)))
        code.update(data: plain)
        // Without a cursor the list ends here; these fail for keys and lengths that we never make.
        guard let nonce = try? AES.GCM.Nonce(data: Array(code.finalize()).prefix(12)),
            let box = try? AES.GCM.seal(plain, using: key, nonce: nonce, authenticating: associated),
            let sealed = box.combined
        else { return nil }
        return Base64URL.encode(sealed)
    }

    func open(_ cursor: String) -> PageKey? {
        // Whatever is wrong with a cursor, the caller is told one thing.
        guard cursor.utf8.count <= 2048, let bytes = Base64URL.decode(cursor),
            let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: key, authenticating: associated),
            case .array(let parts)? = try? JSONValue(parsing: Array(plain))
        else { return nil }
        return PageKey(parts: parts.compactMap(\.text))
    }

    private var associated: [UInt8] { tokenHash + Array(list.utf8) }

    /// The same, for a search whose filters are the members of a body.
    func filtered(by members: [JSONMember]) -> CursorBinding {
        let filters = members.filter { $0.name != "cursor" && $0.name != "limit" }.sorted { $0.name < $1.name }
        let text = String(decoding: JSONValue.object(filters).bytes, as: UTF8.self)
        return CursorBinding(key: key, list: list + text, tokenHash: tokenHash)
    }

    /// What a query says besides where in the list to be: its parameters in one order, whatever the order sent.
    static func filters(of query: Substring?) -> String {
        guard let query, !query.isEmpty else { return "" }
        return query.split(separator: "&")
            .filter { !$0.hasPrefix("cursor=") && !$0.hasPrefix("limit=") && !$0.hasPrefix("total=") }
            .sorted().joined(separator: "&")
    }
}
