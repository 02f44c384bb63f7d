/// Where an axis has its lines: at round numbers, from nought up.
struct ChartTicks: Equatable {
    let values: [Double]

    var top: Double { values.last ?? 1 }

    /// Ticks up to at least `highest`, some four of them: a step is 1, 2, 2.5 or 5 times a power of ten, and of whole
    /// things never less than one.
    init(upTo highest: Double, _ unit: ChartUnit) {
        let highest = highest.isFinite && highest > 0 ? min(highest, 1e9) : 1
        if unit == .share, highest <= 1 {
            values = [0, 0.25, 0.5, 0.75, 1]
            return
        }
        var step = unit == .count ? 1.0 : 0.25
        let factors = [2, 2.5, 2]
        var turn = 0
        while highest / step > 5 {
            step *= factors[turn % 3]
            turn += 1
        }
        // 2.5 is no number of whole things.
        if unit == .count { step = step.rounded(.up) }
        let count = Int((highest / step).rounded(.up))
        values = (0...max(count, 1)).map { Double($0) * step }
    }
}
