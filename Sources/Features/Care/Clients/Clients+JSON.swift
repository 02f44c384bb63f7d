import JSON
import Practice
import WebAPI

/// A chart's cover: members that are not shown to the caller are absent.
struct ChartAnswer: JSONWritable {
    let chart: Client.Chart
    let identifiers: [Client.Identifier]
    /// Of a chart that was just closed: what was to end with it and stayed.
    var stayed: [Client.ChartClosing.Ended] = []

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", chart.id)
            json.member("givenName", chart.givenName.ifAny)
            json.member("familyName", chart.familyName.ifAny)
            json.member("preferredName", chart.preferredName)
            json.member("age", chart.age)
            chart.identity?.write(members: &json)
            json.member("contact", ifPresent: chart.contact)
            if chart.identity != nil { json.array("identifiers", identifiers) }
            if !stayed.isEmpty { json.array("stayed", stayed) }
        }
    }
}

extension Client.Identity {
    fileprivate func write(members json: inout JSONWriter) {
        json.array("otherNames", otherNames)
        json.member("birthDate", birthDate)
        json.member("sex", sex)
        json.member("pronouns", pronouns)
        json.member("language", language)
        json.member("maritalStatus", maritalStatus)
        json.member("diedOn", diedOn)
        json.member("status", status)
        json.member("createdAt", createdAt)
    }
}

extension Client.Contact: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.array("safeChannels", safeChannels)
            json.member("voicemailAllowed", isVoicemailAllowed)
            json.member("neutralSender", isSenderNeutral)
            json.array("safeTimes", safeTimes)
            json.member("homeworkReminders", wantsReminders)
            if isWhole || email != nil { json.member("email", email) }
            if isWhole || phone != nil { json.member("phone", phone) }
            guard isWhole || !addressLines.isEmpty || city != nil else { return }
            json.array("addressLines", addressLines)
            json.member("city", city)
            json.member("region", region)
            json.member("postalCode", postalCode)
            json.member("country", country)
        }
    }
}

extension SafeTimes.Span: JSONWritable {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("weekday", weekday.rawValue)
            json.member("from", from)
            json.member("until", until)
        }
    }
}

extension Client.Identifier: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("source", source)
            json.member("system", system)
            json.member("value", value)
        }
    }
}

extension Client.Listed: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { write(members: &$0) }
    }

    func write(members json: inout JSONWriter) {
        json.member("id", id)
        json.member("givenName", givenName.ifAny)
        json.member("familyName", familyName.ifAny)
        json.member("preferredName", preferredName)
        guard let status else { return }
        json.member("birthDate", birthDate)
        json.member("status", status)
    }
}
