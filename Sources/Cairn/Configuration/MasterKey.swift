import Crypto
import Foundation
import JSON
import Practice

/// 256 random bits that wrap the keys of all practices. Whoever has it and the database can read every note.
package struct MasterKey: Sendable, Equatable {
    package let bytes: [UInt8]

    /// Reads 32 bytes written as 64 hexadecimal digits or as base64; nil when it is anything else.
    package init?(text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.count == 64, let bytes = Hex.bytes(text) {
            self.bytes = bytes
        } else if let data = Data(base64Encoded: text), data.count == 32 {
            self.bytes = [UInt8](data)
        } else {
            return nil
        }
        // A key of one repeated byte is a placeholder that somebody meant to replace.
        guard Set(bytes).count > 1 else { return nil }
    }

    package init() {
        bytes = SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) }
    }

    package var text: String { Hex.text(bytes) }
}

/// The master key of an embedded PostgreSQL: made on the first start, readable by its owner only.
enum MasterKeyFile {
    static func path(in directory: String) -> String { directory + "/master.key" }

    static func read(in directory: String) throws(Refusal) -> MasterKey {
        let path = path(in: directory)
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Refusal(
                "The data in \(directory) are there, but their key \(path) is missing or cannot be read. What is "
                    + "encrypted cannot be read without it: put the key back from your backup.")
        }
        guard let key = MasterKey(text: text) else {
            throw Refusal("\(path) does not hold a master key (64 hexadecimal digits). Put it back from your backup.")
        }
        return key
    }

    static func create(in directory: String) throws(Refusal) -> MasterKey {
        let key = MasterKey()
        let path = path(in: directory)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Refusal("\(path) cannot be written: \(String(cString: strerror(errno))).") }
        defer { close(file) }
        let text = Array((key.text + "\n").utf8)
        guard write(file, text, text.count) == text.count, fsync(file) == 0 else {
            throw Refusal("\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        return key
    }
}
