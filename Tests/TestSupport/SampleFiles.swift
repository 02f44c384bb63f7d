import Practice

/// Beginnings of files, as programs write them, and of such as are not what they seem.
public struct SampleFile: Sendable, CustomStringConvertible {
    /// What it is, in words.
    public let name: String
    /// Its bytes.
    public let bytes: [UInt8]
    /// What it is; nil where it is nothing that we take.
    public let type: MediaType?

    /// The name: that of a test with it.
    public var description: String { name }

    init(_ name: String, _ type: MediaType?, _ bytes: [UInt8]) {
        self.name = name
        self.type = type
        self.bytes = bytes
    }

    /// A PNG of a point, and behind it as many bytes as one likes.
    public static func png(size: Int, seed: UInt8 = 0) -> [UInt8] {
        let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        var (bytes, state) = (head, UInt64(seed) &+ 1)
        bytes.reserveCapacity(size)
        while bytes.count < size {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(UInt8(truncatingIfNeeded: state >> 40))
        }
        return Array(bytes.prefix(size))
    }

    /// One of each type that is taken, some in several forms.
    public static let accepted: [SampleFile] = [
        SampleFile("JFIF", .jpeg, [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + text("JFIF\0")),
        SampleFile("Exif", .jpeg, [0xFF, 0xD8, 0xFF, 0xE1, 0, 16] + text("Exif\0\0")),
        SampleFile("PNG", .png, png(size: 64)),
        SampleFile("GIF 87", .gif, text("GIF87a\u{1}\0\u{1}\0")),
        SampleFile("GIF 89", .gif, text("GIF89a\u{1}\0\u{1}\0")),
        SampleFile("WebP", .webp, text("RIFF\u{24}\0\0\0WEBPVP8 \u{18}\0\0\0")),
        SampleFile("lossless WebP", .webp, text("RIFF\u{24}\0\0\0WEBPVP8L\u{18}\0\0\0")),
        SampleFile("HEIC", .heic, boxes("ftyp", "heic\0\0\0\0mif1heic")),
        SampleFile("HEIC of the second brand", .heic, boxes("ftyp", "mif1\0\0\0\0mif1heic")),
        SampleFile("PDF", .pdf, text("%PDF-1.7\n%")), SampleFile("PDF 2", .pdf, text("%PDF-2.0\n%")),
        SampleFile("MP3 with a tag", .mp3, text("ID3\u{4}\0\0\0\0\u{1}\u{7F}TIT2")),
        SampleFile("MP3 of two frames", .mp3, frame + frame),
        SampleFile("M4A", .mp4, boxes("ftyp", "M4A \0\0\u{2}\0M4A mp42isom") + tracks("soun")),
        SampleFile("recording of a phone", .mp4, boxes("ftyp", "mp42\0\0\0\0isommp42") + boxes("mdat", "sound")),
        SampleFile("Opus", .ogg, page + text("OpusHead\u{1}")),
        SampleFile("Vorbis", .ogg, page + text("\u{1}vorbis\0")),
        SampleFile("WAV", .wav, text("RIFF\u{24}\0\0\0WAVEfmt \u{10}\0\0\0")),
        SampleFile("recording of a browser", .webm, ebml("webm") + text("\u{86}\u{86}A_OPUS")),
        SampleFile("FLAC", .flac, text("fLaC\0\0\0\u{22}")),
    ]

    /// What looks like something, or is nothing.
    public static let refused: [SampleFile] = [
        SampleFile("nothing", nil, []), SampleFile("one byte", nil, [0xFF]),
        SampleFile("zeros", nil, Array(repeating: 0, count: 600)),
        SampleFile("HTML", nil, text("<!DOCTYPE html><script>alert(1)</script>")),
        SampleFile("SVG", nil, text("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>")),
        SampleFile("XML", nil, text("<?xml version=\"1.0\"?><svg/>")),
        SampleFile("HTML in front of a PNG", nil, text("<html>") + png(size: 64)),
        SampleFile("script", nil, text("#!/bin/sh\n")), SampleFile("Windows program", nil, text("MZ\0\0")),
        SampleFile("ZIP", nil, text("PK\u{3}\u{4}")), SampleFile("Word", nil, [0xD0, 0xCF, 0x11, 0xE0]),
        SampleFile("text in UTF-16", nil, [0xFF, 0xFE, 0x41, 0]),
        SampleFile("PNG of another version", nil, text("\u{FFFD}PNG")),
        SampleFile("PNG whose line ends were changed", nil, [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, 0]),
        SampleFile("GIF 88", nil, text("GIF88a")), SampleFile("PDF 3", nil, text("%PDF-3.0")),
        SampleFile("AVI", nil, text("RIFF\u{24}\0\0\0AVI LIST")),
        SampleFile("AVIF", nil, boxes("ftyp", "avif\0\0\0\0avifmif1")),
        SampleFile("QuickTime", nil, boxes("ftyp", "qt  \0\0\0\0qt  ")),
        SampleFile("film of a phone", nil, boxes("ftyp", "mp42\0\0\0\0isommp42") + tracks("vide", "soun")),
        SampleFile("film that says M4A", nil, boxes("ftyp", "M4A \0\0\u{2}\0M4A mp42") + tracks("vide")),
        SampleFile("Theora", nil, page + text("\u{80}theora")),
        SampleFile("Matroska", nil, ebml("matroska") + text("A_OPUS")),
        SampleFile("film of a browser", nil, ebml("webm") + text("V_VP9 A_OPUS")),
        SampleFile("eleven bits and noise", nil, frame + Array(repeating: 0x55, count: 40)),
        SampleFile("AAC", nil, [0xFF, 0xF1, 0x50, 0x80, 0x2E, 0x7F, 0xFC]),
    ]

    /// A box of MPEG-4: its length, its name, what is in it; a number sign is a zero.
    public static func boxes(_ name: String, _ content: String) -> [UInt8] {
        let count = UInt32(8 + content.utf8.count)
        return withUnsafeBytes(of: count.bigEndian) { Array($0) } + text(name) + text(content)
    }

    /// The index of an MPEG-4 file, with tracks for these.
    public static func tracks(_ handlers: String...) -> [UInt8] {
        boxes("moov", handlers.map { "\0\0\0\u{20}hdlr\0\0\0\0\0\0\0\0\($0)\0\0\0\0\0\0\0\0\0\0\0\0" }.joined())
    }

    private static func text(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    /// MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
    private static let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x64] + Array(repeating: 0, count: 413)

    /// The head of an Ogg page with one segment.
    private static let page: [UInt8] = Array("OggS".utf8) + [0, 2] + Array(repeating: 0, count: 20) + [1, 19]

    private static func ebml(_ type: String) -> [UInt8] {
        [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82, UInt8(0x80 + type.utf8.count)] + text(type)
    }
}
