import JSON
import Practice
import Testing

@Suite struct ContactKeyTests {
    @Test func `a number is found in whatever is written around it`() {
        for text in ["480-555-7777", "+1 (480) 555-7777", "480 555 7777, 12", "011 1 480 555 7777", "٤٨٠٥٥٥٧٧٧٧"] {
            #expect(ContactKey.phoneNumbers(in: text).contains("4805557777"), "\(text)")
        }
        #expect(ContactKey.phoneNumbers(in: "+44 20 7946 0958") == ["2079460958", "4207946095", "4420794609"])
        #expect(ContactKey.phoneNumbers(in: "555-7777") == ["5557777"] && ContactKey.phoneNumbers(in: "none") == [])
        #expect(!ContactKey.phoneNumbers(in: "480-555-7778").contains("4805557777"))
    }

    @Test(
        arguments: [
            "480-555-7777", "4805557777", "(480) 555 7777", "+1 480 555 7777", "1-480-555-7777", "tel:+1-480-555-7777",
            "001 480 555 7777", "480.555.7777 x12", "480 555 7777 ext. 12", "(480) 555-7777 (Ext 12)", "4805557777 #12",
            "tel:+1-480-555-7777;ext=12", "４８０-５５５-７７７７", "  480 555 7777 ", "fax 480 555 7777",
        ])
    func `one telephone number is one, however it is written`(text: String) {
        #expect(ContactKey.phone(text) == "7777555084")
    }

    @Test func `others are others`() {
        let others = ["480-555-7778", "555-7777", "+44 20 7946 0018", "1480555777", "14805557", "0480 555 7777"]
        #expect(Set(others.map(ContactKey.phone)).count == others.count)
        #expect(!others.map(ContactKey.phone).contains("7777555084"))
        #expect(ContactKey.phone("none") == nil && ContactKey.phone("") == nil)
    }

    @Test func `an e-mail address is one in whatever case, and dots and plus signs make another`() {
        for text in ["eva@example.com", "EVA@Example.COM", "  Eva@example.com\t"] {
            #expect(ContactKey.email(text) == "eva@example.com")
        }
        #expect(ContactKey.email("EVA@BÜCHER.example") == "eva@bücher.example")
        #expect(ContactKey.email("eva@bu\u{308}cher.example") == ContactKey.email("Eva@Bücher.example"))
        let others = ["e.va@example.com", "eva+1@example.com", "eva@xn--bcher-kva.example", "eva@bücher.example"]
        #expect(Set(others.map(ContactKey.email)).count == others.count)
    }
}
