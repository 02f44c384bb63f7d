extension RiskWords {
    /// What a new practice begins with, in plain words; each practice makes it its own.
    ///
    /// It is short on purpose: a list that finds something in every other answer is soon read by nobody.
    public static let standard = [
        // Harm to oneself.
        "suicid*", "kill myself", "killing myself", "end my life", "end it all", "take my own life", "want to die",
        "wish I was dead", "wish I were dead", "better off dead", "better off without me", "no reason to live",
        "don't want to live", "do not want to live", "don't want to be here anymore", "hurt myself", "hurting myself",
        "harm myself", "self harm*", "selfharm*", "cut myself", "cutting myself", "overdos*",
        // Harm to others, or from them.
        "kill him", "kill her", "kill them", "kill you", "hit me", "hits me", "beat me", "beats me", "beats us",
        "choked me", "chokes me", "strangl*", "threatened to kill", "raped", "forced me to", "afraid for my life",
        // Harm to a minor, which the law wants reported at once (in Arizona A.R.S. 13-3620).
        "molest*", "child porn*", "child abuse", "underage", "touched a child", "hurt a child", "hurts the kids",
        "hit the kids",
    ]
}
