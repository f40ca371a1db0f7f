internal import Dispatch
internal import FoundationEssentials
internal import Synchronization

/// Loops over independent pieces of work on several cores, with results in the order of the pieces.
public enum Parallel {
  /// How many cores this process may use.
  public static var availableCores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Calls `body` once for each index under `count`, on up to `threads` threads; returns when all are done.
  ///
  /// Each thread takes the next index when it is free, so the order of the calls is not fixed: `body` writes only to
  /// memory that belongs to its index, or to `scratch`, of which each thread makes one and which carries nothing
  /// from one index to the next that a result could depend on.
  ///
  /// - Precondition: `threads >= 1`.
  public static func forEach<Scratch>(
    _ count: Int, threads: Int, scratch: () -> Scratch, _ body: (inout Scratch, Int) -> Void
  ) {
    precondition(threads >= 1, "\(threads) threads")
    let workers = min(threads, count)
    guard workers > 1 else {
      guard count > 0 else { return }
      var own = scratch()
      for index in 0..<count { body(&own, index) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(scratch) { scratch in
      withoutActuallyEscaping(body) { body in
        // Not checked as Sendable: the promise above (write only to what belongs to the index) is the caller's.
        nonisolated(unsafe) let (scratch, body) = (scratch, body)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
          var index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          var own = scratch()
          while index < count {
            body(&own, index)
            index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          }
        }
      }
    }
  }

  /// Calls `body` once for each index under `count`, on up to `threads` threads; returns when all are done.
  ///
  /// - Precondition: `threads >= 1`.
  public static func forEach(_ count: Int, threads: Int, _ body: (Int) -> Void) {
    forEach(count, threads: threads, scratch: { () }, { _, index in body(index) })
  }

  /// The results of `body` for each index under `count`, in order of index.
  ///
  /// - Precondition: `threads >= 1`.
  public static func map<Result>(_ count: Int, threads: Int, _ body: (Int) -> Result) -> [Result] {
    map(count, threads: threads, scratch: { () }, { _, index in body(index) })
  }

  /// The results of `body` for each index under `count`, in order of index; of scratch as in `forEach`.
  ///
  /// - Precondition: `threads >= 1`.
  public static func map<Scratch, Result>(
    _ count: Int, threads: Int, scratch: () -> Scratch, _ body: (inout Scratch, Int) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      let slots = buffer
      forEach(count, threads: threads, scratch: scratch) { scratch, index in
        slots.initializeElement(at: index, to: body(&scratch, index))
      }
      initialized = count
    }
  }
}
