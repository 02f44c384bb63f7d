import Foundation

/// A mail program that does what a test says: it records what it is given, refuses it, hangs, or dies.
final class FakeSendmail: Sendable {
    let folder: String

    enum Mode: String {
        case record, slow, hang, die
        /// Refuses as often as ``refusals`` says.
        case refuse
    }

    init() throws {
        folder = NSTemporaryDirectory() + "/cairn-mail-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try Self.script.write(toFile: folder + "/sendmail", atomically: true, encoding: .utf8)
        _ = chmod(folder + "/sendmail", 0o755)
        try set(.record)
    }

    var command: [String] { [folder + "/sendmail", "-t", "-i"] }

    func set(_ mode: Mode, refusals: Int = 0) throws {
        try mode.rawValue.write(toFile: folder + "/mode", atomically: true, encoding: .utf8)
        try "\(refusals)".write(toFile: folder + "/left", atomically: true, encoding: .utf8)
    }

    /// What it took, in no order.
    func taken() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("mail.") }.map {
            try String(contentsOfFile: folder + "/" + $0, encoding: .utf8)
        }
    }

    /// How often it was started.
    func starts() throws -> Int {
        guard FileManager.default.fileExists(atPath: folder + "/starts") else { return 0 }
        return try String(contentsOfFile: folder + "/starts", encoding: .utf8).split(separator: "\n").count
    }

    /// The connections that it found open.
    func inherited() throws -> String { try String(contentsOfFile: folder + "/inherited", encoding: .utf8) }

    func remove() throws {
        try FileManager.default.removeItem(atPath: folder)
    }

    private static let script = """
        #!/bin/sh
        folder=$(dirname "$0")
        echo "$@" >> "$folder/starts"
        ls -l /proc/$$/fd | grep -E 'socket|eventpoll|eventfd' >> "$folder/inherited"
        read -r mode < "$folder/mode" || true
        case $mode in
        refuse)
            read -r left < "$folder/left" || true
            if [ "$left" -gt 0 ]; then echo $((left - 1)) > "$folder/left"; exit 75; fi ;;
        hang) cat > /dev/null; sleep 600 ;;
        die) cat > /dev/null; kill -9 $$ ;;
        slow) sleep 0.4 ;;
        esac
        draft=$(mktemp "$folder/draft.XXXXXXXX")
        cat > "$draft" && mv "$draft" "$folder/mail.${draft##*.}"
        """
}
