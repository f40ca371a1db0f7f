extension DatasetSplit {
  /// Calls `body` with the features of all rows, piece by piece and in order: a piece's rows, and their numbers one after
  /// the other, valid during the call. Where `X.npy` is not mapped, it is read.
  ///
  /// - Throws: What `body` throws; `FileError` where the file cannot be read, or was cut.
  public func forEachPiece(_ body: (Range<Int>, UnsafeBufferPointer<Float>) throws -> Void) throws {
    // As near to 1 MiB as whole rows come.
    let step = max(1, (1 << 18) / max(1, columnCount)) * columnCount
    let reader = try features.makeReader()
    var done = 0
    for range in chosen ?? [0..<rowCount] {
      let elements = range.lowerBound * columnCount..<range.upperBound * columnCount
      try features.forEachPiece(of: elements, by: step, with: reader) { piece, bytes in
        let rows = piece.count / columnCount
        try body(done..<done + rows, bytes.assumingMemoryBound(to: Float.self))
        done += rows
      }
    }
  }
}
