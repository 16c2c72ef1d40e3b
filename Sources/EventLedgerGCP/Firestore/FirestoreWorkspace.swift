/// Documents that were read, and what is to become of them: the parts of a commit change it as if it were the database, and
/// at the end it says what to write, and what each write requires.
///
/// It is a value: a member of a group that is refused is undone by going back to the copy from before it.
package struct FirestoreWorkspace: Sendable {
    private struct Entry: Sendable {
        /// The document's fields as they are to be; `nil` for no document.
        var fields: [String: FirestoreValue]?
        /// When the document that was read was written; `nil` where there was none.
        let updateTime: String?
        /// Whether it was changed since it was read.
        var isChanged = false
    }

    private var entries: [String: Entry] = [:]
    /// The paths that were changed, in the order of their first change.
    private var changed: [String] = []

    package init() {}

    /// Takes in what was read; what was there before is kept, so that a path is only ever known from one instant.
    ///
    /// - Parameter paths: All that were asked for, those that were not found too.
    package mutating func load(_ paths: some Sequence<String>, from documents: [String: FirestoreDocument]) {
        for path in paths where entries[path] == nil {
            let document = documents[path]
            entries[path] = Entry(fields: document?.fields, updateTime: document?.updateTime)
        }
    }

    /// Whether a path was read.
    package func knows(_ path: String) -> Bool { entries[path] != nil }

    /// Those of some paths that were not read yet.
    package func unknown(of paths: some Sequence<String>) -> [String] { paths.filter { entries[$0] == nil } }

    /// The fields of a document, changes included; `nil` where there is none.
    ///
    /// - Throws: ``Unread`` where the path was not read: the caller reads it and does its work again.
    package func fields(at path: String) throws -> [String: FirestoreValue]? {
        guard let entry = entries[path] else { throw Unread(paths: [path]) }
        return entry.fields
    }

    /// Puts or, with `nil`, deletes a document.
    ///
    /// - Throws: ``Unread`` where the path was not read.
    package mutating func set(_ fields: [String: FirestoreValue]?, at path: String) throws {
        guard entries[path] != nil else { throw Unread(paths: [path]) }
        if entries[path]?.isChanged == false { changed.append(path) }
        entries[path]?.fields = fields
        entries[path]?.isChanged = true
    }

    /// What is to be written: each changed document once, on the condition that nobody has written it since it was read.
    package var writes: [FirestoreWrite] {
        changed.compactMap { path in
            guard let entry = entries[path] else { return nil }
            let precondition = entry.updateTime.map { FirestorePrecondition.updateTime($0) } ?? .exists(false)
            if let fields = entry.fields { return FirestoreWrite(path, .set(fields), if: precondition) }
            // Where there was none, that is required all the same: something may rest on it.
            return FirestoreWrite(path, .delete, if: precondition)
        }
    }

    /// Does something for each element. What the elements need that was not read is asked for all at once, since asking is a
    /// call each time.
    ///
    /// - Throws: ``Unread``; whoever catches it drops what was done.
    package static func gather<Element, Result>(
        _ elements: some Sequence<Element>, _ body: (Element) throws -> Result
    ) throws -> [Result] {
        var results: [Result] = []
        var unread: [String] = []
        for element in elements {
            do {
                results.append(try body(element))
            } catch let missing as Unread {
                unread += missing.paths
            } catch  where !unread.isEmpty {
                // It may have failed because of what is missing.
                break
            }
        }
        guard unread.isEmpty else { throw Unread(paths: unread) }
        return results
    }

    /// Paths that have to be read first.
    package struct Unread: Error, Hashable, Sendable {
        package let paths: [String]
    }
}
