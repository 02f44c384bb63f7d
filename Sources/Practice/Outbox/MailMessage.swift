import Foundation

/// A letter as it leaves: neutral, whoever reads it over somebody's shoulder. It says one sentence, and where there is more.
///
/// RFC 5322, for a program that reads the recipient from the header (`sendmail -t -i`). Nothing in a header comes from
/// outside but addresses, which ``EmailAddress`` has judged, and a name, which is encoded: no line can be added.
public struct MailMessage: Sendable {
    private let id: ID<Letter>
    private let sender: EmailAddress
    private let senderName: String?
    private let recipient: EmailAddress
    private let sentence: String
    private let link: String
    private let at: Instant

    /// A message of one sentence and a link; without a name of the sender it shows an address alone.
    public init(
        _ id: ID<Letter>, from sender: EmailAddress, named name: String?, to recipient: EmailAddress,
        saying sentence: String, link: String, at instant: Instant
    ) {
        self.id = id
        self.sender = sender
        senderName = name
        self.recipient = recipient
        self.sentence = sentence
        self.link = link
        at = instant
    }

    /// The whole message. Lines end as the mail program wants them on Unix, with a line feed.
    public var text: String {
        """
        From: \(from)
        To: <\(recipient.text)>
        Subject: You have a message
        Date: \(Self.date(at))
        Message-ID: <\(id)@\(sender.domain)>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        \(sentence)

        \(link)

        """
    }

    private var from: String {
        guard let senderName else { return "<\(sender.text)>" }
        return "\(Self.encoded(senderName)) <\(sender.text)>"
    }

    /// Encoded words (RFC 2047), each of whole characters and no longer than the 75 bytes that one may have.
    private static func encoded(_ name: String) -> String {
        var (words, word) = ([Data](), Data())
        for scalar in name.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if word.count + bytes.count > 45 {
                words.append(word)
                word = Data()
            }
            word.append(contentsOf: bytes)
        }
        return (words + [word]).map { "=?utf-8?B?\($0.base64EncodedString())?=" }.joined(separator: " ")
    }

    /// A date as RFC 5322 writes it, in UTC.
    private static func date(_ instant: Instant) -> String {
        let day = instant.utcDay
        let (year, month, number) = (day.components.year, day.components.month, day.components.day)
        let seconds = instant.secondsSince1970 - Int64(day.daysSince1970) * 86_400
        let weekday = day.weekday.rawValue.prefix(3).capitalized
        let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(weekday), \(number) \(months[month - 1]) \(year) \(time.joined(separator: ":")) +0000"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
