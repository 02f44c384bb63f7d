import JSON
import Practice

/// What a person makes for a longer time, and comes back to.
extension ExerciseLibrary {
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
            table(
                "people", "Whom can you call and tell the truth?", "Ask them beforehand.", required: true, rows: 1...10,
                [words("name", "Name", required: true), words("phone", "Telephone", required: true)]),
            table(
                "professionals", "Which professionals and services can you call?",
                "Your counselor, a doctor, a crisis line; with their hours.", required: true, rows: 1...10,
                [
                    words("name", "Name", required: true), words("phone", "Telephone", required: true),
                    words("hours", "When?"),
                ]),
            yesNo("means", "Is there anything at hand with which you could harm yourself?", required: true),
            text("surroundings", "What will you remove or hand over, to whom, and by when?", required: true).when(
                "means", "is", true),
            text("reasons", "What is worth living for?"),
            one(
                "today", "How safe are you today?",
                ["safe": "Safe", "unsure": "I am not sure", "not_safe": "Not safe"], required: true),
            line("now", "Whom will you call now, before you go on?").when("today", "anyOf", ["unsure", "not_safe"]),
            time("review", "At what time of day will you look at this plan?"),
            yesNo("copy", "Do you have a copy at hand?", required: true),
        ],
        risks: [.rule("today", "anyOf", ["unsure", "not_safe"]), .rule("means", "is", true)])

    static let threeCircles = Entry(
        "Three circles", minutes: 45,
        """
        Three circles, one inside the other. In the inner one is what you want to stop. In the middle one is what leads \
        there, and what you cannot be sure about. In the outer one is what keeps you well, and there should be most in \
        it. Go through it with your counselor: the circles are yours, and they may change.
        """,
        fields: [
            table(
                "inner", "Inner circle: what do you want to have stopped?",
                "Few things, each so plain that you would know.", required: true, rows: 1...7,
                [words("what", "What?", required: true)]),
            table(
                "middle", "Middle circle: what leads you there?",
                "Places, times, moods, people, devices, small permissions.", required: true, rows: 1...20,
                [words("what", "What?", required: true), words("sign", "How do you notice it?")]),
            table(
                "outer", "Outer circle: what keeps you well?", "People, movement, rest, work, faith, play.",
                required: true, rows: 3...30,
                [words("what", "What?", required: true), words("often", "How often do you want it?")]),
            text("signs", "How do you notice that you have come into the middle circle?", required: true),
            text("way_out", "What is your first step out of it?", required: true),
            yesNo("shown", "Has anybody seen your circles?"),
            line("show", "To whom will you show them?").when("shown", "is", false),
            drawing("picture", "Draw them, if you like"),
        ])

    static let triggerMap = Entry(
        "Trigger map", minutes: 30,
        """
        What sets off an urge, or a wave of pain, is seldom as sudden as it feels. Write down what you know of it, a line \
        for each: a place, an hour, a picture, a sentence, a mood. Then say for each what your first step is. Add to it \
        over the weeks; a map that gets longer is a map that gets better.
        """,
        fields: [
            table(
                "triggers", "What sets it off?", "One in each line. Three are a good beginning.", required: true,
                rows: 1...15,
                [
                    words("what", "What?", required: true), words("when", "When and where?"),
                    words("feeling", "What do you feel then?"), outOfTen("strength", "How strong, from 0 to 10?"),
                    question("noticed", "Do you notice it in time?", nil, "yesNo", false, []),
                    words("step", "Your first step", required: true),
                ]),
            line("strongest", "Which of them is the strongest?", required: true),
            text("before", "What usually comes an hour before that one?"),
            one(
                "avoidable", "Can you keep out of its way?",
                ["yes": "Yes", "partly": "In part", "no": "No, it comes to me"], required: true),
            text("change", "What will you change so that you meet it less often?", required: true).when(
                "avoidable", "anyOf", ["yes", "partly"]),
            text("endure", "What helps you to let it pass?", "What you do, whom you call, how long it takes.").when(
                "avoidable", "anyOf", ["partly", "no"]),
            line("ally", "Who may know of this map?"),
            drawing("picture", "Draw it, if a picture says more"),
        ])

    static let values = Entry(
        "Values and commitments", minutes: 40,
        """
        A value is a direction, not a goal: nobody is ever done with being honest. Name a few that are yours and not \
        somebody else's, and look without blame at how much of them there was in the last weeks. Then promise yourself \
        something so small that you will really do it.
        """,
        fields: [
            table(
                "values", "What matters to you?", "Two to seven, in your own words.", required: true, rows: 2...7,
                [
                    words("value", "Value", required: true), words("why", "Why does it matter?"),
                    outOfTen("lived", "How much of it was there lately, from 0 to 10?"),
                ]),
            line("nearest", "Which one do you want to come nearer to first?", required: true),
            table(
                "commitments", "What will you do?", "Something that somebody could see you do.", required: true,
                rows: 1...3,
                [
                    words("what", "What?", required: true),
                    question("by", "By when?", nil, "date", false, []), words("whom", "Who knows of it?"),
                ]),
            text("obstacle", "What might come between, and what will you do then?"),
            scale(
                "confidence", "How sure are you that you will do it?", from: "not sure", to: "quite sure",
                required: true),
            line("smaller", "Make it smaller: what could you do even on a bad day?").when("confidence", "atMost", 6),
        ])
}
