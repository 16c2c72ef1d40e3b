/// The text of a progress bar.
struct ProgressLine: Equatable {
    /// How much is done, in the unit that the label names.
    var done: Int64
    /// How much there is; `nil` where nobody knows.
    var total: Int64?
    /// For how long it has been going on.
    var elapsed: Duration

    /// Events or the like in a second; 0 before anything is known.
    var rate: Double {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return seconds > 0 ? Double(done) / seconds : 0
    }

    /// How many seconds it will still take.
    var secondsLeft: Int64? {
        guard let total, rate > 0 else { return nil }
        return Int64((Double(max(0, total - done)) / rate).rounded(.up))
    }

    /// The line, at most so wide.
    func text(label: String, width: Int) -> String {
        let perSecond = "\(Self.grouped(Int64(rate.rounded())))/s"
        guard let total, total > 0 else {
            return TableLayout.cut("\(label) \(Self.grouped(done))  \(perSecond)", to: width)
        }
        let part = min(1, max(0, Double(done) / Double(total)))
        let left = secondsLeft.map { "  \(Self.time($0)) left" } ?? ""
        let numbers = "\(Int(part * 100)) %  \(Self.grouped(done)) of \(Self.grouped(total))  \(perSecond)\(left)"
        let room = min(30, width - label.count - numbers.count - 4)
        guard room >= 5 else { return TableLayout.cut("\(label) \(numbers)", to: width) }
        let full = Int((part * Double(room)).rounded(.down))
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: room - full)
        return "\(label) \(bar)  \(numbers)"
    }

    static func time(_ seconds: Int64) -> String {
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(seconds % 60))" : "\(minutes):\(padded(seconds % 60))"
    }

    static func grouped(_ number: Int64) -> String {
        var text = ""
        let digits = String(number.magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }
}
