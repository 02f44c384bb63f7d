import Practice
import Testing

@Suite struct DeviceWordsTests {
    @Test(
        arguments: [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    + "Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone"
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 "
                    + "Mobile Safari/537.36",
                "Chrome on Android"
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 "
                    + "Safari/537.36 Edg/139.0.0.0",
                "Edge on Windows"
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    + "Version/18.5 Safari/605.1.15",
                "Safari on Mac"
            ),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/139.0.0.0", "Chrome on ChromeOS"),
            ("curl/7.88.1", "curl"), ("<script>alert(1)</script> (Linux)", "another program on Linux"),
            ("Ruth Begay's telephone", "another program"), (nil, "another program"),
        ] as [(String?, String)])
    func `a device is named in words of ours`(agent: String?, words: String) {
        #expect(DeviceWords(userAgent: agent).text == words)
    }
}
