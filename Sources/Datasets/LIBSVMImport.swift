internal import Features
internal import Files
internal import Foundation

/// Makes a sparse dataset of text in LIBSVM's format, or of lines like these with named features.
public struct LIBSVMImport {
  /// The text; `.gz` is decompressed, `-` is standard input.
  public var data: String
  public var rule: SparseColumnRule
  /// How many columns there are; nil for as many as the largest index asks for. Of hashed names always 2^bits.
  public var columnCount: Int?
  /// A `.npy` array of a number of 0 or more a row.
  public var weights: String?
  public var split: SplitRuleName = .time
  public var seed: UInt64 = 0

  public init(data: String, rule: SparseColumnRule) {
    self.data = data
    self.rule = rule
  }

  /// Reads the text once, line by line, and writes the dataset, whole or not at all; one that is there already is
  /// replaced. Memory grows with the number of requests, by 16 bytes each, and not with what is in the rows.
  ///
  /// - Parameter progress: called now and then with the number of rows read.
  /// - Throws: ``DatasetError`` that names file, line and what is wrong with it.
  public func write(to path: String, progress: (Int) -> Void = { _ in }) throws -> DatasetDescription {
    guard split != .user else {
      throw DatasetError.input("the lines carry no users; expected --split time, request or none")
    }
    return try writeDirectoryAtomically(at: path, replacingFolderWith: "dataset.json") { folder in
      let spoolFolder = folder + "/spool"
      try makeDirectory(at: spoolFolder)
      let spool = try SparseSpool(folder: spoolFolder)
      try read(into: spool, progress: progress)
      guard spool.rows > 0 else { throw DatasetError.file(data, "holds no row; expected lines as \"1 3:0.5 7:1\"") }
      let columns = try columns(of: spool)
      let weightArray = try weights.map {
        try ArrayImport.convertedWeights($0, rows: spool.rows, to: spoolFolder + "/weight.npy")
      }
      let table = try spool.finish(columnCount: columns.count, weights: weightArray)
      var requests = 0
      table.forEachRequest { _ in requests += 1 }
      let assignment = SplitAssignment(rule: split, seed: seed, requestCount: requests)
      let written = try SplitWriter(table: table, assignment: assignment).write(to: folder)
      try FileManager.default.removeItem(atPath: spoolFolder)
      let description = try DatasetDescription(
        features: [], sparse: columns, split: .init(rule: split, seed: seed, boundaries: assignment.boundaries),
        parts: written.parts,
        sources: [data, weights].compactMap { $0 }.map {
          .init(
            name: URL(fileURLWithPath: $0).lastPathComponent, sha256: $0 == "-" ? nil : try sha256(ofFile: $0))
        },
        servingValues: [], files: written.files)
      try description.write(to: folder)
      return description
    }
  }

  private func columns(of spool: SparseSpool) throws -> SparseColumns {
    switch rule {
    case .hashed(let bits): return SparseColumns(hashBits: bits)
    case .indexed(let base):
      let count = columnCount ?? max(1, spool.columnsInUse)
      guard spool.columnsInUse <= count else {
        throw DatasetError.file(
          data, "has an index of \(spool.columnsInUse - 1 + base), beyond the \(count) columns of --columns")
      }
      return SparseColumns(count: count, indexBase: base)
    }
  }

  private func read(into spool: SparseSpool, progress: (Int) -> Void) throws {
    let reader = try LineReader(path: data)
    var line = LIBSVMLine(rule: rule)
    var labels = LabelSigns()
    var requests = RequestNumbers()
    while let isRow = try reader.next({ bytes throws in
      do { return try line.parse(bytes) } catch let fault as LIBSVMFault { throw error(fault, reader) }
    }) {
      guard isRow else { continue }
      do {
        try spool.append(
          columns: line.columns, values: line.values, label: labels.label(line.label),
          group: requests.next(line.request))
      } catch let fault as LIBSVMFault {
        throw error(fault, reader)
      }
      if spool.rows % 10_000 == 0 { progress(spool.rows) }
    }
  }

  private func error(_ fault: LIBSVMFault, _ reader: LineReader) -> DatasetError {
    .file("\(data):\(reader.lineNumber)", fault.reason)
  }
}

/// Labels are 0 and 1, or −1 and +1, the same way in all lines.
private struct LabelSigns {
  private var negative: Double?

  mutating func label(_ value: Double) throws(LIBSVMFault) -> UInt8 {
    if value == 1 { return 1 }
    guard value == 0 || value == -1 else {
      throw LIBSVMFault("has label \(value); expected 0 or 1, or −1 or +1")
    }
    guard negative ?? value == value else {
      throw LIBSVMFault("has label \(Int(value)), but lines before have \(Int(negative ?? 0)); the one or the other")
    }
    negative = value
    return 0
  }
}

/// The request of each row: its `qid`, or a number of its own where no line has one.
private struct RequestNumbers {
  private var rows: Int64 = 0
  private var last: Int64?
  private var seen: Set<Int64> = []

  mutating func next(_ request: Int64?) throws(LIBSVMFault) -> Int64 {
    defer { rows += 1 }
    guard let request else {
      guard last == nil else { throw LIBSVMFault("has no qid, but lines before have; all lines or none") }
      return rows
    }
    guard rows == 0 || last != nil else {
      throw LIBSVMFault("has a qid, but lines before have none; all lines or none")
    }
    guard request != last else { return request }
    guard seen.insert(request).inserted else {
      throw LIBSVMFault("request \(request) comes again; sort the lines so that a request's are together")
    }
    last = request
    return request
  }
}
