import EventLedger
import Synchronization

/// Where the next page of a selection is, as long as the query's result is there.
struct BigQueryPlace: Sendable {
    let job: BigQueryJob
    let pageToken: String
    /// How many rows the page is to have at the most.
    let limit: Int
    let reading: BigQueryReading
}

/// What a reader remembers so that it asks for less. All of it can be forgotten.
final class BigQueryMemory: Sendable {
    /// A position up to which nothing is missing, and when its event was recorded.
    struct Landmark: Hashable, Sendable {
        let position: Int64
        let recordedAt: Timestamp
    }

    private struct State {
        /// Where the next pages are, the latest last.
        var places: [(selection: EventSelection, place: BigQueryPlace)] = []
        /// In order of their positions.
        var landmarks = [Landmark(position: 0, recordedAt: .distantPast)]
    }

    private static let mostPlaces = 32
    private static let mostLandmarks = 256
    private let state = Mutex(State())

    func remember(_ place: BigQueryPlace, for selection: EventSelection) {
        state.withLock {
            $0.places.append((selection, place))
            if $0.places.count > Self.mostPlaces { $0.places.removeFirst() }
        }
    }

    func takePlace(of selection: EventSelection) -> BigQueryPlace? {
        state.withLock { state in
            guard let index = state.places.lastIndex(where: { $0.selection == selection }) else { return nil }
            return state.places.remove(at: index).place
        }
    }

    /// The last position that is known to have all others before it.
    var head: Landmark {
        state.withLock { $0.landmarks.last } ?? Landmark(position: 0, recordedAt: .distantPast)
    }

    func learn(_ landmark: Landmark) {
        state.withLock { state in
            let index = state.landmarks.firstIndex { $0.position >= landmark.position } ?? state.landmarks.endIndex
            guard index == state.landmarks.endIndex || state.landmarks[index].position != landmark.position else {
                return
            }
            state.landmarks.insert(landmark, at: index)
            // The first and the last stay.
            if state.landmarks.count > Self.mostLandmarks {
                state.landmarks.remove(at: Int.random(in: 1..<Self.mostLandmarks - 1))
            }
        }
    }

    /// Nothing behind a position was recorded before it.
    func earliest(behind position: Int64) -> Timestamp {
        state.withLock { $0.landmarks.last { $0.position <= position }?.recordedAt } ?? .distantPast
    }

    /// Nothing up to a position was recorded after it; `nil` where that is not known.
    func latest(through position: Int64) -> Timestamp? {
        state.withLock { $0.landmarks.first { $0.position >= position }?.recordedAt }
    }
}
