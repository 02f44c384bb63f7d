import Practice

/// One practice of the default world, with someone in every role and something of every kind.
///
/// - Carl, a counselor, treats Adam, the couple of Adam and Beth, and Cole, who is a minor. Susan oversees Carl and
///   Ian.
/// - Ian, an intern, treats Beth.
/// - Fay, a counselor who treats nobody, leads the group "Tuesday" with Adam and Dan in it.
/// - Nora, a counselor, has nobody and leads nothing. Dan, a client, is treated by nobody.
/// - Grace is the guardian of Cole, who is in the group "Valor", which Fay leads too.
public struct House: Sendable {
    public let id: ID<Practice>
    /// The name in paths: `mesa`, `tempe`.
    public let slug: String

    public let owner: Person
    public let admin: Person
    public let intake: Person
    public let auditor: Person
    public let counselor: Person
    public let intern: Person
    public let supervisor: Person
    public let facilitator: Person
    /// A counselor of nobody.
    public let newcomer: Person

    public let client: Person
    public let partner: Person
    public let minor: Person
    public let guardian: Person
    /// A client whom nobody treats, in the same group as ``client``.
    public let loner: Person
    public let couple: ID<Couple>

    public let program: ID<Program>
    public let group: ID<Group>
    public let valorGroup: ID<Group>
    public let enrollment: ID<Enrollment>
    public let lonerEnrollment: ID<Enrollment>
    public let minorEnrollment: ID<Enrollment>
    /// A meeting of ``group`` with ``client`` present.
    public let meeting: ID<Meeting>

    public let exercise: ID<Exercise>
    public let exerciseVersion: ID<ExerciseVersion>
    public let assignment: ID<Assignment>
    /// Of ``client``, from the counselor.
    public let homework: ID<Homework>
    /// Of ``client`` and of ``loner``, from their group.
    public let groupHomework: [ID<Homework>]
    /// Of ``client`` and of ``partner``, as a couple.
    public let coupleHomework: [ID<Homework>]
    /// Of ``minor``.
    public let minorHomework: ID<Homework>

    /// A draft about ``client`` by the counselor.
    public let draftNote: ID<ProgressNote>
    /// A signed note about ``client`` by the counselor.
    public let signedNote: ID<ProgressNote>
    public let coupleNote: ID<ProgressNote>
    /// Of the counselor about ``client``.
    public let processNote: ID<ProcessNote>
    /// Received, not answered yet.
    public let inquiry: ID<Inquiry>
    /// Of the kind `treatment`. The practice's packets are empty: nothing is required unless a test says so.
    public let consentDocument: ID<ConsentDocument>
    /// Requested of ``client``, not signed yet.
    public let consent: ID<Consent>
    /// About ``client``, not done yet.
    public let task: ID<FrontDeskTask>
    /// To ``loner``, in the outbox.
    public let letter: ID<Letter>

    /// Everyone who can sign in.
    public var everyone: [Person] {
        [
            owner, admin, intake, auditor, counselor, intern, supervisor, facilitator, newcomer, client, partner, minor,
            guardian, loner,
        ]
    }

    init(slug: String, _ seed: inout Seed) throws {
        id = seed.practiceID
        self.slug = slug
        owner = seed.staff("Olive Owens", .owner)
        admin = seed.staff("Ada Adler", .admin)
        intake = seed.staff("Ingrid Ito", .intake)
        auditor = seed.staff("Aldo Amato", .auditor)
        counselor = seed.staff("Carl Cohen", .counselor, credentials: "LPC")
        intern = seed.staff("Ian Ives", .intern)
        supervisor = seed.staff("Susan Shaw", .supervisor, credentials: "LCSW")
        facilitator = seed.staff("Fay Flores", .counselor, credentials: "LMFT")
        newcomer = seed.staff("Nora Novak", .counselor, credentials: "LPC")
        seed.supervision(of: counselor, by: supervisor)
        seed.supervision(of: intern, by: supervisor)

        client = try seed.client("Adam Archer", born: "1986-03-14", treatedBy: counselor)
        partner = try seed.client("Beth Archer", born: "1987-09-02", sex: "female", treatedBy: intern)
        minor = try seed.client("Cole Carter", born: "2010-05-20", treatedBy: counselor)
        guardian = seed.guardian("Grace Carter", of: minor)
        loner = try seed.client("Dan Dorsey", born: "1979-11-30")
        couple = seed.couple(client, partner, treatedBy: counselor)

        program = seed.program("SABR")
        group = seed.group("Tuesday", in: program, facilitatedBy: facilitator)
        valorGroup = seed.group("Valor", in: program, facilitatedBy: facilitator)
        enrollment = seed.enrollment(of: client, in: group)
        lonerEnrollment = seed.enrollment(of: loner, in: group)
        minorEnrollment = seed.enrollment(of: minor, in: valorGroup)
        meeting = seed.meeting(of: group, attendedBy: [client], recordedBy: facilitator)

        let checkIn = try seed.exercise("Daily check-in")
        (exercise, exerciseVersion) = checkIn
        let own = seed.homework(checkIn, title: "Daily check-in", for: [client], assignedBy: counselor)
        assignment = own.assignment
        homework = own.homework[0]
        groupHomework =
            seed.homework(
                checkIn, title: "Group check-in", for: [client, loner], as: .group(group), assignedBy: facilitator
            ).homework
        coupleHomework =
            seed.homework(
                checkIn, title: "Couple check-in", for: [client, partner], as: .couple(couple), assignedBy: counselor
            ).homework
        minorHomework =
            seed.homework(checkIn, title: "Daily check-in", for: [minor], assignedBy: counselor).homework[0]

        draftNote = try seed.note(on: client, by: counselor)
        signedNote = try seed.note(on: client, by: counselor, "He kept his boundaries.", isSigned: true)
        coupleNote = try seed.note(on: couple, by: counselor)
        processNote = try seed.processNote(on: client, by: counselor)
        inquiry = try seed.inquiry()
        consentDocument = seed.consentDocument("treatment")
        consent = seed.consent("treatment", of: client)
        task = seed.task("renew_consents", about: client)
        letter = try seed.letter(to: loner)
    }
}
