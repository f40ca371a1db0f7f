public import Events
public import Features
internal import Files
internal import Foundation

/// Builds a dataset directory from an event log.
public struct DatasetBuilder {
  public var featureSet: FeatureSet
  public var catalogue: Catalogue
  public var options: ReplayOptions

  public init(featureSet: FeatureSet, catalogue: Catalogue, options: ReplayOptions) {
    self.featureSet = featureSet.resolved(for: catalogue)
    self.catalogue = catalogue
    self.options = options
  }

  /// Replays the log and writes the dataset, whole or not at all; one that is there already is replaced.
  ///
  /// - Parameters:
  ///   - sources: the files whose hashes `dataset.json` states.
  ///   - progress: called now and then with the number of events read.
  /// - Throws: `LineError` naming the place of a bad record, ``DatasetError`` when no row came out.
  public func build(
    from source: any EventSource, sources: [String], to path: String, progress: (Int) -> Void = { _ in }
  ) throws -> (summary: ReplaySummary, description: DatasetDescription) {
    try checkColumns()
    return try writeDirectoryAtomically(at: path, replacingFolderWith: "dataset.json") { folder in
      let spoolFolder = folder + "/spool"
      try makeDirectory(at: spoolFolder)
      let spool = try RowSpool(folder: spoolFolder, columnCount: featureSet.columnNames.count)
      var replay = Replay(featureSet: featureSet, catalogue: catalogue, options: options, spool: spool)
      var bad = 0
      try source.forEachEvent(
        onBadRecord: { error in
          guard options.skipsBadRecords else { throw error.advising("mend the line, or pass --skip-bad-lines") }
          bad += 1
        }
      ) { event, place in
        try replay.push(event, from: place)
        if replay.summary.events % 10_000 == 0 { progress(replay.summary.events) }
      }
      try replay.finish()
      var summary = replay.summary
      summary.badRecords = bad
      guard summary.rows > 0 else {
        throw DatasetError.input("the log holds no served event with a request_id, so there is no row to learn from")
      }
      let table = try spool.finish()
      try table.checkFinite(columnNames: featureSet.columnNames, in: "the features computed from log and catalogue")
      let assignment = SplitAssignment(rule: options.split, seed: options.seed, requestCount: summary.requests)
      let written = try SplitWriter(table: table, assignment: assignment).write(to: folder)
      try FileManager.default.removeItem(atPath: spoolFolder)
      let yaml = featureSet.yaml
      try writeFileAtomically(Array(yaml.utf8), to: folder + "/features.yml")
      let description = try DatasetDescription(
        features: zip(featureSet.columnNames, featureSet.columnKinds).map { .init(name: $0, kind: $1) },
        label: .init(
          positive: options.positive.map(\.rawValue), attributionSeconds: Int(options.attribution / Timestamp.second)),
        split: .init(rule: options.split, seed: options.seed, boundaries: assignment.boundaries),
        parts: written.parts,
        sources: sources.map { path in
          .init(
            name: path.contains("://") ? withoutCredentials(path) : URL(fileURLWithPath: path).lastPathComponent,
            sha256: FileManager.default.fileExists(atPath: path) ? try sha256(ofFile: path) : nil)
        },
        featureSetSHA256: sha256(of: yaml.utf8),
        servingValues: featureSet.positionColumns.map { .init(column: $0.column, value: $0.servingValue) },
        codes: replay.codeNames,
        files: written.files)
      try description.write(to: folder)
      return (summary, description)
    }
  }
}

extension DatasetBuilder {
  /// Throws where a feature makes no column, or two make columns of the same name.
  private func checkColumns() throws {
    var owners: [String: String] = [:]
    for feature in featureSet.features {
      guard !feature.columnNames.isEmpty else {
        throw DatasetError.input("feature \"\(feature.name)\" makes no column: no proposition has a text in that field")
      }
      for column in feature.columnNames {
        if let other = owners.updateValue(feature.name, forKey: column) {
          throw DatasetError.input("features \"\(other)\" and \"\(feature.name)\" both make the column \"\(column)\"")
        }
      }
    }
  }
}

extension LineError {
  func advising(_ advice: String) -> LineError { LineError(path: path, line: line, reason: "\(reason); \(advice)") }
}
