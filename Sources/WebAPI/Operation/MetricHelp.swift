/// What each metric says, for its HELP line.
enum MetricHelp {
    static func text(_ name: String) -> String {
        texts[name] ?? name.replacing("_", with: " ")
    }

    private static let texts = [
        "cairn_requests_total": "Requests answered, by method, route and class of status.",
        "cairn_request_duration_seconds": "How long requests took, by method and class of status.",
        "cairn_route_duration_seconds_total": "Seconds that all requests of a route took together.",
        "cairn_refusals_total": "Requests refused, by the code of the problem.",
        "cairn_database_wait_seconds": "How long work waited for a connection to the database.",
        "cairn_database_segment_seconds": "How long the database took for one round trip.",
        "cairn_database_connections": "Connections to the database that are open.",
        "cairn_database_connections_idle": "Connections to the database that nothing uses now.",
        "cairn_database_connections_lost_total": "Connections to the database that broke.",
        "cairn_database_connections_failed_total": "Connections to the database that could not be opened.",
        "cairn_database_waits_refused_total": "Requests that waited too long for a connection, and got 503.",
        "cairn_database_segments_in_flight": "Round trips to the database that are under way.",
        "cairn_database_waiting": "Work that waits for a connection now.",
        "cairn_job_lag_seconds": "How far behind its time background work is, by job.",
        "cairn_jobs_waiting": "Queued jobs that wait, by kind.",
        "cairn_jobs_dead": "Queued jobs that failed for good, by kind.",
        "cairn_audit_refusals_pending": "Refusals that are kept, to be written to the audit later.",
        "cairn_audit_refusals_kept_total": "Refusals that could not be written to the audit at once.",
        "cairn_audit_refusals_written_later_total": "Refusals that were kept, and are written by now.",
        "cairn_audit_refusals_lost_total": "Refusals that are in no audit.",
        "process_cpu_seconds_total": "Processor time of this process, in and outside the kernel.",
        "process_resident_memory_bytes": "Memory of this process that is in use.",
        "process_virtual_memory_bytes": "Address space of this process.",
        "process_start_time_seconds": "When this process began, in seconds since 1970.",
        "process_open_fds": "File descriptors that are open.",
        "process_max_fds": "File descriptors that may be open.",
    ]
}
