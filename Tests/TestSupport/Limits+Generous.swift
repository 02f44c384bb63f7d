import Features

extension Limits {
    /// So high that nobody meets them: everybody in a test comes from one address.
    public static let generous: Limits = {
        var limits = Limits.standard
        let all: [WritableKeyPath<Limits, Limit>] = [
            \.signInsByAccount, \.signInsByAccountAnywhere, \.signInsByAddress, \.secondFactorsByAccount,
            \.secondFactorsByAccountAnywhere, \.invitationsByAddress, \.paperCodesByAddress, \.calendarsByAddress,
            \.forgottenByAddress, \.emailChangesByAccount, \.inquiriesByAddress, \.inquiriesByContact,
            \.searchesByAccount,
        ]
        for limit in all { limits[keyPath: limit].most = 1_000_000 }
        return limits
    }()
}
