import CFuzzer
import DecoderProperties
import Dispatch
import Foundation

/// Lets libFuzzer make inputs for one decoder: `Fuzzer DECODER [libFuzzer's own arguments]`.
@main enum Fuzzer {
    static let property = CommandLine.arguments.dropFirst().first.flatMap { DecoderProperty(rawValue: $0) }

    static func main() {
        guard property != nil else {
            let names = DecoderProperty.allCases.map(\.rawValue).joined(separator: ", ")
            complain("Name a decoder: \(names).")
            exit(2)
        }
        // libFuzzer sees the arguments without the decoder's name.
        CommandLine.unsafeArgv[1] = CommandLine.unsafeArgv[0]
        var count = CommandLine.argc - 1
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                Fuzzer.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            }
        )
    }

    /// Checks an input, and ends the process where something does not hold: libFuzzer then keeps the input.
    ///
    /// The thread that waits is libFuzzer's own, none of the cooperative ones.
    private static func check(_ bytes: [UInt8]) {
        let done = DispatchSemaphore(value: 0)
        Task {
            do {
                try await property?.check(bytes)
            } catch {
                complain("\(error)")
                abort()
            }
            done.signal()
        }
        done.wait()
    }

    private static func complain(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
