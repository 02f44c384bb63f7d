import Logging
import WebAPI

extension Logger {
    /// The log of a command: only what the person at the keyboard should know.
    static func forCommands(_ settings: Settings) -> Logger {
        Logger(label: "cairn") { label in
            JSONLogHandler(label: label, level: max(settings.logLevel, .error))
        }
    }

    /// The log of the server: JSON, a line an event.
    static func forServer(_ settings: Settings, sink: LogSink) -> Logger {
        Logger(label: "cairn") { label in
            JSONLogHandler(label: label, level: settings.logLevel, sink: sink)
        }
    }
}
