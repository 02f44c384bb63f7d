import Postgres
import Practice

/// The consents that a new practice begins with, in our own words, and its rules about them. They are a beginning: a
/// practice has its own lawyer read them, and publishes what it really asks people to sign.
public enum ConsentLibrary {
    /// Puts the documents and the rules into a practice; for who may write them, such as `seed.run`.
    public static func insert(
        into practice: ID<Practice>, at now: Instant, _ surroundings: Surroundings
    ) -> [Query<Int>] {
        let documents = all.flatMap { new in
            let id: ID<ConsentDocument> = surroundings.id()
            return [
                ConsentDocument.insert(new, id, into: practice, at: now),
                ConsentDocument.publish(new.text, surroundings.id(), of: id, in: practice, at: now),
            ]
        }
        return documents + rules.map { ConsentPacket.update($1, $0.rawValue, seen: 1, in: practice) }
    }

    /// The usual rules: an adult's treatment begins with the first talk; a minor's when every guardian has agreed
    /// (A.R.S. 36-2272); a couple's notes when both have signed what is told to whom (AAMFT 2.2); and nobody sits in a
    /// group who has not promised to keep to themselves what is said there.
    static let rules: [(audience: Consent.Audience, change: ConsentPacket.Change)] = [
        (.adult, .init(kinds: ["treatment", "privacy_notice"], required: [])),
        (.minor, .init(kinds: ["minor_treatment", "privacy_notice"], required: ["minor_treatment"])),
        (
            .partner,
            .init(
                kinds: ["treatment", "privacy_notice", "couple_confidentiality"], required: ["couple_confidentiality"])
        ),
        (.group, .init(kinds: ["group_confidentiality"], required: ["group_confidentiality"])),
    ]

    static let all: [ConsentDocument.New] = [
        document(
            "treatment", "Consent to treatment",
            """
            Counseling is work that we do together. It often helps, and it can be hard: feelings may become stronger \
            before they become lighter. Nobody can promise a result.

            What you tell us stays with us, with the exceptions that the law makes: when somebody is in danger, when a \
            child, or an adult who cannot protect themselves, is harmed, and when a court orders it.

            You may ask anything at any time, and you may stop at any time. I have read this, my questions were \
            answered, and I agree to treatment.
            """),
        document(
            "privacy_notice", "Notice of privacy practices",
            """
            This practice keeps a record of your care. You may see it, have a copy of it, ask for corrections, and learn \
            who has opened it. We use it to treat you, to run the practice, and to be paid, and give it to nobody else \
            without your written permission, unless the law requires it.

            I have received this notice.
            """),
        document(
            "telehealth", "Consent to meet by video or telephone", validMonths: 12,
            """
            We may meet by video or telephone. Connections fail, and nobody can rule out that one is overheard: choose a \
            place where you are alone. At the beginning of each meeting you tell where you are and whom we can call for \
            help near you.

            I agree to meet in this way, and may go back to meeting in person at any time.
            """),
        document(
            "minor_treatment", "Consent to the treatment of a minor",
            """
            I am the parent or legal custodian of this young person and have the right to agree to their treatment. I \
            agree to it.

            Trust makes counseling work. I understand that what my child says here is not told to me word for word, and \
            that I am told at once when my child is in danger. I may ask for records in writing, and I may take this \
            consent back at any time.
            """),
        document(
            "couple_confidentiality", "What is kept between us: an agreement of both partners", isOfCouple: true,
            """
            We come as a couple, and each of us also has a chart of our own. What one of us tells in an individual \
            meeting is handled by the policy that we chose with our counselor: no secrets, limited, or confidential.

            The record of our work as a couple is given to others only when both of us agree in writing.
            """),
        document(
            "group_confidentiality", "What is said in the group stays in the group",
            """
            I will not tell anybody who is in my group or what was said there: not at home, not to friends, not online. \
            I may speak about my own story as much as I like.

            I know that the practice cannot promise for the others. Whoever breaks this agreement may lose their seat.
            """),
        document(
            "safety_agreement", "Safety agreement for young men's groups", validMonths: 12,
            """
            We come sober and without weapons. We do not threaten or touch each other against anybody's will, in the \
            meetings or outside. When I think of hurting myself or somebody else, I tell a leader before I go home.

            Leaders tell parents when somebody is in danger, and say so to us first.
            """),
    ]

    private static func document(
        _ kind: String, _ title: String, isOfCouple: Bool = false, validMonths: Int? = nil, _ text: String
    ) -> ConsentDocument.New {
        ConsentDocument.New(
            kind: kind, isOfCouple: isOfCouple,
            text: ConsentDocument.Text(title: title, text: text, validMonths: validMonths))
    }
}
