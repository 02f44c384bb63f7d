/// What a person is told of the device of a sign-in: a browser and a system, in words of ours. Nothing of what the program
/// said of itself is kept.
public struct DeviceWords: Sendable, Hashable {
    /// `Firefox on Windows`, `Safari on iPhone`, `another program`.
    public let text: String

    /// Reads a `User-Agent` (RFC 9110, 10.1.5), of which each program claims to be many others: the telling words first.
    public init(userAgent: String?) {
        let agent = userAgent ?? ""
        let browser = Self.browsers.first { agent.contains($0.sign) }?.word
        let system = Self.systems.first { agent.contains($0.sign) }?.word
        text =
            switch (browser, system) {
            case (let browser?, let system?): "\(browser) on \(system)"
            case (let browser?, nil): browser
            case (nil, let system?): "another program on \(system)"
            case (nil, nil): "another program"
            }
    }

    private static let browsers: [(sign: String, word: String)] = [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Chromium/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]

    private static let systems: [(sign: String, word: String)] = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("CrOS", "ChromeOS"), ("Macintosh", "Mac"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ]
}
