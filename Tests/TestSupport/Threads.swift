internal import Foundation
internal import Synchronization

/// Runs `body` in as many threads at once and returns when all are done, with the first error that one threw.
public func inThreads(_ count: Int, _ body: @escaping @Sendable (_ index: Int) throws -> Void) throws {
  let group = DispatchGroup()
  let errors = Errors()
  for index in 0..<count {
    group.enter()
    Thread {
      do { try body(index) } catch { errors.list.withLock { $0.append(error) } }
      group.leave()
    }.start()
  }
  group.wait()
  if let first = errors.list.withLock({ $0.first }) { throw first }
}

private final class Errors: Sendable {
  let list = Mutex<[any Error]>([])
}
