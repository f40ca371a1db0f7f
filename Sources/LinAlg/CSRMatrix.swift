/// A sparse `rows × columns` matrix in compressed sparse row form: of each row, the columns that are not zero, and
/// their values.
///
/// Row i has its entries at `offsets[i]..<offsets[i + 1]` of `indices` and `values`; its columns ascend, each once. It
/// is the layout of SciPy's `csr_matrix` (`indptr`, `indices`, `data`). Where every entry is 1, as of hashed words,
/// `values` is nil and takes no memory.
///
/// The arrays are borrowed of an owner (arrays or mapped files) that the matrix keeps alive.
public struct CSRMatrix: @unchecked Sendable {
  // Sendable without a lock: the memory is only ever read through this type.

  /// How many rows there are.
  public let rows: Int
  /// How many columns there are, those without an entry included.
  public let columns: Int
  /// Where each row begins in `indices`, and after the last one their end; `rows + 1` numbers.
  public let offsets: UnsafeBufferPointer<Int64>
  /// The columns of the entries, from 0, row after row.
  public let indices: UnsafeBufferPointer<Int32>
  /// The values of the entries; nil where all are 1.
  public let values: UnsafeBufferPointer<Float>?
  private let owner: any Sendable

  /// A matrix over arrays that `owner` keeps alive and unchanged, once every invariant has been found to hold.
  ///
  /// - Throws: `CSRError` that names the first row that breaks one.
  /// - Complexity: O(rows + entries).
  public init(
    columns: Int, offsets: UnsafeBufferPointer<Int64>, indices: UnsafeBufferPointer<Int32>,
    values: UnsafeBufferPointer<Float>?, owner: any Sendable, threads: Int = Parallel.availableCores
  ) throws(CSRError) {
    self.init(unchecked: columns, offsets: offsets, indices: indices, values: values, owner: owner)
    try checkInvariants(threads: threads)
  }

  /// A matrix that owns the given arrays.
  ///
  /// - Throws: As above.
  public init(columns: Int, offsets: [Int64], indices: [Int32], values: [Float]? = nil) throws(CSRError) {
    let storage = CSRStorage(rows: offsets.count - 1, entries: indices.count, hasValues: values != nil)
    _ = storage.offsets.initialize(from: offsets)
    _ = storage.indices.initialize(from: indices)
    if let values {
      guard values.count == indices.count else { throw .shape("\(values.count) values for \(indices.count) indices") }
      _ = storage.values?.initialize(from: values)
    }
    self.init(unchecked: columns, storage)
    try checkInvariants(threads: 1)
  }

  /// A matrix whose maker vouches for its invariants.
  init(unchecked columns: Int, _ storage: CSRStorage) {
    self.init(
      unchecked: columns, offsets: UnsafeBufferPointer(storage.offsets),
      indices: UnsafeBufferPointer(storage.indices), values: storage.values.map { UnsafeBufferPointer($0) },
      owner: storage)
  }

  /// `matrix` with other column numbers, entry by entry.
  init(replacingIndicesOf matrix: CSRMatrix, by storage: CSRStorage, columns: Int) {
    self.init(
      unchecked: columns, offsets: matrix.offsets, indices: UnsafeBufferPointer(storage.indices),
      values: matrix.values, owner: [matrix.owner, storage] as [any Sendable])
  }

  private init(
    unchecked columns: Int, offsets: UnsafeBufferPointer<Int64>, indices: UnsafeBufferPointer<Int32>,
    values: UnsafeBufferPointer<Float>?, owner: any Sendable
  ) {
    rows = max(0, offsets.count - 1)
    self.columns = columns
    self.offsets = offsets
    self.indices = indices
    self.values = values
    self.owner = owner
  }

  /// How many entries there are.
  public var entries: Int { indices.count }

  /// Where the entries of row `row` are.
  public func entries(of row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }

  private func checkInvariants(threads: Int) throws(CSRError) {
    guard let first = offsets.first, first == 0, offsets[rows] == indices.count else {
      throw .shape("offsets have to go from 0 to the number of entries, \(indices.count)")
    }
    guard values == nil || values?.count == indices.count else {
      throw .shape("\(values?.count ?? 0) values for \(indices.count) indices")
    }
    guard columns >= 0, columns <= Int(Int32.max) else { throw .shape("\(columns) columns do not fit 32 bits") }
    for row in 0..<rows where offsets[row] > offsets[row + 1] || offsets[row] < 0 {
      throw .shape("the offsets go back after row \(row)")
    }
    let chunks = RowChunks(rows: rows, blockRows: 1, atMost: 64)
    let errors = Parallel.map(chunks.count, threads: threads) { chunks[$0].lazy.compactMap(error(in:)).first }
    if let error = errors.lazy.compactMap({ $0 }).first { throw error }
  }

  /// What is wrong with a row, if anything.
  private func error(in row: Int) -> CSRError? {
    var last: Int32 = -1
    var sum: Float = 0
    let range = entries(of: row)
    let (base, count) = (indices.baseAddress, columns)
    for entry in range {
      let column = base.unsafelyUnwrapped[entry]
      guard column > last, Int(column) < count else {
        return column >= 0 && Int(column) < count
          ? .unordered(row: row, column: Int(column)) : .column(row: row, column: Int(column), columns: count)
      }
      last = column
      // 0·v is 0 unless v is not finite.
      if let values { sum += values[entry] * 0 }
    }
    guard let values, !(sum == 0), let bad = range.first(where: { !values[$0].isFinite }) else { return nil }
    return .nonFinite(row: row, column: Int(indices[bad]))
  }
}

/// The memory of a matrix of its own.
final class CSRStorage: @unchecked Sendable {
  // Sendable without a lock: written by who makes it, and only read from then on.
  let offsets: UnsafeMutableBufferPointer<Int64>
  let indices: UnsafeMutableBufferPointer<Int32>
  let values: UnsafeMutableBufferPointer<Float>?

  init(rows: Int, entries: Int, hasValues: Bool) {
    offsets = .allocate(capacity: rows + 1)
    indices = .allocate(capacity: entries)
    values = hasValues ? .allocate(capacity: entries) : nil
  }

  deinit {
    offsets.deallocate()
    indices.deallocate()
    values?.deallocate()
  }
}

/// What breaks the form of a sparse matrix. Rows and columns are counted from 0.
public enum CSRError: Error, Equatable, CustomStringConvertible {
  /// Arrays of lengths that do not fit together.
  case shape(String)
  /// A column that the matrix does not have.
  case column(row: Int, column: Int, columns: Int)
  /// A column that comes again in its row, or before a smaller one.
  case unordered(row: Int, column: Int)
  /// A value that is NaN or infinite.
  case nonFinite(row: Int, column: Int)

  public var description: String {
    switch self {
    case .shape(let what): "not a sparse matrix: \(what)"
    case .column(let row, let column, let columns):
      "row \(row) has an entry in column \(column); there are columns 0 to \(columns - 1)"
    case .unordered(let row, let column):
      "row \(row): column \(column) comes after one as large; the columns of a row have to ascend, each once"
    case .nonFinite(let row, let column):
      "row \(row), column \(column) is NaN or infinite: every value must be a finite number"
    }
  }
}
