extension MediaType {
    /// Files of boxes (ISO 14496-12): HEIC by its brands; MPEG-4 by its brands and by what its tracks are for.
    ///
    /// The index of the tracks, `moov`, may stand at the end of the file. Where the beginning does not have it, the file
    /// is taken for a recording, and ``showsFilm(endOfFile:)`` is asked at the end.
    init?(isoMedia bytes: [UInt8]) {
        guard bytes.has("ftyp", at: 4), let size = bytes.size(at: 0), (16...256).contains(size), size <= bytes.count
        else { return nil }
        let brands = Set(
            stride(from: 8, to: size - 3, by: 4).filter { $0 != 12 }.map {
                String(decoding: bytes[$0..<$0 + 4], as: UTF8.self)
            })
        if !brands.isDisjoint(with: ["heic", "heix", "heim", "heis"]) {
            self = .heic
        } else if !brands.isDisjoint(with: Self.recordings), !brands.contains("qt  "), !bytes.haveFilm {
            self = .mp4
        } else {
            return nil
        }
    }

    /// Whether the last piece of an MPEG-4 file shows a track with a picture.
    public static func showsFilm(endOfFile bytes: [UInt8]) -> Bool { bytes.haveFilm }

    private static let recordings: Set = [
        "M4A ", "M4B ", "mp41", "mp42", "isom", "iso2", "iso4", "iso5", "iso6", "dash", "3gp4", "3gp5", "3gp6",
    ]
}

extension [UInt8] {
    /// A number of 32 bits, as the boxes have it.
    fileprivate func size(at offset: Int) -> Int? {
        guard offset + 4 <= count else { return nil }
        return self[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Whether a handler (`hdlr`, ISO 14496-12, 8.4.3) is for pictures: eight bytes behind its name.
    fileprivate var haveFilm: Bool {
        var rest = self[...]
        while let place = rest.firstPlace(of: Array("hdlr".utf8)) {
            if rest[place...].has("vide", at: 12) { return true }
            rest = rest[(place + 4)...]
        }
        return false
    }
}
