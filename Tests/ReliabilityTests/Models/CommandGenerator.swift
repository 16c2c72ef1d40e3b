import EventLedger
import EventLedgerTesting

/// Makes the steps of a run from its seed.
struct CommandGenerator {
    let profile: ModelProfile
    var random: SeededGenerator
    private var commits: [Int] = []
    private var leases: [Int] = []

    init(profile: ModelProfile, seed: UInt64) {
        self.profile = profile
        random = SeededGenerator(seed: seed)
    }

    /// The steps. The queues are configured first, so that names are remembered as long as the profile says.
    mutating func commands(_ count: Int) -> [ModelCommand] {
        var commands: [ModelCommand] = []
        if profile.hasTasks {
            for (queue, plan) in zip(ModelProfile.queues, [ConfigurationPlan.plain, .slow, .narrow, .impatient]) {
                commands.append(ModelCommand(number: commands.count, handle: 0, action: .configure(queue, plan)))
            }
        }
        while commands.count < count {
            let number = commands.count
            commands.append(ModelCommand(number: number, handle: chance(3) ? 1 : 0, action: action(number)))
        }
        return commands
    }

    private mutating func action(_ number: Int) -> ModelAction {
        let isAboutTasks = profile.hasTasks && chance(2)
        return isAboutTasks ? taskAction(number) : eventAction(number)
    }

    private mutating func eventAction(_ number: Int) -> ModelAction {
        switch roll(100) {
        case ..<40:
            let plan = commit()
            commits.append(number)
            return .commit(plan)
        case ..<55: return resending()
        case ..<65: return .write(several(3) { $0.write() })
        case ..<82: return .read(selection())
        case ..<86: return .get(several(4) { $0.pick(ModelNames.documents) })
        case ..<91: return .find(find())
        case ..<93: return .checkpoint
        case ..<95: return .reopen
        default: return profile == .clockSetBack && chance(2) ? .setBack(seconds: step()) : advancing(number)
        }
    }

    private mutating func taskAction(_ number: Int) -> ModelAction {
        guard profile.leasesTasks else { return notLeasedAction(number) }
        switch roll(100) {
        case ..<20: return .enqueue(several(3) { $0.task() })
        case ..<42:
            leases.append(number)
            let queues = chance(3) ? [pick(ModelProfile.queues)] : ModelProfile.queues
            return .lease(queues, limit: roll(20) == 0 ? 0 : roll(3) + 1, seconds: pick([5, 30, 120]))
        case ..<47: return .extend(lease(), seconds: pick([10, 60]))
        case ..<60: return .settle(lease(), settlement())
        case ..<64: return .cancel(taskName(), in: pick(ModelProfile.queues))
        case ..<66: return .pause(pick(ModelProfile.queues))
        case ..<70: return .resume(pick(ModelProfile.queues))
        case ..<73: return .configure(pick(ModelProfile.queues), pick(ConfigurationPlan.allCases))
        case ..<76: return .recordLetter(letter())
        case ..<80: return .retryLetter(nth: roll(8))
        case ..<82: return .resolveLetter(nth: roll(8))
        case ..<84: return .purgeLetters(secondsOld: pick([0, 20, 100]))
        case ..<87: return .listTasks(chance(2) ? queueName() : nil, limit: roll(20) == 0 ? 0 : roll(4) + 1)
        case ..<90:
            return .listLetters(
                chance(2) ? pick([.task, .event]) : nil, chance(2) ? pick(DeadLetter.State.allCases) : nil,
                text: chance(3) ? pick(["broke", "ByHand", "number", "nowhere"]) : nil, limit: roll(3) + 1
            )
        default: return advancing(number)
        }
    }

