import EventLedger
import EventLedgerCommands

extension DecoderProperty {
    /// A cron expression: the next time is later, on a minute, and the next one from any time in between.
    static func checkCron(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let cron = try accepted(unless: LedgerError.self, { try CronExpression(text) }) else { return }
        let fields = text.split { $0 == " " || $0 == "\t" }
        let tidy = try CronExpression(fields.joined(separator: " "))
        for start in [
            Timestamp(microseconds: 1_767_600_000_000_000), .distantPast, Timestamp(microseconds: -1),
            Timestamp(microseconds: 253_402_000_000_000_000), .distantFuture,
        ] {
            let next = cron.next(after: start)
            try hold(tidy.next(after: start) == next, "White space counts.")
            guard let next else { continue }
            try hold(next > start, "The next time \(next) is not behind \(start).")
            try hold(next <= .distantFuture, "The next time is behind the last year.")
            try hold(next.microseconds % 60_000_000 == 0, "The next time \(next) is not on a minute.")
            let between = Timestamp(microseconds: start.microseconds + (next.microseconds - start.microseconds) / 2)
            try hold(cron.next(after: between) == next, "Between \(start) and \(next) another time comes next.")
            try hold(cron.next(after: next - .microseconds(1)) == next, "The instant before \(next) leads elsewhere.")
        }
    }

    /// A condition on the command line: what was read can be written, and reads back as the same one.
    static func checkCondition(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let read = try accepted(unless: ConditionSyntaxError.self) { try ConditionText.parse(text) }
        guard let condition = read else { return }
        try hold(condition.query.items.count == 1, "A condition has \(condition.query.items.count) alternatives.")
        try hold(condition.position >= .start, "It looks behind a position before the start.")
        let item = condition.query.items[0]
        try hold(item != EventQuery.Item(), "It names nothing.")
        let lists = [
            ("type", item.types.sorted().map(\.rawValue)), ("tag", item.tags.sorted().map(\.rawValue)),
            ("after", ["\(condition.position)"]),
        ]
        let parts = lists.filter { !$0.1.isEmpty }.map { key, names in
            key + "=" + names.map(escaped).joined(separator: ",")
        }
        let again = try ConditionText.parse(parts.joined(separator: " "))
        try hold(again == condition, "Written and read, it is another condition.")
    }

    private static func escaped(_ name: String) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            if " ,=\\".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
