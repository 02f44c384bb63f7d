extension MediaType {
    /// The type that the beginning of a file shows, whatever its name says; nil where it is none of ours.
    ///
    /// By the signatures of the formats' own specifications (PNG and the others as in the WHATWG's MIME Sniffing
    /// Standard, 6). A signature alone is not enough where films begin in the same way: see ``init(ebml:)`` and
    /// ``init(isoMedia:)``.
    public init?(beginningOfFile bytes: [UInt8]) {
        if bytes.begin(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.begin(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.begin(with: "GIF87a") || bytes.begin(with: "GIF89a") {
            self = .gif
        } else if bytes.begin(with: "%PDF-1.") || bytes.begin(with: "%PDF-2.") {
            self = .pdf
        } else if bytes.begin(with: "fLaC") {
            self = .flac
        } else if let type = Self(riff: bytes) ?? Self(isoMedia: bytes) ?? Self(ogg: bytes) ?? Self(ebml: bytes) {
            self = type
        } else if bytes.isMP3 {
            self = .mp3
        } else {
            return nil
        }
    }

    /// RIFF: WebP and WAV, not AVI.
    private init?(riff bytes: [UInt8]) {
        guard bytes.begin(with: "RIFF") else { return nil }
        if bytes.has("WEBPVP8 ", at: 8) || bytes.has("WEBPVP8L", at: 8) || bytes.has("WEBPVP8X", at: 8) {
            self = .webp
        } else if bytes.has("WAVE", at: 8) {
            self = .wav
        } else {
            return nil
        }
    }

    /// Ogg (RFC 3533): the first page says which codec; Theora is film.
    private init?(ogg bytes: [UInt8]) {
        guard bytes.begin(with: "OggS"), bytes.count > 27 else { return nil }
        let payload = 27 + Int(bytes[26])
        guard
            bytes.has("OpusHead", at: payload) || bytes.has("\u{1}vorbis", at: payload)
                || bytes.has("\u{7F}FLAC", at: payload) || bytes.has("Speex   ", at: payload)
        else { return nil }
        self = .ogg
    }

    /// WebM (RFC 8794, RFC 9559): Matroska with the type `webm`. Recorders of browsers name the codecs at the beginning;
    /// one with a picture is film.
    private init?(ebml bytes: [UInt8]) {
        guard bytes.begin(with: [0x1A, 0x45, 0xDF, 0xA3]), bytes.prefix(64).contain("webm") else { return nil }
        let head = bytes.prefix(4_096)
        guard head.contain("A_OPUS") || head.contain("A_VORBIS") else { return nil }
        guard !head.contain("V_VP8"), !head.contain("V_VP9"), !head.contain("V_AV1") else { return nil }
        self = .webm
    }
}

extension [UInt8] {
    /// MP3: a tag (ID3v2), or two frames of layer III one behind the other, since eleven bits alone are in many files.
    fileprivate var isMP3: Bool {
        if begin(with: "ID3"), count > 10 {
            return self[3] < 0xFF && self[4] < 0xFF && self[6...9].allSatisfy { $0 < 0x80 }
        }
        guard let length = frameLength(at: 0) else { return false }
        return frameLength(at: length) != nil
    }

    /// How long the MPEG audio frame is that begins here (ISO 11172-3, 2.4.2.3), in bytes.
    private func frameLength(at start: Int) -> Int? {
        guard start + 4 <= count, self[start] == 0xFF, self[start + 1] & 0xE6 == 0xE2 else { return nil }
        let (version, bitrate) = ((self[start + 1] >> 3) & 3, Int(self[start + 2] >> 4))
        let rate = Int((self[start + 2] >> 2) & 3)
        guard version != 1, (1...14).contains(bitrate), rate < 3 else { return nil }
        let kilobits =
            version == 3
            ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
            : [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        let hertz = [44_100, 48_000, 32_000][rate] / (version == 3 ? 1 : version == 2 ? 2 : 4)
        let padding = Int((self[start + 2] >> 1) & 1)
        return (version == 3 ? 144 : 72) * kilobits[bitrate - 1] * 1_000 / hertz + padding
    }
}

extension Collection<UInt8> {
    /// Whether the bytes begin with these.
    func begin(with bytes: [UInt8]) -> Bool { starts(with: bytes) }

    /// Whether the bytes begin with these letters.
    func begin(with text: String) -> Bool { starts(with: text.utf8) }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    /// Whether these letters stand so many bytes from the beginning.
    func has(_ text: String, at offset: Int) -> Bool { dropFirst(offset).starts(with: text.utf8) }

    /// Whether these letters stand anywhere.
    func contain(_ text: String) -> Bool { firstPlace(of: Array(text.utf8)) != nil }

    /// Where these bytes stand first; nil where they do not.
    func firstPlace(of bytes: [UInt8]) -> Int? {
        guard let first = bytes.first else { return startIndex }
        var start = startIndex
        while let found = self[start...].firstIndex(of: first) {
            if self[found...].starts(with: bytes) { return found }
            start = found + 1
        }
        return nil
    }
}
