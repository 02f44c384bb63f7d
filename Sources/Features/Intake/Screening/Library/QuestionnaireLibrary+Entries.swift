extension QuestionnaireLibrary {
    /// Kroenke, Spitzer, Williams: The PHQ-9, J Gen Intern Med 2001;16:606–613.
    static let phq9 = Entry(
        code: "phq-9", title: "Patient Health Questionnaire (PHQ-9)",
        questionnaire: Questionnaire(
            instructions: instructions, source: source,
            items: [
                item("interest", "Little interest or pleasure in doing things"),
                item("mood", "Feeling down, depressed, or hopeless"),
                item("sleep", "Trouble falling or staying asleep, or sleeping too much"),
                item("energy", "Feeling tired or having little energy"),
                item("appetite", "Poor appetite or overeating"),
                item(
                    "worth",
                    "Feeling bad about yourself, or that you are a failure or have let yourself or your family down"),
                item(
                    "concentration",
                    "Trouble concentrating on things, such as reading the newspaper or watching television"),
                item(
                    "movement",
                    """
                    Moving or speaking so slowly that other people could have noticed? Or the opposite, being so fidgety \
                    or restless that you have been moving around a lot more than usual
                    """),
                item(
                    "self_harm", "Thoughts that you would be better off dead or of hurting yourself in some way",
                    raisesRisk: true),
            ],
            choices: frequency,
            bands: [
                .init(from: 0, name: "minimal"), .init(from: 5, name: "mild"), .init(from: 10, name: "moderate"),
                .init(from: 15, name: "moderately_severe"), .init(from: 20, name: "severe"),
            ]))

    /// Spitzer, Kroenke, Williams, Löwe: The GAD-7, Arch Intern Med 2006;166:1092–1097.
    static let gad7 = Entry(
        code: "gad-7", title: "Generalized Anxiety Disorder (GAD-7)",
        questionnaire: Questionnaire(
            instructions: instructions, source: source,
            items: [
                item("nervous", "Feeling nervous, anxious or on edge"),
                item("control", "Not being able to stop or control worrying"),
                item("worry", "Worrying too much about different things"),
                item("relaxing", "Trouble relaxing"),
                item("restless", "Being so restless that it is hard to sit still"),
                item("irritable", "Becoming easily annoyed or irritable"),
                item("afraid", "Feeling afraid as if something awful might happen"),
            ],
            choices: frequency,
            bands: [
                .init(from: 0, name: "minimal"), .init(from: 5, name: "mild"), .init(from: 10, name: "moderate"),
                .init(from: 15, name: "severe"),
            ]))

    private static func item(_ key: String, _ text: String, raisesRisk: Bool = false) -> Questionnaire.Item {
        Questionnaire.Item(key: key, text: text, raisesRisk: raisesRisk)
    }
}
