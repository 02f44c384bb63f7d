import JSON
import Testing

@Suite struct CleanTextTests {
    @Test(arguments: [
        (" Ana ", "Ana"), ("\tAna\r\n", "Ana"), ("\u{A0}Ana\u{2007}\u{3000}", "Ana"), ("\u{200B}Ana\u{FEFF}", "Ana"),
        ("\u{202A}+1 480 555 0100\u{202C}", "+1 480 555 0100"), ("\u{85}Ana\u{2028}\u{2029}", "Ana"),
        (" \u{2060} Ana \u{AD}\u{200E}", "Ana"), ("Ana  Lee", "Ana  Lee"), (" a \n\n b ", "a \n\n b"),
        ("", ""), (" \n\t", ""), ("\u{200B}", ""),
        // Nor does anything stand between that turns around what is shown, or that nobody sees.
        ("Ana\u{202E}eeL", "AnaeeL"), ("Men\u{200B}s", "Mens"), ("a\u{2066}b\u{2069} c", "ab c"), ("x\u{200F}y", "xy"),
        ("co\u{AD}op\u{FEFF}", "coop"), ("a\u{E0061}\u{E0001}b", "ab"), ("\u{200B} Ana \u{202C} ", "Ana"),
        ("می\u{200C}خواهم", "می\u{200C}خواهم"), ("क्\u{200D}ष", "क्\u{200D}ष"),
        // Nor what is no character, fillers of letters, and what would change a letter that has one shape.
        ("A\u{034F}na\u{3164}", "Ana"),
        ("\u{115F}\u{1160}Ana\u{FFA0}", "Ana"),
        ("Al\u{200D}ice", "Alice"), ("Al\u{200C}ice\u{FE0F}", "Alice"), ("\u{200D}Ana \u{200C}Lee", "Ana Lee"),
        ("Ив\u{200D}ан\u{E0100}", "Иван"), ("می\u{200C}\u{200C}خواهم", "می\u{200C}خواهم"), ("❤️\u{FE0F}", "❤️"),
        ("葛\u{E0100}城", "葛\u{E0100}城"), ("1️⃣", "1️⃣"), ("한국", "한국"),
        // Nor a cell of Braille without dots, but between words of Braille; nor what would change a hyphen or a digit.
        ("\u{2800}", ""), ("Ana\u{2800}Lee", "AnaLee"), ("⠠⠚\u{2800}⠙\u{2800}", "⠠⠚\u{2800}⠙"), ("\u{1D159}", ""),
        ("Ana\u{180B}-\u{200D}Lee\u{FE0F}", "Ana-Lee"), ("1\u{200D}", "1"), ("ᠮ\u{180B}", "ᠮ\u{180B}"),
        ("A\u{13430}na\u{16FE4}", "Ana"), ("Ana-\u{FE0F}Lee.\u{200C}", "Ana-Lee."),
        // What makes one letter or one picture of several is no blank.
        ("می‌", "می‌"), ("❤️", "❤️"), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"), ("👩‍🚒", "👩‍🚒"),
    ])
    func `a text loses the blanks at its ends and what cannot be seen, and nothing else`(text: String, cut: String) {
        #expect(Array(text.cleaned.unicodeScalars) == Array(cut.unicodeScalars))
    }

    @Test(arguments: [0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xFDD0, 0xFDEF] as [UInt32])
    func `nor does what is no character stay`(value: UInt32) throws {
        let none = String(try #require(Unicode.Scalar(value)))
        #expect(Array("\(none)A\(none)na".cleaned.unicodeScalars) == Array("Ana".unicodeScalars))
    }

    @Test func `so does every text in a value, but no name of a member`() {
        let value: JSONValue = [" key ": " a ", "list": [" b", 7, nil, true, ["c": "d\n"]]]
        #expect(value.cleaned == [" key ": "a", "list": ["b", 7, nil, true, ["c": "d"]]])
    }
}
