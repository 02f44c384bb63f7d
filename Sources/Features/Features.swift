import Practice
import WebAPI

/// The table of contents: every feature and what it is made with.
public enum Features {
    /// All routes of the API.
    public static func routes(_ settings: FeatureSettings) -> [Route] {
        let features: [any RouteGroup] = [
            MetaRoutes(settings), SignInRoutes(settings), InvitationRoutes(settings), MeRoutes(),
            CalendarRoutes(settings),
            SecondFactorRoutes(settings), PasswordRoutes(settings), EmailChangeRoutes(settings), AccountPages(settings),
            PracticeRoutes(), StaffRoutes(), KeyRoutes(), InquiryRoutes(settings), AcceptanceRoutes(),
            ScreeningRoutes(), ClockRoutes(), InquiryAssignmentRoutes(), SuggestionRoutes(),
            ClientRoutes(settings), ChartClosingRoutes(), DuplicateRoutes(settings), MergeRoutes(), CareTeamRoutes(),
            GuardianRoutes(),
            CoupleRoutes(),
            ConsentDocumentRoutes(), ConsentPacketRoutes(), ConsentRoutes(settings), FrontDeskTaskRoutes(),
            ProgramRoutes(), PathRoutes(), ClosureRoutes(), GroupRoutes(), EnrollmentRoutes(), ConflictRoutes(),
            ProposalRoutes(),
            MeetingRoutes(), AttendanceRoutes(), RosterRoutes(),
            NoteRoutes(), SignatureRoutes(), ProcessNoteRoutes(),
            ExerciseRoutes(), HomeworkRoutes(), AssignmentRoutes(), GivenAssignmentRoutes(), PhaseStepRoutes(),
            DoingRoutes(), AttachmentRoutes(), ReviewRoutes(), CommentRoutes(),
            RiskWordRoutes(), RiskRecordRoutes(),
            ReportRoutes(), HomeworkReportRoutes(), AuditRoutes(), OutboxRoutes(settings), DeadLetterRoutes(),
        ]
        return features.flatMap(\.routes)
    }
}

/// What the features need besides the server around every call.
public struct FeatureSettings: Sendable {
    /// The text of `openapi.yaml`.
    public var openAPI: [UInt8]
    /// Where passwords are hashed and verified.
    public var passwords: Passwords
    /// How often strangers may try.
    public var limits: Limits
    /// The addresses of proxies whose `X-Forwarded-For` is believed; nobody's, unless configured.
    public var trustedProxies: Set<String>
    /// How long who has forgotten a password waits for the answer, whether there is such an account or not.
    public var strangersAnsweredAfter: Duration
    /// Where the pages that people open live, without a slash at the end; nil where nobody has said.
    public var publicURL: String?

    /// Makes settings.
    public init(
        openAPI: [UInt8], passwords: Passwords, limits: Limits = .standard, trustedProxies: Set<String> = [],
        publicURL: String? = nil, strangersAnsweredAfter: Duration = .milliseconds(250)
    ) {
        self.openAPI = openAPI
        self.passwords = passwords
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.publicURL = publicURL
        self.strangersAnsweredAfter = strangersAnsweredAfter
    }
}
