import Foundation
import Practice

extension SettingsReader {
    /// `on` or `off`.
    mutating func isOn(_ setting: Setting, default fallback: Bool) -> Bool {
        switch text(setting)?.lowercased() {
        case nil: return fallback
        case "on": return true
        case "off": return false
        default:
            fault("\(setting.rawValue) must be on or off.")
            return fallback
        }
    }

    /// The beginning of every link that leaves the practice.
    mutating func publicURL() -> String? {
        guard var text = text(.publicURL) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        let parts = URLComponents(string: text)
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#\"<>".utf8.contains($0) }
        guard isPlain, ["http", "https"].contains(parts?.scheme), parts?.host?.isEmpty == false, parts?.user == nil
        else {
            fault("CAIRN_PUBLIC_URL is the beginning of a link, such as https://portal.example, and nothing behind it.")
            return nil
        }
        return text
    }

    /// The mail program, with the sender and the links that its letters need.
    mutating func mailer(publicURL: String?) -> Mailer? {
        let (program, sender) = (text(.sendmail), text(.mailFrom))
        let from = sender.flatMap(EmailAddress.init)
        if sender != nil && from == nil { fault("CAIRN_MAIL_FROM must be an e-mail address, without a name.") }
        guard let program else { return nil }
        let command = program.split(separator: " ").map(String.init)
        guard let executable = command.first, executable.hasPrefix("/"), access(executable, X_OK) == 0 else {
            fault("CAIRN_SENDMAIL must be the whole path of a program and its arguments: /usr/sbin/sendmail -t -i")
            return nil
        }
        if sender == nil { fault("CAIRN_MAIL_FROM is missing: the sender of the letters that CAIRN_SENDMAIL sends.") }
        if publicURL == nil, text(.publicURL) == nil {
            fault("CAIRN_PUBLIC_URL is missing: where the links lead in the letters that CAIRN_SENDMAIL sends.")
        }
        guard let from, let publicURL else { return nil }
        return Mailer(command: command, from: from, publicURL: publicURL)
    }
}
