/// Which fold each row belongs to: whole requests (or users) at a time, as equal in number as can be.
///
/// Rows of one request share the user, the moment and the competition: a fold that split them would let a model be judged on
/// what it has seen.
public struct Folds: Sendable, Equatable {
  /// How many folds there are.
  public let count: Int
  /// The fold of each row, from 0 on.
  public let ofRow: [UInt8]

  /// Folds of whole requests.
  ///
  /// - Parameters:
  ///   - requestOffsets: Where each request begins in the rows, and after the last one their end.
  ///   - count: At least 2, at most 100.
  ///   - generator: What draws the folds.
  /// - Throws: `LearningError.tooFewUnits` with fewer requests than folds.
  public init(requestOffsets: [Int], count: Int, using generator: inout some RandomNumberGenerator)
    throws(LearningError)
  {
    let folds = try Self.draw(requestOffsets.count - 1, folds: count, using: &generator)
    var ofRow: [UInt8] = []
    ofRow.reserveCapacity(requestOffsets.last ?? 0)
    for (request, fold) in folds.enumerated() {
      ofRow.append(contentsOf: repeatElement(fold, count: requestOffsets[request + 1] - requestOffsets[request]))
    }
    self.count = count
    self.ofRow = ofRow
  }

  /// Folds of whole units: the rows with one number, wherever they are.
  ///
  /// - Parameters:
  ///   - units: A number for each row's user.
  ///   - count: At least 2, at most 100.
  ///   - generator: What draws the folds.
  /// - Throws: `LearningError.tooFewUnits` with fewer users than folds.
  public init(
    units: UnsafeBufferPointer<Int64>, count: Int, using generator: inout some RandomNumberGenerator
  ) throws(LearningError) {
    let different = Set(units).sorted()
    let folds = try Self.draw(different.count, folds: count, using: &generator)
    let places = Dictionary(uniqueKeysWithValues: zip(different, folds))
    self.count = count
    ofRow = units.map { places[$0] ?? 0 }
  }

  /// A fold for each unit: units in the order of drawn keys, dealt out in turn.
  private static func draw(
    _ units: Int, folds: Int, using generator: inout some RandomNumberGenerator
  ) throws(LearningError) -> [UInt8] {
    precondition((2...100).contains(folds), "\(folds) folds")
    guard units >= folds else { throw .tooFewUnits(units: units, folds: folds) }
    let keys = (0..<units).map { _ in generator.next() }
    var result = [UInt8](repeating: 0, count: units)
    let order = (0..<units).sorted { (keys[$0], $0) < (keys[$1], $1) }
    for (rank, unit) in order.enumerated() { result[unit] = UInt8(rank % folds) }
    return result
  }

  /// The rows of a fold, ascending.
  func rows(of fold: Int) -> [Int] { ofRow.indices.filter { ofRow[$0] == fold } }
}
