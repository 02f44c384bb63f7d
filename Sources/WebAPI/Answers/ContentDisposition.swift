import HTTPTypes

extension HTTPFields {
    /// The fields of a file that is saved, and that no browser shows or runs in our name.
    ///
    /// The name stands twice, for old programs in ASCII and for others in UTF-8 (RFC 6266, RFC 8187).
    public static func file(named name: String, of mediaType: String) -> HTTPFields {
        [
            .contentType: mediaType,
            .contentDisposition: "attachment; filename=\"\(plain(name))\"; filename*=UTF-8''\(encoded(name))",
            .contentSecurityPolicy: "sandbox; default-src 'none'; frame-ancestors 'none'",
        ]
    }

    /// What a quoted string may hold without escapes; all else is `_`.
    private static func plain(_ name: String) -> String {
        String(
            decoding: name.unicodeScalars.map { scalar -> UInt8 in
                let isPlain = (0x20...0x7E).contains(scalar.value) && !"\"\\%".unicodeScalars.contains(scalar)
                return isPlain ? UInt8(truncatingIfNeeded: scalar.value) : 0x5F
            }, as: UTF8.self)
    }

    /// Percent-encoded but for `attr-char` (RFC 8187, 3.2.1).
    private static func encoded(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(byte)
            case _ where "!#$&+-.^_`|~".utf8.contains(byte): bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
