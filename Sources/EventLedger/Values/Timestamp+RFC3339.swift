extension Timestamp: LosslessStringConvertible {
    /// RFC 3339 in UTC, six digits of fraction: `2026-11-21T08:30:00.000000Z`.
    ///
    /// RFC 3339 has four digits for a year. A time outside the years 1 to 9999 is written as the first or last of them.
    public var description: String {
        let written = min(max(self, .distantPast), .distantFuture)
        let (days, inDay) = written.microseconds.quotientAndRemainderFloor(dividingBy: 86_400_000_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let seconds = inDay / 1_000_000
        var text = [UInt8]()
        text.reserveCapacity(27)
        Self.append(year, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        Self.append(Int64(month), digits: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        Self.append(Int64(day), digits: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        Self.append(seconds / 3600, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.append(seconds / 60 % 60, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.append(seconds % 60, digits: 2, to: &text)
        text.append(UInt8(ascii: "."))
        Self.append(inDay % 1_000_000, digits: 6, to: &text)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads an RFC 3339 time (any offset, up to nine digits of fraction of which six count), or a date alone, which
    /// means its first instant in UTC. Leap seconds are read as the second after.
    ///
    /// - Parameter text: For example `2026-11-21T08:30:00Z`, `2026-11-21T09:30:00.5+01:00` or `2026-11-21`.
    /// - Returns: `nil` where the text is not of that form, not a day of the calendar, or outside the years 1 to 9999 in UTC.
    public init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), (1...12).contains(month), scanner.skip("-"),
            let day = scanner.number(digits: 2), day >= 1, day <= Self.daysIn(month: month, of: year)
        else { return nil }
        let days = Self.days(fromCivil: Int64(year), Int64(month), Int64(day))
        if scanner.isAtEnd {
            microseconds = days * 86_400_000_000
            guard isWithinYears else { return nil }
            return
        }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(digits: 2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(digits: 2), minute < 60, scanner.skip(":"),
            let second = scanner.number(digits: 2), second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let read = scanner.fraction() else { return nil }
            fraction = read
        }
        var offset: Int64 = 0
        if !scanner.skip("Z") && !scanner.skip("z") {
            let sign: Int64
            if scanner.skip("+") { sign = 1 } else if scanner.skip("-") { sign = -1 } else { return nil }
            guard let hours = scanner.number(digits: 2), hours < 24, scanner.skip(":"),
                let minutes = scanner.number(digits: 2), minutes < 60
            else { return nil }
            offset = sign * (Int64(hours) * 3600 + Int64(minutes) * 60)
        }
        guard scanner.isAtEnd else { return nil }
        let seconds = days * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second) - offset
        microseconds = seconds * 1_000_000 + fraction
        guard isWithinYears else { return nil }
    }

    /// An offset or a leap second may lead out of the years that can be written.
    private var isWithinYears: Bool { (Self.distantPast...Self.distantFuture).contains(self) }

    /// Year, month, day, hour, minute, second and day of the week (0 is Sunday) in UTC.
    package var calendarParts: (year: Int64, month: Int, day: Int, hour: Int, minute: Int, second: Int, weekday: Int) {
        let (days, inDay) = microseconds.quotientAndRemainderFloor(dividingBy: 86_400_000_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let seconds = Int(inDay / 1_000_000)
        let weekday = Int((days + 4).quotientAndRemainderFloor(dividingBy: 7).remainder)  // 1970-01-01 was a Thursday
        return (year, month, day, seconds / 3600, seconds / 60 % 60, seconds % 60, weekday)
    }

    // The two conversions between days and dates are those of H. Hinnant, "chrono-compatible low-level date
    // algorithms": eras of 400 years, years that begin in March.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int, day: Int) {
        let z = days + 719_468
        let era = z.quotientAndRemainderFloor(dividingBy: 146_097).quotient
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y.quotientAndRemainderFloor(dividingBy: 400).quotient
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func daysIn(month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func append(_ value: Int64, digits: Int, to text: inout [UInt8]) {
        let start = text.count
        var rest = value
        for _ in 0..<digits {
            text.insert(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), at: start)
            rest /= 10
        }
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFloor(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One to nine digits after the point, as microseconds.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0, count = 0
        while count < 9, let digit = digit() {
            if count < 6 { value = value * 10 + Int64(digit) }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    private mutating func digit() -> Int? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        rest.removeFirst()
        return Int(first) - 0x30
    }
}
