import Postgres
import Practice

/// Sends letters, never twice for one event (decision 0009): that a letter is handed to the mail program is written down
/// before, and a letter whose handing has no known end is kept for the desk.
struct LetterSending: Sendable {
    let access: WorkerAccess
    let keyRing: KeyRing
    /// Nil where none is configured.
    let mailer: Mailer?

    var work: QueuedWork { QueuedWork(kind: "outbox.send", perform: send) }

    /// Of a letter whose job died: its address and its link are erased when the link has ended.
    var forgetting: QueuedWork { QueuedWork(kind: "outbox.forget", perform: forget) }

    private func send(_ job: TakenJob) async throws -> QueuedWork.Result {
        let id: ID<Letter> = ID((job.subjectID ?? .nil).uuid)
        let vault = try await keyRing.vault(of: job.practiceID)
        let (step, now) = (try await prepare(job, id, vault), access.surroundings.now())
        guard case .hand(let message, let mailer, let expiresAt) = step else { return step.result(job, id, at: now) }
        let outcome = await mailer.send(message)
        let end = access.surroundings.now()
        switch outcome {
        case .taken: return .init(.done, [Outgoing.move(id, to: .sent, job, at: end)])
        case .unknown: return Step.keep(.outcomeUnknown, until: expiresAt).result(job, id, at: end)
        case .refused(let code):
            // Of the last attempt the letter goes on to the desk.
            return .init(
                .failed(code), [Outgoing.move(id, to: .waiting, job, at: end)],
                whenDead: [
                    Outgoing.move(id, to: .kept(.notDelivered), job, at: end),
                    Outgoing.forget(id, access.surroundings.id(), job, from: expiresAt, at: end),
                ])
        }
    }

    private func forget(_ job: TakenJob) async throws -> QueuedWork.Result {
        let id: ID<Letter> = ID((job.subjectID ?? .nil).uuid)
        let entry = access.entry()
        let now = entry.now
        let (_, state) = try await access.database.pipeline(entry.job(job), Outgoing.state(of: id, job))
        switch state {
        case .waiting, .kept: return .init(.done, [Outgoing.move(id, to: .withdrawn, job, at: now)])
        case .handed: return .init(.failed("still_handed"))
        case .sent, .withdrawn, nil: return .init(.done)
        }
    }

    /// Decides what is to be done with a letter and, where it is handed over, writes that down first.
    private func prepare(_ job: TakenJob, _ id: ID<Letter>, _ vault: Vault) async throws -> Step {
        let entry = access.entry()
        let now = entry.now
        return try await access.database.transaction { transaction in
            let (_, found, standing) = try await transaction.pipeline(
                entry.job(job), Outgoing.query(id, job), Outgoing.standing(id, at: now))
            guard let letter = found else { return .nothing }
            let step = try letter.step(id, standing, vault, mailer, at: now)
            if case .hand = step { _ = try await transaction.pipeline(Outgoing.move(id, to: .handed, job, at: now)) }
            return step
        }
    }

    /// What is done with a letter.
    enum Step: Sendable {
        case nothing
        case withdraw
        /// For the desk, until the link ends: then the job forgets the letter.
        case keep(Outgoing.Reason, until: Instant)
        case wait(Instant)
        case hand(MailMessage, Mailer, expiresAt: Instant)

        func result(_ job: TakenJob, _ id: ID<Letter>, at now: Instant) -> QueuedWork.Result {
            switch self {
            case .withdraw: .init(.done, [Outgoing.move(id, to: .withdrawn, job, at: now)])
            case .keep(let reason, let end):
                .init(.later(end), [Outgoing.move(id, to: .kept(reason), job, at: now)])
            case .wait(let instant): .init(.later(instant))
            case .nothing, .hand: .init(.done)
            }
        }
    }
}

extension Outgoing {
    fileprivate func step(
        _ id: ID<Letter>, _ standing: Standing?, _ vault: Vault, _ mailer: Mailer?, at now: Instant
    ) throws -> LetterSending.Step {
        guard let sealed else { return .nothing }
        if state == .handed { return .keep(.outcomeUnknown, until: expiresAt) }
        guard now < expiresAt else { return .withdraw }
        if isUnknown { return .wait(expiresAt) }
        guard let standing else { return .withdraw }
        guard isEmailSafe else { return undeliverable(.notSafe) }
        guard let mailer else { return undeliverable(.noMailer) }
        guard let moment = moment(from: now), moment < expiresAt else { return undeliverable(.notSafe) }
        guard moment == now else { return .wait(moment) }
        guard let content = standing.content(of: try content(sealed, of: id, with: vault), at: now)
        else { return .withdraw }
        guard let recipient = EmailAddress(content.address) else { return undeliverable(.notDelivered) }
        return .hand(
            MailMessage(
                id, from: mailer.from, named: isSenderNeutral ? nil : practiceName, to: recipient,
                saying: content.sentence, link: mailer.publicURL + content.path, at: now), mailer, expiresAt: expiresAt)
    }

    private func content(_ sealed: [UInt8], of id: ID<Letter>, with vault: Vault) throws -> LetterContent {
        if kind == .notice { return LetterContent(address: address ?? "", .notice) }
        let content = try LetterContent(opening: sealed, of: id, kind, with: vault)
        guard kind == .invitation || kind == .reset || kind == .emailChange else { return content }
        return LetterContent(address: address ?? "", content.matter)
    }

    /// A key is kept for the desk, which may have it sent again. What only tells that something waits is not worth that.
    private func undeliverable(_ reason: Reason) -> LetterSending.Step {
        kind == .invitation || kind == .reset ? .keep(reason, until: expiresAt) : .withdraw
    }

    /// When it may go: at a safe time, and a reminder not in the practice's quiet hours. Nil where that is never.
    private func moment(from now: Instant) -> Instant? {
        switch kind {
        case .homeworkReminder: safeTimes.next(from: now, outside: quietHours, in: zone)
        case .invitation, .reset, .emailChange, .notice, .homeworkDigest: safeTimes.next(from: now, in: zone)
        }
    }
}
