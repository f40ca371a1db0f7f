internal import ArgumentParser
internal import Datasets
internal import Learning
internal import LinAlg

/// Where the features of a fit are while it runs: mapped, or streamed from their file.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stream X.npy from disk through buffers of at most SIZE in all (256MB, 1GB), instead of mapping it.",
      valueName: "size"))
  var memory: ByteCount?

  func validate() throws {
    if let memory, memory.bytes < 1 << 20 { throw ValidationError("--memory: expected 1MB or more") }
  }

  /// Whether X.npy is mapped.
  var mapsFeatures: Bool { memory == nil }

  /// A thread's window is at most this: eight pieces of a pass, so that a disk is asked for much at a time.
  private static let largestWindow = 8 << 20

  /// The features of `rows` of a side, as they are for a fit on so many threads.
  func features(of split: DatasetSplit, rows: Range<Int>, threads: Int) -> any RowSource {
    let columns = split.columnCount
    guard let memory else {
      let first = split.matrix.baseAddress! + rows.lowerBound * columns
      return MemoryRows(MatrixView(baseAddress: first, rows: rows.count, columns: columns, rowStride: columns))
    }
    let rowBytes = columns * MemoryLayout<Float>.stride
    return FileRows(
      path: split.features.path, offset: split.features.dataOffset + rows.lowerBound * rowBytes, rows: rows.count,
      columns: columns, windowBytes: min(memory.bytes / threads, Self.largestWindow))
  }
}
