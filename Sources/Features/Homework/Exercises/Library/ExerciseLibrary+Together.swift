import JSON
import Practice

/// What couples do together, each for oneself first.
extension ExerciseLibrary {
    static let fanos = Entry(
        "FANOS check-in", minutes: 15,
        """
        Five short steps, one after the other. Write down a sentence or two for each. Then, at the time that you have \
        agreed on, one of you reads aloud while the other only listens: no comment, no question, no repair. Thank each \
        other, and change over. What was said is not taken up again until the next day, unless both of you want it.
        """,
        fields: [
            text("feelings", "Feelings: what do you feel right now?", "Name feelings, not thoughts.", required: true),
            text("affirmation", "Affirmation: what do you value in your partner today?", required: true),
            text(
                "needs", "Needs: what do you need, today or this week?", "A need is a request, not a demand.",
                required: true),
            text("ownership", "Ownership: what do you take responsibility for?", required: true),
            text(
                "struggles", "Struggles: how have you done since the last check-in?",
                "As much as you have agreed to tell.", required: true),
            yesNo("listened", "Did the one who listened only listen?"),
            line("next_time", "What will help next time?").when("listened", "is", false),
            scale("closeness", "How close do you feel to your partner?", from: "far away", to: "very close"),
        ])

    static let activeListening = Entry(
        "Active-listening dialogue", minutes: 30,
        """
        One speaks, one listens; after ten minutes you change over. The speaker says one thing at a time and begins with \
        "I". The listener says back what was heard, asks "Have I got that?", and only then asks "Is there more?". \
        Nobody is right today. Write this down when you are done, each for oneself.
        """,
        fields: [
            line("topic", "What did you talk about?", "A small matter is a good one to begin with.", required: true),
            text(
                "heard", "What did you hear your partner say?", "In your partner's words as far as you can.",
                required: true),
            text("felt", "What may your partner have felt?", required: true),
            text("surprised", "What surprised you?"),
            yesNo("understood", "Did you feel understood?", required: true),
            text("missed", "What was not heard?", "Say it again next time, in one sentence.").when(
                "understood", "is", false),
            scale("difficulty", "How hard was it only to listen?", from: "easy", to: "very hard"),
            line("next", "What would you do differently next time?"),
        ])

    static let empathyLetter = Entry(
        "Empathy letter", minutes: 60,
        """
        Write to the person whom you have hurt, about what it has been like for that person, and not about you. No \
        reasons, no promises, no request to be forgiven. The letter is not sent and not read aloud before you have gone \
        through it with your counselor. Stop when it gets too much, and come back another day: your draft is kept.
        """,
        fields: [
            text(
                "done", "What did you do, in plain words?", "Without softening and without more detail than is needed.",
                required: true),
            text(
                "lost", "What did the other person lose by it?",
                "Trust, safety, sleep, plans, other people, a picture of the past.", required: true),
            text("pain", "What might it feel like to be that person, on a day like today?", required: true),
            letter("letter", "The letter", "Begin with what you know the other person went through."),
            yesNo(
                "defended", "Is there a sentence in it that defends you?",
                "If so, take it out, or bring it to your counselor."),
            text("sentence", "Which sentence is it?").when("defended", "is", true),
            scale("hardship", "How hard was it to write?", from: "easy", to: "very hard"),
            line("support", "With whom can you be, or talk, today?").when("hardship", "atLeast", 8),
        ])
}
