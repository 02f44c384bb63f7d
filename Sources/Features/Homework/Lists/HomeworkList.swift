import JSON
import Postgres
import Practice
import WebAPI

extension Homework {
    /// Whose homework a list shows.
    enum Reach: Sendable {
        /// Everybody's whom the proven relation reaches: one's own, one's children's, one's caseload's.
        case everyone
        case client(ID<Client>)
        case group(ID<Group>)
    }

    /// One of the four lists on a client's start page. What is outstanding is in one of the first three.
    enum View: String, CaseIterable, Sendable {
        /// To be done by the end of this day on the practice's calendar, and not late yet.
        case today
        /// Due on a later day.
        case coming
        /// Late, and can still be handed in.
        case late
        /// Handed in or reviewed; the last due first.
        case done
    }

    /// What a list of homework is asked for.
    struct Filter: Sendable {
        var view: View?
        var status: Status?
        /// Due at this instant or later.
        var from: Instant?
        /// Due before this instant.
        var to: Instant?

        init() {}

        init(_ query: inout QueryReader) {
            view = query.optional("view", .choice(View.self))
            status = query.optional("status", .choice(Status.self))
            from = query.optional("from", .instant)
            to = query.optional("to", .instant)
            if let from, let to, to <= from { query.fault("to", "before_start", "This must be later than from.") }
            if view != nil, status != nil {
                query.fault("status", "view_given", "A view says itself how homework stands: ask for one of the two.")
            }
        }
    }

    /// How much there is in each view.
    struct Summary: Sendable, JSONWritable {
        var today: Int
        var coming: Int
        var late: Int
        var done: Int

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("today", today)
                json.member("coming", coming)
                json.member("late", late)
                json.member("done", done)
            }
        }
    }
}
