/// The names of the people who go through the demo's year: all invented.
enum DemoPeople {
    /// In the order in which they come.
    static let inRecovery = [
        "Aaron Whitfield", "Babak Rahimi", "Carlos Mendoza", "Dmitri Volkov", "Elijah Freeman", "Farid Nasser",
        "Gabriel Santos", "Hiroshi Tanabe", "Isaac Yazzie", "Jamal Carter", "Kofi Asante", "Leonard Kowalski",
        "Miguel Fuentes", "Nathan Goldberg", "Omar Siddiqui", "Patrick O'Neill", "Quentin Dubois", "Rajesh Iyer",
        "Steven Nguyen", "Tomasz Zielinski", "Umar Bello", "Victor Castellanos", "Walter Schmidt", "Xavier Morales",
        "Yusuf Demir", "Zachary Benally", "Andre Baptiste", "Brian Callahan", "Chen Wei", "Derek Lindholm",
        "Emeka Okonkwo", "Felix Aguilar", "Graham Tsosie", "Hugo Marchetti", "Ian Mackenzie", "Joaquin Villa",
        "Keith Robinson", "Lars Henriksen",
    ]
    static let partners = [
        "Abigail Foster", "Beatriz Campos", "Chloe Bennett", "Devika Menon", "Esther Achterberg", "Fatima Haidari",
        "Gloria Sandoval", "Hannah Weiss", "Imani Jefferson", "Julia Kozlova", "Keiko Morimoto", "Leila Farouk",
        "Monica Trujillo", "Naomi Begaye", "Olivia Hartmann", "Priya Raman", "Rosa Delgado", "Sarah Lindstrom",
        "Tamika Brooks", "Uma Krishnan", "Valeria Ponce", "Wendy Chu", "Yolanda Ortega", "Zainab Osei",
    ]
    /// Minors, each with a mother or father.
    static let young = [
        ("Adrian Lozano", "Silvia Lozano"), ("Ben Harrington", "Carol Harrington"), ("Caleb Nez", "Darlene Nez"),
        ("Diego Salazar", "Hector Salazar"), ("Ethan Park-Reed", "Susan Reed"), ("Finn Gallagher", "Maeve Gallagher"),
        ("Jaylen Moss", "Terrence Moss"), ("Kai Nakamura", "Emi Nakamura"), ("Liam Petrovic", "Ana Petrovic"),
        ("Mateo Rios", "Lucia Rios"), ("Nolan Fisher", "Grace Fisher"), ("Oscar Tran", "Linh Tran"),
        ("Ravi Chandra", "Meena Chandra"), ("Samir Aziz", "Huda Aziz"), ("Tyler Jensen", "Mark Jensen"),
        ("Wesley Adams", "Denise Adams"),
    ]

    /// A number that follows from two others as if by chance, and is always the same.
    static func number(_ first: Int, _ second: Int, below bound: Int) -> Int {
        var state = UInt64(truncatingIfNeeded: first &* 7_919 &+ second &* 104_729 &+ 17)
        state ^= state >> 13
        state = state &* 0x9E37_79B9_7F4A_7C15
        state ^= state >> 29
        return Int(state % UInt64(bound))
    }
}
