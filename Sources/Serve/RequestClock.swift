import Events
import Foundation

extension Timestamp {
  /// The system's time.
  static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * second + Int64(time.tv_nsec) / 1000)
  }
}

/// Gives each request a time of its own, later than the ones before, so that "every event strictly before the request"
/// means the same here and in a replay of the log.
struct RequestClock: Sendable {
  private var last = Timestamp(microseconds: 0)

  /// The system's time, or a tick after the last request. A clock that was set back by more than a second is followed.
  mutating func next(at now: Timestamp = .now) -> Timestamp {
    let setBack = now.microseconds < last.microseconds - Timestamp.second
    last = now > last || setBack ? now : last.advanced(by: 1)
    return last
  }
}
