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
                ]),
            several(
                "did", "What did you do for yourself?",
                [
                    "reached_out": "Reached out to somebody", "moved": "Moved my body", "slept": "Slept enough",
                    "quiet": "Took a quiet quarter of an hour", "plan": "Used my plan", "helped": "Helped somebody",
                ]),
            one(
                "boundaries", "Did you keep your boundaries?",
                ["yes": "Yes", "mostly": "Mostly", "no": "No, and I want to talk about it"], required: true),
            text(
                "slip", "If there was a slip: what happened, and whom have you told?",
                "A slip is an event. It resets nothing."),
            line("tomorrow", "One thing that will make tomorrow easier"),
        ])

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
                ]),
            text(
                "response", "What will you do when it is not kept?", "Something that is in your own hands.",
                required: true),
            line("told", "Who knows of it, or should?"),
            date("from", "From when on?"),
            scale("confidence", "How sure are you that you will keep to it?", from: "not sure", to: "quite sure"),
        ])

    static let threeCircles = Entry(
        "Three circles", minutes: 45,
        """
        Three circles, one inside the other. In the inner one is what you want to stop. In the middle one is what leads \
        there, and what you cannot be sure about. In the outer one is what keeps you well, and there should be most in \
        it. Go through it with your counselor: the circles are yours, and they may change.
        """,
        fields: [
            text(
                "inner", "Inner circle: what do you want to have stopped?",
                "Few things, each so plain that you would know.", required: true),
            text(
                "middle", "Middle circle: what leads you there?",
                "Places, times, moods, people, devices, small permissions.", required: true),
            text(
                "outer", "Outer circle: what keeps you well?", "People, movement, rest, work, faith, play.",
                required: true),
            text("signs", "How do you notice that you have come into the middle circle?", required: true),
            text("way_out", "What is your first step out of it?", required: true),
            line("shown", "To whom will you show your circles?"),
        ])

    static let safetyPlan = Entry(
        "Safety plan", minutes: 40,
        """
        A plan for the hours when thinking is hard, written in an hour when it is not. Keep a copy where you can reach \
        it. In danger, call 911; in a crisis call or text 988. Nobody watches this page day and night, so this plan must \
        work without it.
        """,
        fields: [
            text("signs", "How do you, or others, notice that a crisis begins?", required: true),
            text("alone", "What can you do by yourself that has helped before?", required: true),
            text("places", "Where can you go, and with whom can you be, to be among people?", required: true),
            text("people", "Whom can you call and tell the truth? With telephone numbers.", required: true),
            text(
                "professionals", "Which professionals and services can you call?",
                "Your counselor's hours, and what to do outside of them.", required: true),
            text("surroundings", "What will you remove or hand over to make your surroundings safer?", required: true),
            text("reasons", "What is worth living for?"),
            time("review", "At what time of day will you look at this plan?"),
            yesNo("copy", "Do you have a copy at hand?", required: true),
        ])
}
