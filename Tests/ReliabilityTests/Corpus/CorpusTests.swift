import DecoderProperties
import EventLedgerTesting
import Foundation
import TestSupport
import Testing

/// Replays the inputs that are kept for the fuzzer (`Tests/Fuzzing/Corpus`), and a few changes of each of them.
@Suite("Decoders of outside data") struct CorpusTests {
    @Test(arguments: DecoderProperty.allCases)
    func holdForTheCorpus(_ property: DecoderProperty) async throws {
        let inputs = try Self.inputs(for: property)
        #expect(inputs.count >= 8)
        for (name, bytes) in inputs { await Self.expectHolds(property, bytes, "\(name)") }
    }

    /// Not a fuzzer, but what it would try first: a byte changed, left out or put in.
    @Test(arguments: DecoderProperty.allCases)
    func holdForChangedInputs(_ property: DecoderProperty) async throws {
        var generator = SeededGenerator(seed: try TestRun.seed())
        let rounds = property == .ledgerFile ? 2 : 40
        for (name, bytes) in try Self.inputs(for: property) {
            for _ in 0..<rounds {
                let changed = Self.changed(bytes, using: &generator)
                await Self.expectHolds(property, changed, "\(TestRun.hint), \(name) as \(changed)")
            }
        }
    }

    private static func expectHolds(_ property: DecoderProperty, _ bytes: [UInt8], _ input: String) async {
        do {
            try await property.check(bytes)
        } catch {
            Issue.record("\(property.rawValue): \(error) Input: \(input)")
        }
    }

    private static func changed(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = Int.random(in: 0...bytes.count, using: &generator)
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.insert(byte, at: index)
            case 1 where index < bytes.count: bytes.remove(at: index)
            // A byte that is there already is likelier to mean something.
            case 2 where index < bytes.count: bytes[index] = bytes.randomElement(using: &generator) ?? byte
            default: if index < bytes.count { bytes[index] = byte } else { bytes.append(byte) }
            }
        }
        return bytes
    }

    private static func inputs(for property: DecoderProperty) throws -> [(name: String, bytes: [UInt8])] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = tests.appendingPathComponent("Fuzzing/Corpus/\(property.rawValue)").path
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))))
        }
    }
}
