import EventLedger
import EventLedgerSQLite
import EventLedgerTesting
import Foundation
import TestSupport
import Testing

@Suite("The key file") struct SubjectKeyFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.file("keys.sqlite") }

    /// The bytes of all files in the folder.
    private func bytes() async throws -> [Data] {
        let folder = folder.path
        return try await BlockingWork.run {
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
                try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))
            }
        }
    }

    private func setPermissions(_ mode: Int) async throws {
        let path = path
        try await BlockingWork.run {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
    }

    @Test("A forgotten key is in no file any more, and every other one is in one place")
    func forgottenKeysAreGone() async throws {
        var generator = SeededGenerator(seed: try TestRun.seed())
        let store = try await SQLiteSubjectKeyStore.open(path)
        var known: [SubjectName: SubjectKey] = [:]
        var gone: [SubjectKey] = []
        // Enough for several pages of keys, made in an order that has nothing to do with their names.
        for _ in 0..<300 {
            let name = SubjectName("s-\(UInt32.random(in: 0...UInt32.max, using: &generator))")
            known[name] = try await store.key(for: name)
            let forgets = Int.random(in: 0..<5, using: &generator) == 0
            guard forgets, let victim = known.keys.sorted().first else { continue }
            if let key = known.removeValue(forKey: victim) { gone.append(key) }
            try await store.forget(victim)
        }
        for closes in [false, true] {
            if closes { await store.close() }
            let files = try await bytes()
            #expect(files.count == 1, "\(TestRun.hint)")
            let found = gone.filter { key in files.contains { $0.range(of: Data(key.bytes)) != nil } }
            #expect(!gone.isEmpty && found.isEmpty, "\(found.count) of \(gone.count), \(TestRun.hint)")
            let onceThere = known.values.filter { key in
                guard let file = files.first, let place = file.range(of: Data(key.bytes)) else { return false }
                return file[place.upperBound...].range(of: Data(key.bytes)) == nil
            }
            #expect(onceThere.count == known.count, "\(TestRun.hint)")
        }
    }

    @Test func keysAndDataAreNotInTheLedger() async throws {
        let keys = try await SQLiteSubjectKeyStore.open(path)
        let ledgers = try TemporaryFolder()
        let ledger = try await SQLiteLedger.open(ledgers.file())
        let event = try await PersonalDataCipher(keys: keys).encrypt(NoteTaken(text: "Ada's secret"), for: "ada")
        try await ledger.commit { $0.append(contentsOf: [event], to: "note-1") }
        let key = try await keys.key(for: "ada")
        let reader = DecryptingReader(ledger, keys: keys)
        #expect(try await reader.all().first?.decode(NoteTaken.self)?.text == "Ada's secret")
        try await keys.forget("ada")
        #expect(try await reader.all().map(\.isErased) == [true])
        #expect(try await LedgerVerifier(ledger).verify().isSound)
        try await ledger.checkpoint()
        let folder = ledgers.path
        let files = try await BlockingWork.run {
            try FileManager.default.contentsOfDirectory(atPath: folder).map {
                try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))
            }
        }
        for file in files {
            #expect(file.range(of: Data(key.bytes)) == nil)
            #expect(file.range(of: Data("secret".utf8)) == nil)
        }
        await ledger.close()
        await keys.close()
    }

    @Test func anImportOfDecryptedEventsIsRefused() async throws {
        let keys = try await SQLiteSubjectKeyStore.open(path)
        let source = try await SQLiteLedger.open(folder.file("source.sqlite"))
        let event = try await PersonalDataCipher(keys: keys).encrypt(NoteTaken(text: "hello"), for: "ada")
        try await source.commit { $0.append(contentsOf: [event], to: "note-1") }
        let readable = try await DecryptingReader(source, keys: keys).all()
        let target = try await SQLiteLedger.open(folder.file("target.sqlite"))
        #expect(await code { try await target.importEvents(readable) } == .invalidValue)
        try await target.importEvents(try await source.all())
        #expect(try await DecryptingReader(target, keys: keys).all() == readable)
        for ledger in [source, target] { await ledger.close() }
        await keys.close()
    }

    @Test func onlyItsOwnerMayReadIt() async throws {
        let store = try await SQLiteSubjectKeyStore.open(path)
        _ = try await store.key(for: "ada")
        await store.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect("\(attributes[.posixPermissions] ?? "")" == "\(0o600)")
        for permissions in [0o644, 0o604, 0o640, 0o620, 0o610, 0o601] {
            try await setPermissions(permissions)
            for mode in [SQLiteLedgerOptions.Mode.create, .existing, .readOnly] {
                let refusal = await code { _ = try await SQLiteSubjectKeyStore.open(path, mode: mode) }
                #expect(refusal == .forbidden, "mode \(String(permissions, radix: 8))")
            }
        }
        try await setPermissions(0o400)
        let again = try await SQLiteSubjectKeyStore.open(path, mode: .readOnly)
        #expect(try await again.states(of: ["ada"]).count == 1)
        await again.close()
    }

    @Test func otherFilesAreRefusedAndLeftAlone() async throws {
        let text = folder.file("notes.txt")
        let content = Data(String(repeating: "These are no keys. ", count: 100).utf8)
        try content.write(to: URL(fileURLWithPath: text))
        let ledgerPath = folder.file()
        let ledger = try await SQLiteLedger.open(ledgerPath)
        try await ledger.checkpoint()
        await ledger.close()
        let ledgerBytes = try Data(contentsOf: URL(fileURLWithPath: ledgerPath))
        for other in [text, ledgerPath] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: other)
            #expect(await code { _ = try await SQLiteSubjectKeyStore.open(other) } == .corrupt)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: text)) == content)
        #expect(try Data(contentsOf: URL(fileURLWithPath: ledgerPath)) == ledgerBytes)
        // And the other way round.
        let store = try await SQLiteSubjectKeyStore.open(path)
        await store.close()
        #expect(await code { _ = try await SQLiteLedger.open(path) } == .corrupt)
    }

    @Test func aDirectoryIsRefused() async throws {
        let error = await #expect(throws: LedgerError.self) {
            _ = try await SQLiteSubjectKeyStore.open(folder.path)
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("is a directory, not a key file") == true, "\(error?.message ?? "")")
    }

    @Test func aNewerSchemaIsRefusedAndLeftAlone() async throws {
        let store = try await SQLiteSubjectKeyStore.open(path)
        await store.close()
        try folder.patch(path, at: 60, with: [0, 0, 0, 99])  // user_version, SQLite file format §1.3.18
        let before = try await bytes()
        #expect(await code { _ = try await SQLiteSubjectKeyStore.open(path) } == .schemaTooNew)
        #expect(try await bytes() == before)
    }

    @Test func whatIsMissingIsSaid() async throws {
        for mode in [SQLiteLedgerOptions.Mode.existing, .readOnly] {
            #expect(await code { _ = try await SQLiteSubjectKeyStore.open(path, mode: mode) } == .notFound)
        }
        let inNoFolder = folder.file("none/keys.sqlite")
        #expect(await code { _ = try await SQLiteSubjectKeyStore.open(inNoFolder) } == .unavailable)
        for none in ["", ":memory:"] {
            #expect(await code { _ = try await SQLiteSubjectKeyStore.open(none) } == .invalidValue)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func whoOnlyReadsMakesNothing() async throws {
        let store = try await SQLiteSubjectKeyStore.open(path)
        let key = try await store.key(for: "ada")
        let reading = try await SQLiteSubjectKeyStore.open(path, mode: .readOnly)
        #expect(try await reading.key(for: "ada") == key)
        #expect(await code { _ = try await reading.key(for: "bob") } == .readOnly)
        #expect(await code { try await reading.forget("ada") } == .readOnly)
        try await store.forget("ada")
        #expect(await code { _ = try await reading.key(for: "ada") } == .subjectForgotten)
        await reading.close()
        await store.close()
        #expect(await code { _ = try await store.key(for: "ada") } == .closed)
    }

    @Test func manyMayMakeTheFileAtTheSameTime() async throws {
        let path = path
        let stores = try await withThrowingTaskGroup(of: SQLiteSubjectKeyStore.self) { group in
            for _ in 0..<8 { group.addTask { try await SQLiteSubjectKeyStore.open(path) } }
            var stores: [SQLiteSubjectKeyStore] = []
            for try await store in group { stores.append(store) }
            return stores
        }
        var keys: [SubjectKey] = []
        for store in stores { keys.append(try await store.key(for: "ada")) }
        #expect(Set(keys.map(\.bytes)).count == 1)
        for store in stores { await store.close() }
    }
}

struct NoteTaken: Event {
    static let eventType: EventType = "note.taken"
    let text: String
}
