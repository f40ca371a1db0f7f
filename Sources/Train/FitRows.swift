internal import Datasets
internal import Files
internal import Foundation
internal import Learning

/// The rows that this process fits: a side of a dataset or, where several processes fit together, its part of one.
struct FitRows {
  /// What stands for the rank in a path: one dataset a rank.
  static let rankMark = "{rank}"

  /// As given, `{rank}` and all.
  private let path: String
  let dataset: Dataset
  let split: DatasetSplit
  /// This process's part of the split's rows.
  private let range: Range<Int>
  /// Points into the split's arrays, which this value keeps alive.
  let data: TrainingData
  /// Whether each rank has a dataset of its own.
  let isSharded: Bool

  /// Opens the train side of the dataset at `path`, or, where it holds `{rank}`, of the one of this rank's number.
  ///
  /// One dataset is cut into as many ranges as there are ranks, where a request begins. Every rank makes this call.
  ///
  /// - Throws: What opening throws; `DatasetError` where shards don't have the same features.
  init(path: String, memory: MemoryOptions, threads: Int, communicator: any Communicator) throws {
    self.path = path
    let isSharded = path.contains(Self.rankMark)
    self.isSharded = isSharded
    dataset = try Dataset(path: Self.path(path, for: communicator))
    do {
      split = try dataset.split(.train, mapsFeatures: memory.mapsFeatures)
    } catch let error as FileError where error.operation == "map" {
      throw FileError(
        path: error.path, operation: error.operation,
        reason: "\(error.reason); stream it through a little memory with --memory 256MB")
    }
    if isSharded {
      try Self.check(dataset, communicator)
    }
    let range = isSharded ? 0..<split.rowCount : split.part(communicator.rank, of: communicator.size)
    self.range = range
    data = TrainingData(
      features: memory.features(of: split, rows: range, threads: threads),
      labels: UnsafeBufferPointer(rebasing: split.labels[range]),
      weights: split.weights.map { UnsafeBufferPointer(rebasing: $0[range]) },
      partition: try RowPartition(rows: range.count, of: communicator))
  }

  /// The user of each of this process's rows, where users are known.
  var users: UnsafeBufferPointer<Int64>? { split.users.map { UnsafeBufferPointer(rebasing: $0[range]) } }

  /// The path of a rank's dataset.
  ///
  /// - Throws: `FitFailure.noRanks` where the path asks for a rank and there is none.
  static func path(_ path: String, for communicator: any Communicator) throws -> String {
    guard path.contains(rankMark) else { return path }
    guard communicator is MPICommunicator else { throw FitFailure.noRanks(path) }
    return path.replacing(rankMark, with: "\(communicator.rank)")
  }

  /// Where each of this process's requests begins in its rows, and after the last one their end.
  func requestOffsets() -> [Int] { split.requestOffsets(in: range) }

  /// The dataset that has a row, and the row's number there, by its number among the rows of all processes.
  func place(of row: Int) -> (dataset: String, row: Int) {
    guard isSharded else { return (dataset.path, row) }
    let place = data.partition.place(of: row)
    return (path.replacing(Self.rankMark, with: "\(place.rank)"), place.row)
  }

  /// Throws, on all ranks, where shards differ in features or in whether they have weights.
  private static func check(_ dataset: Dataset, _ communicator: any Communicator) throws {
    let hasWeights = FileManager.default.fileExists(atPath: dataset.path + "/train/weight.npy")
    let marks = try communicator.gather(mark(dataset.featureNames + [hasWeights ? "weights" : "no weights"]))
    if let other = marks.firstIndex(where: { $0 != marks[0] }) {
      throw DatasetError.input(
        "the datasets of ranks 0 and \(other) differ in their features, or one alone has weights; build all shards alike"
      )
    }
  }

  /// A number of 52 bits that stands for `texts`.
  private static func mark(_ texts: [String]) -> Double {
    Double(UInt64(sha256(of: texts.joined(separator: "\n").utf8).prefix(13), radix: 16) ?? 0)
  }
}

extension DatasetSplit {
  /// One of `count` parts of the rows, which are cut where a request begins.
  fileprivate func part(_ index: Int, of count: Int) -> Range<Int> {
    requestBoundary(atOrAfter: rowCount * index / count)..<requestBoundary(atOrAfter: rowCount * (index + 1) / count)
  }
}

extension Dataset {
  /// What stands for all data behind a fit: the dataset's own fingerprint or, of shards, that of their fingerprints.
  func fingerprint(over communicator: any Communicator, isSharded: Bool) throws -> String {
    guard isSharded else { return fingerprint }
    // 64 hexadecimal digits, eight of them in a number.
    var numbers = [Double](repeating: 0, count: 8 * communicator.size)
    for (index, start) in stride(from: 0, to: 64, by: 8).enumerated() {
      let digits = fingerprint.dropFirst(start).prefix(8)
      numbers[8 * communicator.rank + index] = Double(UInt32(digits, radix: 16) ?? 0)
    }
    try communicator.sum(&numbers)
    return sha256(of: numbers.map { String(UInt32($0), radix: 16) }.joined(separator: " ").utf8)
  }
}
