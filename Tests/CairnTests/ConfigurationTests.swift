import Foundation
import Practice
import Testing

@testable import Cairn

@Suite struct `Configuration` {
    @Test func `without any setting it listens on this machine alone, with a database of its own`() async throws {
        let settings = try await Settings.read(environment: [:])
        #expect(settings.listen.description == "127.0.0.1:8080")
        #expect(settings.admin.description == "127.0.0.1:9080")
        #expect(settings.database == .embedded)
        #expect(settings.corsOrigins == [])
    }

    @Test func `all faults are told at once`() async throws {
        let refusal = try await #require(throws: Refusal.self) {
            try await Settings.read(environment: [
                "CAIRN_PORT": "eighty", "CAIRN_LOG_LEVEL": "loud", "CAIRN_CORS_ORIGINS": "*", "CAIRN_PROT": "1",
                "CAIRN_DATABASE_URL": "postgresql:///cairn", "CAIRN_POOL_WAIT_SECONDS": "0",
            ])
        }
        #expect(
            refusal.sentences == [
                "CAIRN_PROT is not a setting of Cairn.",
                "CAIRN_PORT must be a number from 0 to 65535.",
                "CAIRN_WORKER_DATABASE_URL is missing: the same database as cairn_worker, for background work.",
                "CAIRN_MASTER_KEY_FILE (or CAIRN_MASTER_KEY) is missing: with a database of your own you keep the key "
                    + "as well. Make one with: openssl rand -hex 32",
                "CAIRN_CORS_ORIGINS lists exact origins such as https://portal.example; one entry is none.",
                "CAIRN_LOG_LEVEL must be one of trace, debug, info, notice, warning, error, critical.",
                "CAIRN_POOL_WAIT_SECONDS must be a number from 1 to 60.",
            ])
    }

    @Test func `a secret comes from a file, and not from two places`() async throws {
        let key = MasterKey()
        try await withFile(key.text + "\n") { path in
            let settings = try await Settings.read(environment: ["CAIRN_MASTER_KEY_FILE": path])
            #expect(settings.masterKey == key)
            let refusal = try await #require(throws: Refusal.self) {
                try await Settings.read(
                    environment: ["CAIRN_MASTER_KEY_FILE": path, "CAIRN_MASTER_KEY": MasterKey().text])
            }
            #expect(refusal.sentences == ["CAIRN_MASTER_KEY and CAIRN_MASTER_KEY_FILE are both set; keep one."])
        }
    }

    @Test func `no sentence about a secret repeats it`() async throws {
        let refusal = try await #require(throws: Refusal.self) {
            try await Settings.read(environment: ["CAIRN_MASTER_KEY": "hunter2hunter2"])
        }
        #expect(refusal.sentences == ["CAIRN_MASTER_KEY must be 32 random bytes: 64 hexadecimal digits, or base64."])
    }

    @Test func `the environment goes before the configuration file`() async throws {
        try await withFile("CAIRN_PORT=8181\nCAIRN_ADMIN_PORT=9191\n") { path in
            let settings = try await Settings.read(environment: ["CAIRN_CONFIG_FILE": path, "CAIRN_PORT": "8282"])
            #expect(settings.listen.port == 8282)
            #expect(settings.admin.port == 9191)
        }
    }

    @Test func `a mail program needs a sender and links, and all that is wrong with them is told`() async throws {
        let settings = try await Settings.read(environment: [
            "CAIRN_SENDMAIL": "/bin/cat -t -i", "CAIRN_MAIL_FROM": "post@portal.example",
            "CAIRN_PUBLIC_URL": "https://portal.example/app/", "CAIRN_SERVE_WORKER": "off",
        ])
        #expect(settings.mailer?.command == ["/bin/cat", "-t", "-i"])
        #expect(settings.mailer?.from.text == "post@portal.example")
        #expect(settings.mailer?.publicURL == "https://portal.example/app" && !settings.worksInServe)
        let alone = try await #require(throws: Refusal.self) {
            try await Settings.read(environment: ["CAIRN_SENDMAIL": "/bin/cat", "CAIRN_SERVE_WORKER": "maybe"])
        }
        #expect(
            alone.sentences == [
                "CAIRN_SERVE_WORKER must be on or off.",
                "CAIRN_MAIL_FROM is missing: the sender of the letters that CAIRN_SENDMAIL sends.",
                "CAIRN_PUBLIC_URL is missing: where the links lead in the letters that CAIRN_SENDMAIL sends.",
            ])
        let wrong = try await #require(throws: Refusal.self) {
            try await Settings.read(environment: [
                "CAIRN_SENDMAIL": "sendmail -t", "CAIRN_MAIL_FROM": "Mesa <post@portal.example>",
                "CAIRN_PUBLIC_URL": "portal.example?x",
            ])
        }
        #expect(
            wrong.sentences == [
                "CAIRN_PUBLIC_URL is the beginning of a link, such as https://portal.example, and nothing behind it.",
                "CAIRN_MAIL_FROM must be an e-mail address, without a name.",
                "CAIRN_SENDMAIL must be the whole path of a program and its arguments: /usr/sbin/sendmail -t -i",
            ])
        let alonePublic = try await Settings.read(environment: ["CAIRN_PUBLIC_URL": "http://127.0.0.1:8080"])
        #expect(alonePublic.mailer == nil && alonePublic.publicURL == "http://127.0.0.1:8080")
    }

    @Test func `the README explains every setting`() throws {
        let readme = try String(contentsOfFile: try ProductFiles.locate().root + "/README.md", encoding: .utf8)
        for setting in Setting.allCases {
            #expect(readme.contains("`\(setting.rawValue)`"), "\(setting.rawValue)")
        }
    }

    @Test(arguments: [
        String(repeating: "0", count: 64), "", "0123", String(repeating: "g", count: 64),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ])
    func `what is no random key of 32 bytes is refused`(_ text: String) {
        #expect(MasterKey(text: text) == nil)
    }

    @Test func `a master key is the same after it was written`() {
        let key = MasterKey()
        #expect(MasterKey(text: key.text) == key)
        #expect(MasterKey(text: Data(key.bytes).base64EncodedString()) == key)
    }
}

/// A file for the time of a test.
func withFile<Result>(_ content: String, _ body: (String) async throws -> Result) async throws -> Result {
    let path = NSTemporaryDirectory() + "/cairn-test-\(UUID().uuidString)"
    try content.write(toFile: path, atomically: true, encoding: .utf8)
    do {
        let value = try await body(path)
        try FileManager.default.removeItem(atPath: path)
        return value
    } catch {
        try FileManager.default.removeItem(atPath: path)
        throw error
    }
}
