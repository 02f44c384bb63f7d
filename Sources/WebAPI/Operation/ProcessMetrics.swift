import Foundation

extension Telemetry {
    /// Shows what the process uses of the machine whenever the metrics are read, under the names that Prometheus's own
    /// libraries use.
    public func watchProcess() {
        let start = Date().timeIntervalSince1970
        registry.collect { registry in
            registry.gauge("process_start_time_seconds").set(start)
            registry.counterOfSeconds("process_cpu").set(Self.processorTime)
            if let memory = Self.memory {
                registry.gauge("process_virtual_memory_bytes").set(memory.virtual)
                registry.gauge("process_resident_memory_bytes").set(memory.resident)
            }
            if let files = Self.files {
                registry.gauge("process_open_fds").set(files.open)
                registry.gauge("process_max_fds").set(files.most)
            }
        }
    }

    private static var processorTime: Double {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// In bytes; nil where the system does not tell.
    private static var memory: (virtual: Int64, resident: Int64)? {
        guard let text = read("/proc/self/statm") else { return nil }
        let pages = text.split(separator: " ").prefix(2).compactMap { Int64($0) }
        guard pages.count == 2 else { return nil }
        let size = Int64(sysconf(Int32(_SC_PAGESIZE)))
        return (pages[0] * size, pages[1] * size)
    }

    private static var files: (open: Int64, most: Int64)? {
        var limit = rlimit()
        do {
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
            return (Int64(open), Int64(clamping: limit.rlim_cur))
        } catch { return nil }
    }

    private static func read(_ path: String) -> String? {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch { return nil }
    }
}
