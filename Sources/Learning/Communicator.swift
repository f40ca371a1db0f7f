internal import LinAlg

/// The processes (ranks) that fit one model together, each with rows of its own.
///
/// All ranks make the same calls in the same order; a call returns once all have made it.
public protocol Communicator: Sendable {
  /// This process, counted from 0.
  var rank: Int { get }
  /// How many processes there are.
  var size: Int { get }
  /// Replaces each value by its sum over all ranks: the same bytes on every rank.
  ///
  /// - Throws: What keeps the ranks from talking to each other.
  func sum(_ values: inout [Double]) throws
}

extension Communicator {
  /// One value of each rank, in the order of ranks.
  public func gather(_ value: Double) throws -> [Double] {
    var values = [Double](repeating: 0, count: size)
    values[rank] = value
    try sum(&values)
    return values
  }
}

extension Matrix<Double> {
  /// The sum over all ranks.
  ///
  /// - Throws: What the communicator throws.
  func summed(over communicator: any Communicator) throws -> Matrix {
    guard communicator.size > 1 else { return self }
    var values = elements
    try communicator.sum(&values)
    return Matrix(rows: rows, columns: columns, elements: values)
  }
}

/// A process that fits alone.
public struct SingleProcess: Communicator {
  /// The only one.
  public init() {}

  public var rank: Int { 0 }
  public var size: Int { 1 }
  public func sum(_ values: inout [Double]) {}
}
