// The kinds of things that have an id. A kind is an empty enum, so that `ID<Client>` and `ID<Couple>` are different
// types, and a namespace: a feature extends it with what it knows (`extension Homework { enum Status … }`).

/// One counseling center: the tenant. Every row belongs to exactly one.
public enum Practice {}

/// A human who can sign in: one per human, never shared, even by a couple. Staff, too, are named by their account.
public enum Account {}

/// Being signed in on one device, until it is ended or expires.
public enum SignIn {}

/// A single-use link with which a person sets a password.
public enum Invitation {}

/// That somebody wants to sign in with another address.
public enum EmailChange {}

/// One dated membership of staff in the treatment of a client or of a couple.
public enum CareTeamMembership {}

/// One letter on its way out of the practice by mail.
public enum Letter {}

/// Work that is done after the transaction that asked for it.
public enum QueuedJob {}

/// Someone who asks the practice for help.
public enum Inquiry {}

/// One span in which one professional answers an inquiry.
public enum InquiryAssignment {}

/// One text of a questionnaire; answers keep the version that they answer.
public enum QuestionnaireVersion {}

/// One set of answers to a questionnaire, before there is a chart.
public enum Screening {}

/// The person in care.
public enum Client {}

/// Two charts that were one person's, made one; it can be reversed.
public enum ClientMerge {}

/// A parent or legal custodian of a minor client.
public enum Guardian {}

/// The dated, scoped rights of a parent or custodian over a minor client.
public enum Guardianship {}

/// Two clients treated together for a dated span.
public enum Couple {}

/// Something that people are asked to agree to; it has texts, one after the other.
public enum ConsentDocument {}

/// One published text of a consent document. It never changes.
public enum ConsentVersion {}

/// For whom a path of a program is, such as the person in recovery, or the partner.
public enum Track {}

/// A stretch of a program's path, which its groups walk together.
public enum Phase {}

/// Who is never placed in a group with whom.
public enum PlacementConflict {}

/// Days on which the practice is closed.
public enum Closure {}

/// A secret address under which a calendar program reads one's own appointments.
public enum CalendarFeed {}

/// One client asked to agree to one text: requested, signed, revoked or expired.
public enum Consent {}

/// The evidence that somebody signed a consent, for themselves or for a minor.
public enum ConsentSignature {}

/// What a day brought by itself and somebody at the front desk has to do. (`Task` is Swift's.)
public enum FrontDeskTask {}

/// A course that the practice offers, made of tracks and phases.
public enum Program {}

/// People who go through a phase of a program together.
public enum Group {}

/// One dated episode of a client in a group.
public enum Enrollment {}

/// One date on which a group meets.
public enum Meeting {}

/// A scheduled meeting: individual, couple, group or intake.
public enum Appointment {}

/// The official record of an appointment.
public enum ProgressNote {}

/// What was added to a progress note after it was signed.
public enum Addendum {}

/// What HIPAA calls psychotherapy notes: the author's private reflection (45 CFR 164.501).
public enum ProcessNote {}

/// A homework template of the library.
public enum Exercise {}

/// One text of an exercise; answers keep the version that they answer.
public enum ExerciseVersion {}

/// One exercise given to one client, a couple or a group, due once or on a schedule.
public enum Assignment {}

/// One due date of an assignment for one client, with its own draft, submission and review.
public enum Homework {}

/// A file of homework: an image, a PDF, a recording.
public enum Attachment {}

/// What client and counselor say to each other about a piece of homework.
public enum HomeworkComment {}

/// Days of an assignment's rule on which nothing is due, or one that is due on another day.
public enum HomeworkException {}

/// Homework that belongs to a phase: every group of it is assigned it.
public enum PhaseStep {}

/// That a submission may speak of danger.
public enum RiskRecord {}

/// What a professional made of a risk record.
public enum RiskAssessment {}

/// One touch of a person's record.
public enum AuditEvent {}
