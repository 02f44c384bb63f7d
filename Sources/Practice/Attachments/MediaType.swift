/// What the content of an attachment can be. What is none of these is not kept.
///
/// Nothing that a browser would run is among them: no HTML, no SVG.
public enum MediaType: String, Sendable, Hashable, CaseIterable {
    case jpeg = "image/jpeg"
    case png = "image/png"
    case gif = "image/gif"
    case webp = "image/webp"
    case heic = "image/heic"
    case pdf = "application/pdf"
    case mp3 = "audio/mpeg"
    case mp4 = "audio/mp4"
    case ogg = "audio/ogg"
    case wav = "audio/wav"
    case webm = "audio/webm"
    case flac = "audio/flac"

    /// What a question that asks for attachments calls it.
    public var media: Field.Media {
        switch self {
        case .jpeg, .png, .gif, .webp, .heic: .image
        case .pdf: .pdf
        case .mp3, .mp4, .ogg, .wav, .webm, .flac: .audio
        }
    }

    /// The endings of the names of such files, the usual one first, in lower case.
    public var fileExtensions: [String] {
        switch self {
        case .jpeg: ["jpg", "jpeg"]
        case .png: ["png"]
        case .gif: ["gif"]
        case .webp: ["webp"]
        case .heic: ["heic", "heif"]
        case .pdf: ["pdf"]
        case .mp3: ["mp3"]
        case .mp4: ["m4a", "mp4"]
        case .ogg: ["ogg", "oga", "opus"]
        case .wav: ["wav"]
        case .webm: ["webm", "weba"]
        case .flac: ["flac"]
        }
    }

    /// The name under which such a file is saved: the one given, without what a path or a screen takes for something
    /// else, and with an ending of this type, since a computer opens a file by its ending.
    public func fileName(from name: String) -> String {
        var harmless = String.UnicodeScalarView()
        for scalar in name.unicodeScalars { harmless.append(Self.isHarmless(scalar) ? scalar : "_") }
        let text = String(harmless)
        let isOfType = fileExtensions.contains { text.lowercased().hasSuffix(".\($0)") }
        let name = isOfType ? text : "\(text).\(fileExtensions[0])"
        return name.hasPrefix(".") ? "_" + name : name
    }

    /// Neither a separator of paths, nor reserved in names (Windows), nor invisible: those that turn the direction of
    /// writing around make `gpj.exe` of `exe.jpg`.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: !"/\\:*?\"<>|%".unicodeScalars.contains(scalar)
        }
    }
}