    private mutating func notLeasedAction(_ number: Int) -> ModelAction {
        switch roll(100) {
        case ..<36: return .enqueue(several(3) { $0.task() })
        case ..<56: return .cancel(taskName(), in: pick(ModelProfile.queues))
        case ..<60: return .pause(pick(ModelProfile.queues))
        case ..<64: return .resume(pick(ModelProfile.queues))
        case ..<67: return .configure(pick(ModelProfile.queues), pick(ConfigurationPlan.allCases))
        case ..<74: return .recordLetter(letter())
        case ..<80: return .retryLetter(nth: roll(8))
        case ..<84: return .resolveLetter(nth: roll(8))
        case ..<86: return .purgeLetters(secondsOld: pick([0, 20, 100]))
        case ..<92:
            return .listLetters(
                chance(2) ? pick([.task, .event]) : nil, chance(2) ? pick(DeadLetter.State.allCases) : nil,
                text: chance(3) ? pick(["broke", "ByHand", "number", "nowhere"]) : nil, limit: roll(3) + 1
            )
        default: return advancing(number)
        }
    }

    private mutating func advancing(_ number: Int) -> ModelAction {
        let leasing = profile.leasesTasks && chance(2) ? roll(3) + 1 : 0
        if leasing > 0 { leases.append(number) }
        return .advance(seconds: step(), leasing: leasing)
    }

    private mutating func step() -> Int64 { pick([1, 2, 4, 7, 10, 31, 64]) }
}

// Parts of commands.
extension CommandGenerator {
    private mutating func commit() -> CommitPlan {
        var plan = CommitPlan()
        // Now and then a commit of documents or tasks only, or of nothing at all.
        if roll(6) > 0 { plan.appends = several(2) { $0.append() } }
        if roll(4) == 0 {
            plan.conditions = several(2) { .init(query: $0.query(), back: Int64($0.roll(6))) }
        }
        if roll(3) == 0 { plan.writes = several(2) { $0.write() } }
        if profile.hasTasks {
            if roll(3) == 0 { plan.tasks = several(2) { $0.task() } }
            if profile.leasesTasks, roll(3) == 0 { plan.completions = several(2) { $0.lease() } }
            if roll(12) == 0 { plan.letters = [letter()] }
        }
        if chance(3) { plan.actor = pick(["ada", "grace"]) }
        return plan
    }

    private mutating func append() -> CommitPlan.Append {
        let expectation: ExpectationPlan =
            switch roll(10) {
            case ..<4: .any
            case 4: .newStream
            case 5: .existing
            case ..<9: .current(plus: 0)
            default: .current(plus: pick([-1, 1]))
            }
        let stream = roll(60) == 0 ? pick(["", "a\u{7F}b"]) : pick(ModelNames.streams)
        let events = roll(15) == 0 ? [] : several(3) { $0.event() }
        return CommitPlan.Append(stream: stream, expectation: expectation, events: events)
    }

    private mutating func event() -> EventPlan {
        var tags: [EventTag] = []
        for tag in ModelNames.tags where roll(3) == 0 { tags.append(tag) }
        if roll(80) == 0 { tags = (0...LedgerLimits.tagsPerEvent).map { EventTag("tag-\($0)") } }
        return EventPlan(type: pick(ModelNames.types), tags: tags, secondsAgo: roll(5) == 0 ? Int64(roll(1000)) : nil)
    }

    private mutating func resending() -> ModelAction {
        guard !commits.isEmpty else { return .checkpoint }
        return .resend(commit: recent(commits), chance(2) ? .same : pick(ResendingPlan.allCases))
    }

    private mutating func write() -> WritePlan {
        let number = Int64(roll(7))
        let fields: JSONObject = [
            "n": chance(2) ? .integer(number) : .double(Double(number) + 0.5),
            "s": pick([.string("caf\u{E9}"), .string("cafe\u{301}"), .string("b"), .null, .bool(true)]),
            "deep": .object(["x": .integer(number % 3), "list": .array([.array([]), .integer(number)])]),
        ]
        let condition: VersionPlan =
            switch roll(8) {
            case ..<4: .any
            case 4: .absent
            case 5: .present
            case 6: .current(plus: 0)
            default: .current(plus: pick([-1, 1]))
            }
        return WritePlan(
            key: pick(ModelNames.documents), fields: roll(4) == 0 ? nil : fields, condition: condition
        )
    }

    private mutating func task() -> TaskPlan {
        TaskPlan(
            queue: pick(ModelProfile.queues), name: roll(60) == 0 ? "" : taskName(),
            delay: chance(4) ? Int64(roll(40)) : nil, attempts: chance(3) ? roll(2) + 1 : nil
        )
    }

