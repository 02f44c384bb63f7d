/// What requests may see, add, change and take out of one table, by the words of the domain: written down here a second
/// time, so that the policies are held against something.
///
/// The conditions are SQL about a row `t` and the scope `s` of a request (`asking.scopes`): who asks, in which role, by which
/// relation, for which action, and which clients, couples and groups were proven. What a request reaches by way of another
/// table (`s.guardians`, `s.released` and so on) is worked out by the tests, not by the functions that the policies ask.
struct RowRule: Sendable {
    let table: String
    /// The resources whose requests may look into the table at all.
    let matter: [String]
    let seen: String
    /// The actions that may write into it at all.
    var writers: [String] = []
    /// What may be added; what may be seen, where nothing is said.
    var added: String?
    /// What may be changed; what may be added, where nothing is said.
    var changed: String?
    /// The actions that may take something out, and what.
    var removers: [String] = []
    var removed = "false"
    /// The database roles to which all of it is open, whoever's it is, and why is said where that is.
    var openTo: [String] = []

    init(
        _ table: String, _ matter: [String], _ seen: String, writers: [String] = [], added: String? = nil,
        changed: String? = nil, removers: [String] = [], removed: String = "false", openTo: [String] = []
    ) {
        (self.table, self.matter, self.seen, self.writers) = (table, matter, seen, writers)
        (self.added, self.changed, self.removers, self.removed) = (added, changed, removers, removed)
        self.openTo = openTo
    }

    // MARK: Words

    static let whole = "s.bound = 'practice'"
    static let ofClient = "t.client_id = any (s.clients)"
    static let ofCouple = "t.couple_id = any (s.couples)"
    static let ofGroup = "t.group_id = any (s.groups)"
    static let mine = "t.account_id = s.account"
    static let authored = "t.author_id = s.account"
    static let own = "t.client_id = s.own_client"
    static let staff = "s.role not in ('client', 'guardian', 'public', '')"

    static let wholeOrClient = "(\(whole) or \(ofClient))"

    /// What belongs to a client, and perhaps to a couple or a group as well: who comes by way of the group sees what is the
    /// group's and of its people, and who comes as the partner what two keys have opened.
    static let unit = unit(ofPartner: "t.homework_id = any (s.released)")

    static func unit(ofPartner: String) -> String {
        """
        case s.bound
            when 'practice' then true
            when 'client' then \(ofClient)
            when 'couple' then \(ofCouple)
            when 'group' then \(ofGroup) and \(ofClient)
            when 'shared' then \(ofPartner)
            when 'work' then \(ofClient) or \(ofGroup)
            else false end
        """
    }

    /// What somebody has to do with a group: seats and attendance.
    static let member = """
        case s.bound
            when 'practice' then true
            when 'group' then \(ofGroup) and \(ofClient)
            when 'shared' then false
            when 'couple' then false
            else \(ofClient) end
        """

    /// Homework as it was given, to a client, a couple or a group.
    static let assignment = """
        case s.bound
            when 'practice' then true
            when 'couple' then \(ofCouple)
            when 'shared' then \(ofCouple)
            when 'group' then \(ofGroup)
            else \(ofClient) or \(ofCouple) or \(ofGroup) end
        """

    /// Notes are never seen by a mere role.
    static let note = """
        case s.bound
            when 'author' then \(authored)
            when 'client' then \(ofClient)
            when 'couple' then \(ofCouple)
            when 'group' then \(ofGroup)
            else false end
        """

    /// A guardian's own, beside what is the client's for everybody else.
    static func ownOfGuardian(_ own: String) -> String {
        "case s.role when 'guardian' then \(ofClient) and \(own) else \(wholeOrClient) end"
    }

    /// Who gives homework, or takes it back, has no need of the answers; neither have those to whom they are not shown.
    static let answersShown = """
        s.shows && '{all,answers}'
            and s.action not in ('homework.assign', 'homework.withdraw', 'homework.plan', 'homework.remind', 'homework.digest')
        """

    static let people = [
        "client", "care_team", "guardianship", "couple", "enrollment", "roster", "attendance", "homework",
        "progress_note", "process_note", "inquiry", "consent", "group", "homework_report", "review_queue", "import",
        "seed",
    ]
}
