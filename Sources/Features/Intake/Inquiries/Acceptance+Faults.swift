import JSON
import Practice
import WebAPI

extension Acceptance {
    /// What is wrong with it on a given day, besides its shape.
    func faults(on today: Day) -> [FieldFault] {
        var faults = ageFaults(client, on: today, at: "/client") + addressFaults(client, at: "/client")
        if let partner {
            faults += ageFaults(partner, on: today, at: "/partner") + addressFaults(partner, at: "/partner")
        }
        var met: Set<String> = []
        for (email, pointer) in addresses where !met.insert(email).inserted {
            faults.append(FieldFault(pointer, "taken", "Each person signs in with an address of their own."))
        }
        for (index, guardian) in guardians.enumerated() {
            if guardian.terms.endsBeforeItBegins(on: today) {
                faults.append(Guardianship.Terms.emptySpan.within("/guardians/\(index)"))
            } else if guardian.new?.signsIn == true, guardian.terms.isOver(on: today) {
                faults.append(Guardianship.Terms.over.within("/guardians/\(index)"))
            }
        }
        return faults
    }

    /// The addresses with which new people are to sign in, and where they stand.
    var addresses: [(email: String, pointer: String)] {
        var addresses: [(String, String)] = []
        for (incomer, pointer) in [(client, "/client"), (partner, "/partner")] {
            guard let incomer, incomer.isInvited != false, let email = incomer.new?.contact?.email else { continue }
            addresses.append((email, pointer + "/contact/email"))
        }
        for (index, guardian) in guardians.enumerated() {
            guard let new = guardian.new, new.isInvited, let email = new.email else { continue }
            addresses.append((email, "/guardians/\(index)/email"))
        }
        return addresses
    }

    /// That a day of somebody's life has not come where the practice is, told of whom: of two of the one with the later day.
    func naming(_ problem: Problem) -> Problem {
        var problem = problem
        problem.errors = problem.errors.map { fault in
            let days = [(client, "/client"), (partner, "/partner")].compactMap { incomer, pointer in
                (incomer?.new?.days(at: fault.pointer).max()).map { (day: $0, pointer: pointer) }
            }
            guard let latest = days.max(by: { $0.day < $1.day }) else { return fault }
            return fault.within(latest.pointer)
        }
        return problem
    }

    private func addressFaults(_ incomer: Incomer, at pointer: String) -> [FieldFault] {
        let hasAddress = incomer.known != nil || incomer.new?.contact?.email != nil
        guard !hasAddress, incomer.isInvited == true else { return [] }
        return [FieldFault(pointer + "/contact", "required", "An invitation needs an e-mail address.")]
    }

    /// The age from which people are of age, as the database has it (`years_of_age`).
    static let yearsOfAge = 18

    private func ageFaults(_ incomer: Incomer, on today: Day, at pointer: String) -> [FieldFault] {
        guard let new = incomer.new else { return [] }
        let place = pointer + "/birthDate"
        guard let birthDate = new.birthDate else {
            return kind == .minor ? [FieldFault(place, "required", "The birth date of a minor must be known.")] : []
        }
        let ages = birthDate.ages(on: today)
        guard ages.upperBound < Self.yearsOfAge || ages.lowerBound >= Self.yearsOfAge else {
            return [FieldFault(place, "birth_day_needed", "Whether this person is of age depends on the day of birth.")]
        }
        switch (kind, ages.upperBound < Self.yearsOfAge) {
        case (.minor, false): return [FieldFault(place, "not_a_minor", "Who is of age has no guardians.")]
        case (.adult, true), (.couple, true):
            return [FieldFault(place, "a_minor", "This person is a minor: accept a minor, with guardians.")]
        default: return []
        }
    }
}

extension Client.New {
    /// The days of a life that stand at a place, of those that the database judges.
    fileprivate func days(at pointer: String) -> [Day] {
        switch pointer {
        case "/birthDate": [birthDate?.earliest].compactMap { $0 }
        case "/otherNames": otherNames.flatMap { [$0.from?.earliest, $0.until?.earliest].compactMap { $0 } }
        default: []
        }
    }
}
