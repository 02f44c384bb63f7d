import JSON
import Logging
import Practice
import ServiceLifecycle

/// Writes each event as one JSON object on a line: `time`, `level`, `message`, `logger`, and the metadata.
///
/// It writes what it is given. That no people's data is given is a rule of this code base, which the types help to
/// keep: ``Problem``, `PostgresError` and `Token` describe themselves without any.
public struct JSONLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    private let label: String
    private let sink: LogSink
    private let now: @Sendable () -> Instant

    /// Makes a handler; `LoggingSystem.bootstrap { JSONLogHandler(label: $0) }`.
    public init(
        label: String, level: Logger.Level = .info, sink: LogSink = .standardError,
        now: @escaping @Sendable () -> Instant = Instant.systemClock
    ) {
        self.label = label
        self.sink = sink
        self.now = now
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var json = JSONWriter(reservingCapacity: 256)
        json.object { json in
            json.member("time", now())
            json.member("level", event.level.rawValue)
            json.member("logger", label)
            json.member("message", event.message.description)
            let all = metadata.merging(metadataProvider?.get() ?? [:]) { _, provided in provided }
                .merging(event.metadata ?? [:]) { _, explicit in explicit }
            for (key, value) in all.sorted(by: { $0.key < $1.key }) { json.member(named: key, JSONMetadata(value)) }
        }
        json.raw(CollectionOfOne(0x0A))
        sink.write(json.bytes, isUrgent: event.level >= .warning)
    }
}

private struct JSONMetadata: JSONWritable {
    let value: Logger.Metadata.Value

    init(_ value: Logger.Metadata.Value) {
        self.value = value
    }

    func write(to json: inout JSONWriter) {
        switch value {
        case .string(let text): json.text(text)
        case .stringConvertible(let value): json.text(value.description)
        case .array(let values): values.map(JSONMetadata.init).write(to: &json)
        case .dictionary(let members):
            json.object { json in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    json.member(named: key, JSONMetadata(value))
                }
            }
        }
    }
}

/// Writes a buffering sink's lines out a few times a second, and when the server stops.
public struct LogFlusher: Service {
    private let sink: LogSink

    /// Flushes a sink.
    public init(_ sink: LogSink) {
        self.sink = sink
    }

    public func run() async throws {
        defer { sink.flush() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
                sink.flush()
            }
        }
    }
}
