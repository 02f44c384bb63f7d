import JSON
import Practice

/// What a person does alone, from day to day.
extension ExerciseLibrary {
    static let dailyRecovery = Entry(
        "Daily recovery check-in", minutes: 5,
        """
        A few honest minutes at the end of the day. There are no good and no bad answers here, and a hard day takes \
        nothing away from the days before. If you are in danger, or think of harming yourself, do not wait for an \
        answer: use your safety plan and call for help now.
        """,
        fields: [
            scale("mood", "How was your mood today?", from: "very low", to: "very good", required: true),
            scale("urge", "How strong was the strongest urge?", from: "none", to: "overwhelming", required: true),
            several(
                "before", "What came before it?",
                [
                    "alone": "Being alone", "tired": "Being tired", "stress": "Stress", "conflict": "A conflict",
                    "shame": "Shame", "boredom": "Boredom", "screen": "Something on a screen",
                    "other": "Something else",
                ]
            ).when("urge", "atLeast", 3),
            line("before_other", "What else came before it?").when("before", "is", "other"),
            several(
                "did", "What did you do for yourself?",
                [
                    "reached_out": "Reached out to somebody", "moved": "Moved my body", "slept": "Slept enough",
                    "quiet": "Took a quiet quarter of an hour", "plan": "Used my plan", "helped": "Helped somebody",
                ]),
            one(
                "boundaries", "Did you keep your boundaries?",
                ["yes": "Yes", "mostly": "Mostly", "no": "No, and I want to talk about it"], required: true),
            text("boundary", "Which one was not kept, and what would have helped?").when(
                "boundaries", "anyOf", ["mostly", "no"]),
            yesNo("slip", "Was there a slip?", "A slip is an event. It resets nothing."),
            text("happened", "What happened?", "As much as you want to write down.").when("slip", "is", true),
            yesNo("told", "Have you told somebody?").when("slip", "is", true),
            line("whom", "Whom have you told, or whom could you tell?").when("told", "answered", true),
            yesNo("safe", "Are you safe tonight?"),
            line("tonight", "Who can be with you, or stay on the telephone, tonight?").when("safe", "is", false),
            line("tomorrow", "One thing that will make tomorrow easier"),
        ],
        risks: [.rule("safe", "is", false), .rule("mood", "atMost", 2)])

    static let gratitude = Entry(
        "Gratitude and small victories", minutes: 10,
        """
        Small things count. A phone call made, an hour of honest rest, a truth told a day sooner than last time. Look \
        back over the day or the week and write down what would otherwise be forgotten.
        """,
        fields: [
            line("grateful1", "Something you are grateful for", required: true),
            line("grateful2", "Something else"),
            line("grateful3", "And one about a person"),
            text("victory", "A small victory, and what it took", "Nothing is too small.", required: true),
            line("told", "Who else may hear of it?"),
            scale("hope", "How hopeful are you?", from: "not at all", to: "very", required: true),
            text("heavy", "What makes it hard to hope just now?").when("hope", "atMost", 3),
        ])

    static let boundaries = Entry(
        "Boundaries", minutes: 30,
        """
        A boundary says what you will do to be safe; it does not make anybody else do something. Take one boundary at a \
        time, word it so that a stranger could tell whether it was kept, and decide beforehand what you will do if it is \
        not.
        """,
        fields: [
            text("concern", "What makes you feel unsafe?", required: true),
            text("boundary", "The boundary, in one sentence that begins with \"I\"", required: true),
            one(
                "kind", "What does it protect?",
                [
                    "body": "My body", "feelings": "My feelings", "time": "My time", "home": "My home",
                    "devices": "Devices and media", "money": "Money", "contact": "Contact with somebody",
                    "other": "Something else",
                ]),
            line("protects", "What else does it protect?").when("kind", "is", "other"),
            text(
                "response", "What will you do when it is not kept?", "Something that is in your own hands.",
                required: true),
            yesNo("told", "Does anybody know of it?"),
            line("whom", "Who knows?").when("told", "is", true),
            line("tell", "Who should know, and when will you say it?").when("told", "is", false),
            date("from", "From when on?"),
            scale("confidence", "How sure are you that you will keep to it?", from: "not sure", to: "quite sure"),
            text("smaller", "What would make it easier to keep to?").when("confidence", "atMost", 5),
        ])
}
