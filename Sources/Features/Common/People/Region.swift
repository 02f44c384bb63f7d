import JSON
import Practice
import WebAPI

extension JSONShape where Value == String {
    /// Where a license is good, or a person lives: the code of a state or country, `AZ` or `US-AZ`.
    static var region: Self {
        JSONShape<String>.line(2...10).map(
            or: "", code: "not_a_region", detail: "This must be a code such as AZ or US-AZ."
        ) { text in
            let isPlain = text.utf8.allSatisfy {
                (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
            return isPlain && (0x41...0x5A).contains(text.utf8.first ?? 0) ? text : nil
        }
    }
}
