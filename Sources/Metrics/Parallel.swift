import Dispatch
import Foundation
import Synchronization

/// The number of threads to use where the caller named none.
func threadCount(_ requested: Int?) -> Int {
  max(1, requested ?? ProcessInfo.processInfo.activeProcessorCount)
}

/// Runs `body` once for each task of `0..<tasks`, on at most `threads` threads, and returns when all are done.
///
/// Tasks are handed out as threads come free, so `body` must write only what belongs to its task. `makeState` gives
/// each thread a state of its own (scratch memory), which must not carry results from one task to the next.
func forEachTask<State: ~Copyable>(
  _ tasks: Int, threads: Int, makeState: () -> State, _ body: (inout State, Int) -> Void
) {
  guard threads > 1, tasks > 1 else {
    guard tasks > 0 else { return }
    var state = makeState()
    for task in 0..<tasks { body(&state, task) }
    return
  }
  let next = Atomic<Int>(0)
  withoutActuallyEscaping(makeState) { makeState in
    withoutActuallyEscaping(body) { body in
      // Dispatch wants Sendable closures. These are not: they hold pointers, and the rule above keeps the tasks apart.
      nonisolated(unsafe) let makeState = makeState
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: min(threads, tasks)) { _ in
        var task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < tasks else { return }
        var state = makeState()
        while task < tasks {
          body(&state, task)
          task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        }
      }
    }
  }
}

/// Runs `body` once for each task of `0..<tasks`, on at most `threads` threads, and returns when all are done.
func forEachTask(_ tasks: Int, threads: Int, _ body: (Int) -> Void) {
  forEachTask(tasks, threads: threads, makeState: { () }, { _, task in body(task) })
}

/// Rows of one block: sums are made block by block and then added up in block order, whatever thread made them, so
/// that they have the same bits at any thread count.
let rowsPerBlock = 1 << 15

/// Calls `body` with the row range of each block of `count` rows and returns what it gave, in block order.
func mapBlocks<Result>(of count: Int, threads: Int, empty: Result, _ body: (Range<Int>) -> Result) -> [Result] {
  let blocks = (count + rowsPerBlock - 1) / rowsPerBlock
  var results = [Result](repeating: empty, count: blocks)
  results.withUnsafeMutableBufferPointer { results in
    let base = results
    forEachTask(blocks, threads: threads) { block in
      let start = block * rowsPerBlock
      base[block] = body(start..<min(start + rowsPerBlock, count))
    }
  }
  return results
}
