extension SparseArrays {
  /// Writes the chosen rows as the arrays of one side; returns the hash of each file by its name.
  func write(rows ranges: [Range<Int>], to folder: String) throws -> [String: String] {
    var hashes: [String: String] = [:]
    let offsets = offsets
    let starts = try NPYWriter(path: "\(folder)/X.indptr.npy", element: .int64)
    var end: Int64 = 0
    try starts.append(end)
    for row in ranges.joined() {
      end += offsets[row + 1] - offsets[row]
      try starts.append(end)
    }
    hashes["X.indptr.npy"] = try starts.finish()
    func copy(_ array: NPYArray, _ name: String) throws {
      let writer = try NPYWriter(path: "\(folder)/\(name)", element: array.element)
      let width = array.element.size
      for rows in ranges {
        let entries = Int(offsets[rows.lowerBound]) * width..<Int(offsets[rows.upperBound]) * width
        try writer.append(bytes: UnsafeRawBufferPointer(rebasing: array.rawBytes[entries]))
      }
      hashes[name] = try writer.finish()
    }
    try copy(indexArray, "X.indices.npy")
    if let valueArray { try copy(valueArray, "X.values.npy") }
    return hashes
  }
}
