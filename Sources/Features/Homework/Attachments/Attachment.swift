import HTTPTypes
import JSON
import Postgres
import Practice
import WebAPI

// An attachment is begun with its name and size, comes in pieces, and is complete with the last of them. What it is, its
// first piece shows.

extension Attachment {
    /// Pieces begin at multiples of this, so that a piece's place is its number: 256 KiB.
    static let unit = 262_144
    /// The largest piece, in bytes: what one request holds in memory.
    static let largestChunk = 4 * unit
    /// How many attachments of one client may be unfinished at a time.
    static let openAtMost = 20
    /// How many attachments a piece of homework may have, named by its answers or not.
    static let perHomework = 100

    /// What a client asks to attach.
    struct New: Sendable {
        var key: String
        var name: String
        var size: Int

        init(_ body: inout JSONObjectReader) {
            key = body.required("key", .line(1...40))
            name = body.required("name", .line(1...200))
            size = body.required("size", .integer(1...Int(Int32.max)))
        }
    }

    /// An attachment without its content.
    struct Item: Sendable {
        var id: ID<Attachment>
        var key: String
        var sealedName: [UInt8]
        var size: Int
        var received = 0
        var mediaType: MediaType?
        var createdAt: Instant
        var completedAt: Instant?
        /// The last submission that names it.
        var submission: Int?

        /// One that was just begun.
        init(_ id: ID<Attachment>, _ new: New, sealedName: [UInt8], at now: Instant) {
            self.id = id
            key = new.key
            self.sealedName = sealedName
            size = new.size
            createdAt = now
        }

        init(_ row: inout Row) throws(PostgresError) {
            id = try row.next()
            key = try row.next()
            sealedName = try row.next()
            size = try row.next()
            received = try row.next()
            mediaType = try row.next()
            createdAt = try row.next()
            completedAt = try row.next()
            submission = try row.next()
        }

        func opened(with vault: Vault) throws(KeyError) -> Opened {
            Opened(item: self, name: try vault.openText(sealedName, at: .attachmentName(id)))
        }
    }

    /// An attachment whose name can be read.
    struct Opened: Sendable, JSONWritable {
        var item: Item
        var name: String

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", item.id)
                json.member("key", item.key)
                json.member("name", name)
                json.member("size", item.size)
                json.member("received", item.received)
                json.member("chunkSize", Attachment.largestChunk)
                json.member("mediaType", item.mediaType?.rawValue)
                json.member("createdAt", item.createdAt)
                json.member("completedAt", item.completedAt)
                json.member("submission", item.submission)
            }
        }
    }

    /// How an attempt to attach, to send a piece or to take one away came out.
    enum Outcome: String, PostgresWord {
        case accepted
        /// The same piece was there before.
        case repeated
        case withdrawn
        case alreadyReviewed = "already_reviewed"
        case notOpenYet = "not_open_yet"
        case refused
        case quotaExceeded = "quota_exceeded"
        case tooManyUploads = "too_many_uploads"
        case tooManyAttachments = "too_many_attachments"
        case sizeDiffers = "size_differs"
        case wrongOffset = "wrong_offset"
        case notAccepted = "not_accepted"
        case handedIn = "handed_in"
    }
}

extension Attachment.Outcome {
    /// What the caller is told where nothing was kept; nil where all is well.
    var problem: Problem? {
        switch self {
        case .accepted, .repeated: nil
        case .notAccepted:
            Problem(
                .unprocessableContent, "not_accepted",
                """
                The content is not of a kind that this question takes, whatever the name says. The upload was removed; \
                attach a picture, a PDF or a recording, as the question asks.
                """)
        default: .conflict(rawValue, detail)
        }
    }

    private var detail: String {
        switch self {
        case .withdrawn: "This homework was withdrawn."
        case .alreadyReviewed: "This homework was reviewed, and that is final."
        case .notOpenYet: "This homework is not open yet."
        case .quotaExceeded:
            "Your files would take more room than the practice gives. Delete some that you did not hand in."
        case .tooManyUploads:
            "You have \(Attachment.openAtMost) unfinished uploads. Finish or delete some of them first."
        case .tooManyAttachments:
            "This homework has \(Attachment.perHomework) attachments. Delete some that you did not hand in."
        case .sizeDiffers: "The size in Content-Range is not the one that was announced. Begin a new upload."
        case .handedIn: "This was handed in, and stays with the submission."
        default: "The present state of things does not allow this."
        }
    }
}

extension Place {
    static func attachmentName(_ id: ID<Attachment>) -> Place { Place("attachments", "name", id) }

    /// - Parameter number: where the piece begins, in units of ``Attachment/unit``.
    static func attachmentChunk(_ id: ID<Attachment>, _ number: Int, of size: Int) -> Place {
        Place("attachment_chunks", "sealed", id, part: number, of: size)
    }
}
