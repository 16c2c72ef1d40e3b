/// What goes wrong with a disk.
struct DiskFault: Sendable, CustomStringConvertible {
    /// What fails.
    enum Operation: String, Sendable {
        case open, write, sync, truncate, delete, read
        /// The growing of the shared memory beside the file.
        case map
    }

    /// When it fails.
    enum Moment: UInt32, Sendable {
        /// Before anything is done.
        case before = 0
        /// When half of a write is done.
        case halfway = 1
        /// When everything is done: only the answer is wrong.
        case after = 2
        /// Of a sync: what it was to write is not written by a later one either, though it can still be read.
        case forgetting = 3
    }

    let operation: Operation
    var moment = Moment.before
    /// Whether a write says that the disk is full; else it is an error of input and output.
    var isFull = false
    /// Whether everything of its kind fails from then on, until the disk is healed.
    var goesOn = false
    /// In an ordinary run not every n is tried: about so many are passed over each time.
    var stride = 0

    var description: String {
        "\(isFull ? "full disk" : "failure") \(moment) \(operation.rawValue)\(goesOn ? ", going on" : "")"
    }

    static let all = [
        DiskFault(operation: .open),
        DiskFault(operation: .open, goesOn: true),
        DiskFault(operation: .write, moment: .halfway, isFull: true, stride: 150),
        DiskFault(operation: .write, isFull: true, goesOn: true, stride: 150),
        DiskFault(operation: .write, stride: 150),
        DiskFault(operation: .write, moment: .after, stride: 150),
        DiskFault(operation: .sync, stride: 3),
        DiskFault(operation: .sync, moment: .after, stride: 3),
        DiskFault(operation: .sync, goesOn: true, stride: 4),
        DiskFault(operation: .truncate),
        DiskFault(operation: .truncate, moment: .after),
        DiskFault(operation: .delete),
        DiskFault(operation: .delete, moment: .after),
        DiskFault(operation: .read, stride: 40),
        DiskFault(operation: .read, goesOn: true, stride: 60),
        DiskFault(operation: .map),
        DiskFault(operation: .map, goesOn: true),
    ]
}
