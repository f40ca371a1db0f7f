internal import Foundation

/// The features of one side of a sparse dataset, mapped: compressed sparse rows as of SciPy's `csr_matrix`.
public struct SparseArrays: Sendable {
  /// `X.indptr.npy`: where each row begins in the others, and after the last one their end.
  let offsetArray: NPYArray
  /// `X.indices.npy`: the columns of the entries, from 0.
  let indexArray: NPYArray
  /// `X.values.npy`: the values of the entries; absent where all are 1.
  let valueArray: NPYArray?
  /// d, those without an entry included.
  public let columnCount: Int

  public var rowCount: Int { offsetArray.shape[0] - 1 }
  public var entryCount: Int { indexArray.shape[0] }
  /// The rows' offsets, valid while this value lives.
  public var offsets: UnsafeBufferPointer<Int64> { offsetArray.buffer(of: Int64.self) }
  public var indices: UnsafeBufferPointer<Int32> { indexArray.buffer(of: Int32.self) }
  public var values: UnsafeBufferPointer<Float>? { valueArray?.buffer(of: Float.self) }
  /// Where the entries are.
  public var path: String { indexArray.path }

  /// - Throws: ``DatasetError`` where an array has another kind or length than its part asks for.
  init(folder: String, columnCount: Int) throws {
    func array(_ name: String, _ element: NPYArray.Element, count: Int? = nil) throws -> NPYArray {
      let array = try NPYArray(path: "\(folder)/X.\(name).npy")
      guard array.element == element, array.shape.count == 1, count == nil || array.shape[0] == count else {
        throw DatasetError.file(
          array.path,
          "holds \(array.element) of shape \(array.shape); expected \(element) of shape "
            + "[\(count.map(String.init) ?? "any")]")
      }
      return array
    }
    self.columnCount = columnCount
    offsetArray = try array("indptr", .int64)
    indexArray = try array("indices", .int32)
    valueArray =
      FileManager.default.fileExists(atPath: "\(folder)/X.values.npy")
      ? try array("values", .float32, count: indexArray.shape[0]) : nil
    guard let last = offsets.last, Int(last) == entryCount, offsets[0] == 0 else {
      throw DatasetError.file(offsetArray.path, "does not go from 0 to the \(entryCount) entries of X.indices.npy")
    }
    try checkColumns()
  }

  /// Throws where the rows do not follow each other, or the columns of a row do not ascend within the matrix.
  private func checkColumns() throws(DatasetError) {
    let (offsets, indices) = (offsets, indices)
    for row in 0..<rowCount {
      guard offsets[row] <= offsets[row + 1] else {
        throw .file(offsetArray.path, "goes back after row \(row); import the data again")
      }
      var last: Int32 = -1
      for entry in Int(offsets[row])..<Int(offsets[row + 1]) {
        let column = indices[entry]
        guard column > last, Int(column) < columnCount else {
          throw .file(
            indexArray.path,
            "row \(row) has column \(column), which is not above the one before or not one of \(columnCount) columns; "
              + "import the data again")
        }
        last = column
      }
    }
  }
}
