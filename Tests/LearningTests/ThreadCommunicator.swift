import Foundation
import Learning
import LinAlg
import TestSupport

/// Ranks that are threads of this process, summing in the order of ranks.
final class ThreadCommunicator: Communicator {
  private let room: Room
  let rank: Int
  var size: Int { room.size }

  private init(_ room: Room, rank: Int) {
    self.room = room
    self.rank = rank
  }

  func sum(_ values: inout [Double]) { values = room.sum(values, rank: rank) }

  /// Runs `body` as each of `size` ranks and returns what they return, in order.
  static func run<Result: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (ThreadCommunicator) throws -> Result
  ) throws -> [Result] {
    let room = Room(size: size)
    let results = Results<Result>()
    try inThreads(size) { rank in results.add(try body(ThreadCommunicator(room, rank: rank)), of: rank) }
    return results.inOrder()
  }

  /// Where the ranks meet.
  private final class Room: @unchecked Sendable {
    // The condition guards everything that changes.
    private let condition = NSCondition()
    private var terms: [Int: [Double]] = [:]
    private var total: [Double] = []
    private var round = 0
    let size: Int

    init(size: Int) { self.size = size }

    func sum(_ values: [Double], rank: Int) -> [Double] {
      condition.lock()
      defer { condition.unlock() }
      let own = round
      terms[rank] = values
      if terms.count == size {
        total = (0..<size).reduce(into: [Double](repeating: 0, count: values.count)) { sum, rank in
          precondition(terms[rank]!.count == sum.count, "rank \(rank) sums something else")
          for i in sum.indices { sum[i] += terms[rank]![i] }
        }
        terms = [:]
        round += 1
        condition.broadcast()
      }
      while round == own { condition.wait() }
      // Nobody can begin to overwrite it before all have taken part in the next round.
      return total
    }
  }

  private final class Results<Result: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [Int: Result] = [:]

    func add(_ value: Result, of rank: Int) { lock.withLock { values[rank] = value } }
    func inOrder() -> [Result] { lock.withLock { values.sorted { $0.key < $1.key }.map(\.value) } }
  }
}

extension SyntheticRows {
  /// The rows of one range, for a rank of its own.
  func part(_ range: Range<Int>) -> SyntheticRows {
    SyntheticRows(
      columns: columns, features: Array(features[range.lowerBound * columns..<range.upperBound * columns]),
      labels: Array(labels[range]), weights: weights.map { Array($0[range]) })
  }

  /// Fits on ranks that have the rows between neighbouring `cuts`; every rank's scaler, fit and covariance.
  func fit(
    _ parameters: LogisticRegression.Parameters, cuts: [Int], offsets: [Int]? = nil
  ) throws -> [(StandardScaler, Fit, CoefficientCovariance)] {
    try ThreadCommunicator.run(cuts.count - 1) { communicator in
      let own = cuts[communicator.rank]..<cuts[communicator.rank + 1]
      return try part(own).withData { data in
        let data = TrainingData(
          features: data.features, labels: data.labels, weights: data.weights,
          partition: try RowPartition(rows: own.count, of: communicator))
        let scaler = try StandardScaler.fit(data, threads: parameters.threads)
        let regression = LogisticRegression(parameters)
        let fit = try regression.fit(data, scaler: scaler)
        let ownOffsets = offsets.map {
          $0.filter { (own.lowerBound...own.upperBound).contains($0) }.map { $0 - own.lowerBound }
        }
        return (
          scaler, fit,
          try regression.covariance(of: fit.coefficients, data, scaler: scaler, requestOffsets: ownOffsets)
        )
      }
    }
  }
}
