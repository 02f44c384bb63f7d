import Practice
import TestSupport
import Testing

/// What a file is, by its content.
@Suite struct MediaTypeTests {
    @Test(arguments: SampleFile.accepted)
    func `a file is what its content shows`(file: SampleFile) {
        #expect(MediaType(beginningOfFile: file.bytes) == file.type, "\(file.name)")
        // Nothing before the signature: a file that begins with something else is something else.
        #expect(MediaType(beginningOfFile: [0x0A] + file.bytes) == nil, "\(file.name)")
    }

    @Test(arguments: SampleFile.refused)
    func `what is none of ours has no type`(file: SampleFile) {
        #expect(MediaType(beginningOfFile: file.bytes) == nil, "\(file.name)")
    }

    @Test func `every type has a sample, and no beginning of one is too short to be read`() {
        #expect(Set(SampleFile.accepted.compactMap(\.type)) == Set(MediaType.allCases))
        for file in SampleFile.accepted {
            for length in 0..<min(file.bytes.count, 200) {
                let type = MediaType(beginningOfFile: Array(file.bytes[..<length]))
                #expect(type == nil || type == file.type, "\(file.name), \(length) bytes")
            }
        }
    }

    @Test func `an MPEG-4 file may show at its end that it is a film`() {
        let film = SampleFile.boxes("ftyp", "mp42\0\0\0\0mp42isom") + SampleFile.boxes("mdat", "frames")
        #expect(MediaType(beginningOfFile: film) == .mp4)
        #expect(MediaType.showsFilm(endOfFile: SampleFile.tracks("soun", "vide")))
        #expect(!MediaType.showsFilm(endOfFile: SampleFile.tracks("soun", "soun")))
        #expect(MediaType(beginningOfFile: film + SampleFile.tracks("vide")) == nil)
    }

    @Test(arguments: [
        ("circle.png", "circle.png"), ("Circle.PNG", "Circle.PNG"), ("page.html", "page.html.png"),
        ("../../etc/passwd", "_.._.._etc_passwd.png"), ("C:\\a.png", "C__a.png"), (".png", "_.png"),
        ("e\u{301}té.png", "e\u{301}té.png"), ("a\u{202E}gnp.exe", "a_gnp.exe.png"), ("a\r\nb", "a__b.png"),
        ("a%00.png", "a_00.png"), ("\u{1F33B}.png", "\u{1F33B}.png"),
    ])
    func `a file is saved under a harmless name with the ending of its type`(name: String, saved: String) {
        #expect(MediaType.png.fileName(from: name) == saved)
    }
}
