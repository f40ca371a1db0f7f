internal import Events

/// The columns of a sparse matrix: too many to be named one by one, so that their names are numbers.
///
/// Either a column is an index of a LIBSVM file, counted from `indexBase`, or features have names of their own and a
/// column is the place that a name hashes to.
public struct SparseColumns: Codable, Equatable, Sendable {
  /// How many columns there are, those without an entry included.
  public var count: Int
  /// The number of the first column, 0 or 1, where columns are numbered in the source; nil where they are hashed.
  public var indexBase: Int?
  /// Of hashed names: there are 2 to this power columns, named from 0.
  public var hashBits: Int?

  /// The most bits that a name may be hashed to: a fit keeps some 40 bytes a column.
  public static let largestHashBits = 26

  /// Columns numbered from `indexBase`.
  public init(count: Int, indexBase: Int) {
    self.count = count
    self.indexBase = indexBase
  }

  /// 2^bits columns for hashed names.
  public init(hashBits: Int) {
    count = 1 << hashBits
    self.hashBits = hashBits
  }

  /// The name of a column, counted from 0: its number in the source.
  public func name(of column: Int) -> String { "\(column + (indexBase ?? 0))" }

  /// What tells columns of one making from those of another, in words.
  public var summary: String {
    hashBits.map { "\(count) columns (names hashed to \($0) bits)" }
      ?? "\(count) columns counted from \(indexBase ?? 0)"
  }

  /// The column of a name as `name(of:)` writes it; nil for anything else.
  public func column(named name: String) -> Int? {
    guard let number = Int(name), "\(number)" == name else { return nil }
    let column = number - (indexBase ?? 0)
    return (0..<count).contains(column) ? column : nil
  }

  /// The column of a feature's name: the low bits of its stable hash, with seed 0. Always positive: two names that
  /// meet in one column add up.
  public static func hashed(_ name: some Sequence<UInt8>, bits: Int) -> Int32 {
    Int32(truncatingIfNeeded: stableHash(name) & (1 << UInt64(bits) - 1))
  }

  enum CodingKeys: String, CodingKey {
    case count = "columns"
    case indexBase = "index_base"
    case hashBits = "hash_bits"
  }
}
