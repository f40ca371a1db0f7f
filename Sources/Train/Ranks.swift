internal import Foundation
internal import Learning

/// The ranks that a launcher such as mpirun started, or this process alone.
enum Ranks {
  /// Runs `body` with the communicator of this process.
  ///
  /// Where there are other ranks, they may be waiting for this one. So an error is told here, with the rank, and then
  /// ends them all.
  static func run(_ body: (any Communicator) throws -> Void) throws {
    guard let communicator = try MPICommunicator.join() else { return try body(SingleProcess()) }
    do {
      try body(communicator)
      communicator.finish()
    } catch {
      // Most errors come to all ranks alike: rank 0 is left a moment to tell of them once.
      if communicator.rank > 0 { Thread.sleep(forTimeInterval: 1) }
      let message = "Error: rank \(communicator.rank) of \(communicator.size): \(error)\n"
      FileHandle.standardError.write(Data(message.utf8))
      communicator.abort(code: 1)
    }
  }
}
