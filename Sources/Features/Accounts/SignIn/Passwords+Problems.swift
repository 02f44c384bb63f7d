import Practice
import WebAPI

extension Passwords {
    /// ``hash(_:)``, with what a caller is told when too many passwords are being computed already: 503.
    func hashed(_ password: Password) async throws(Problem) -> PasswordHash {
        do throws(PasswordError) { return try await hash(password) } catch { throw .overloaded }
    }

    /// ``verify(_:against:)``, likewise.
    func verified(_ text: String, against hash: PasswordHash?) async throws(Problem) -> Bool {
        do throws(PasswordError) { return try await verify(text, against: hash) } catch { throw .overloaded }
    }
}
