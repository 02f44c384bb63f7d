import Postgres

extension NewConnectionCheck {
    /// What only loaded libraries can do.
    static let words = Query<Bool>.row("select access.near_words(public.fold('Árcher'), 'archre')") {
        try $0.next()
    }

    /// A door, as somebody without a sign-in knocks at it.
    static let door = Query<Int>.run(
        """
        select access."me.read"(gen_random_uuid(), '\\x00', null, now(), gen_random_uuid(), '\\x00')
        """)
}
