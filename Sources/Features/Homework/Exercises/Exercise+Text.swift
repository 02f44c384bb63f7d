import JSON
import Postgres
import Practice
import WebAPI

extension Exercise {
    /// What a version says: what is sent to make one.
    struct Text: Sendable {
        var title: String
        var instructions: String
        var minutes: Int?
        var fields: JSONB
        var risks: JSONB

        init(_ body: inout JSONObjectReader) {
            title = body.required("title", .line(1...160))
            instructions = body.optional("instructions", .text(0...8_000)) ?? ""
            minutes = body.optional("minutes", .integer(1...600))
            let form = Self.form(&body)
            fields = JSONB(bytes: form?.json.bytes ?? [])
            risks = JSONB(bytes: form?.risksJSON.bytes ?? [])
        }

        init(title: String, instructions: String, minutes: Int?, form: Form) {
            self.title = title
            self.instructions = instructions
            self.minutes = minutes
            fields = JSONB(bytes: form.json.bytes)
            risks = JSONB(bytes: form.risksJSON.bytes)
        }

        /// Nil where a fault was recorded. Item rules are about the questions: they are read where these are right.
        private static func form(_ body: inout JSONObjectReader) -> Form? {
            guard body.has("fields") else {
                body.fault("fields", "required", "This is required.")
                return nil
            }
            let (fields, risks) = (body.required("fields", .value), body.optional("risks", .value))
            let form: Form
            do throws(FieldFaults) {
                form = try Form(fields)
            } catch {
                body.record(error, in: "fields")
                return nil
            }
            guard let risks else { return form }
            do throws(FieldFaults) {
                return try form.watched(by: risks)
            } catch {
                body.record(error, in: "risks")
                return nil
            }
        }
    }
}
