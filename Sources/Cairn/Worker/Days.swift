import Practice

/// What a day brings by itself. Rights and consents end at midnight of the practice, whether or not these run: they
/// record it, and open the tasks that follow.
extension Job {
    static func expireConsents(_ access: WorkerAccess) -> Job {
        Job("expire_consents", every: .seconds(900)) { try await access.call { $0.expireConsents() } }
    }

    static func openTasksOfAge(_ access: WorkerAccess) -> Job {
        Job("open_tasks_of_age", every: .seconds(900)) { try await access.call { $0.openTasksOfAge() } }
    }

    /// Offers that nobody took in time end, and seats that are free are offered to who waits.
    static func tendWaitlists(_ access: WorkerAccess) -> Job {
        Job("tend_waitlists", every: .seconds(300)) { try await access.call { $0.tendWaitlists() } }
    }
}