    private mutating func lease() -> LeaseReference {
        LeaseReference(command: leases.isEmpty ? -1 : recent(leases), index: roll(5) == 0 ? 1 : 0)
    }

    private mutating func settlement() -> SettlementPlan {
        switch roll(6) {
        case ..<3: .failed
        case 3: .snoozed(seconds: step())
        case 4: .discarded
        default: .released
        }
    }

    private mutating func letter() -> LetterPlan {
        chance(2)
            ? .task(taskName(), in: pick(ModelProfile.queues), generation: roll(2) + 1, secondsAgo: Int64(roll(30)))
            : .event(roll(3), secondsAgo: Int64(roll(30)))
    }

    private mutating func query() -> QueryPlan {
        QueryPlan(
            items: several(2) { generator in
                var types: [EventType] = []
                for type in ModelNames.types where generator.chance(3) { types.append(type) }
                var tags: [EventTag] = []
                for tag in ModelNames.tags where generator.roll(4) == 0 { tags.append(tag) }
                if types.isEmpty, tags.isEmpty, generator.roll(10) > 0 { tags = [generator.pick(ModelNames.tags)] }
                if generator.roll(12) == 0 { tags.append("never") }
                return QueryPlan.Item(types: types, tags: tags)
            }
        )
    }

    private mutating func selection() -> SelectionPlan {
        var plan: SelectionPlan
        switch roll(5) {
        case 0: plan = SelectionPlan(.all)
        case 1: plan = SelectionPlan(.category(pick(ModelNames.categories)))
        case 2: plan = SelectionPlan(.stream(pick(ModelNames.streams + ["none-1"])))
        default: plan = SelectionPlan(.query(query()))
        }
        if chance(3) { plan.after = Int64(roll(12) - 2) }
        if chance(4) { plan.through = Int64(roll(12) - 2) }
        if chance(5) { plan.sinceSecondsAgo = Int64(roll(60) - 5) }
        if chance(5) { plan.untilSecondsAgo = Int64(roll(60) - 5) }
        if case .stream = plan.scope, chance(3) { plan.afterRevision = Int64(roll(5)) }
        if roll(40) == 0 { plan.afterRevision = 1 }
        plan.isBackwards = chance(3)
        if chance(3) { plan.limit = roll(6) }
        return plan
    }

    private mutating func find() -> FindPlan {
        var filters: [DocumentQuery.Filter] = []
        if chance(2) {
            let value: JSONValue = chance(2) ? .integer(Int64(roll(7))) : .double(Double(roll(7)) + 0.5)
            filters.append(.init("n", pick([.equal, .less, .lessOrEqual, .greater, .greaterOrEqual]), value))
        }
        if chance(4) {
            filters.append(.init("s", pick([.equal, .greater]), pick([.string("b"), .string("caf\u{E9}")])))
        }
        if chance(4) { filters.append(.init("deep.x", .equal, .integer(Int64(roll(3))))) }
        let order: DocumentQuery.Order? =
            chance(2) ? DocumentQuery.Order(pick(["n", "s", "deep.x", "none"]), descending: chance(2)) : nil
        return FindPlan(
            collection: pick(ModelNames.collections), filters: filters, order: order,
            limit: roll(20) == 0 ? 0 : roll(4) + 1
        )
    }

    private mutating func taskName() -> TaskName { pick(ModelNames.tasks) }

    private mutating func queueName() -> QueueName { roll(10) == 0 ? "" : pick(ModelProfile.queues) }
}

// Chance.
extension CommandGenerator {
    /// A number from 0, below the bound.
    private mutating func roll(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// True once in so many times.
    private mutating func chance(_ times: Int) -> Bool { roll(times) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(elements.count)] }

    /// One of the last few.
    private mutating func recent(_ numbers: [Int]) -> Int { pick(Array(numbers.suffix(5))) }

    private mutating func several<Element>(
        _ most: Int, _ make: (inout CommandGenerator) -> Element
    ) -> [Element] {
        var elements: [Element] = []
        for _ in 0...roll(most) { elements.append(make(&self)) }
        return elements
    }
}
