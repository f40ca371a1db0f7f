internal import Events
internal import Foundation

/// How the columns of one feature are computed: aggregates by their slot in the engine, what the catalogue fixes already
/// looked up for each proposition.
enum ColumnProgram: Sendable {
  case count(Int, Feature.Transform)
  case rate(events: Int, over: Int, prior: Prior, strength: Double, Feature.Transform)
  case recency(Int, cap: Int64, Feature.Transform)
  /// When each proposition was created, in microseconds.
  case age([Int64?], Feature.Transform)
  /// The value for each proposition.
  case fixed([Float])
  /// The column for each proposition; nil for none.
  case propositionCategory([Int?], width: Int)
  case requestCategory(RequestField, Vocabulary)
  case timeOfDay
  case dayOfWeek
  case position(serving: Int, Feature.Transform)

  enum Prior: Sendable {
    case constant(Double)
    case global(events: Int, over: Int)
  }

  enum RequestField: Sendable { case device, contextType }

  enum Vocabulary: Sendable {
    case values([String: Int])
    case hashed(Int)

    var width: Int {
      switch self {
      case .values(let columns): columns.count
      case .hashed(let count): count
      }
    }

    func column(of value: String) -> Int? {
      switch self {
      case .values(let columns): columns[value]
      case .hashed(let count): Int(stableHash(value.utf8) % UInt64(count))
      }
    }
  }

  /// Columns in the output.
  var width: Int {
    switch self {
    case .count, .rate, .recency, .age, .fixed, .position: 1
    case .propositionCategory(_, let width): width
    case .requestCategory(_, let vocabulary): vocabulary.width
    case .timeOfDay: 2
    case .dayOfWeek: 7
    }
  }

  /// Writes the feature's columns for all candidates of a request.
  ///
  /// - Parameters:
  ///   - output: the vectors, all 0 so far, with this feature's first column in front of each.
  ///   - aggregate: what the slot's aggregate comes to for the candidate in that row.
  func write(
    to output: inout Columns, request: FeatureRequest, candidates: [FeatureCandidate],
    aggregate: (_ slot: Int, _ row: Int) -> Int64?
  ) {
    switch self {
    case .count(let slot, let transform):
      for row in candidates.indices { output[row] = transform.apply(Double(aggregate(slot, row) ?? 0)) }
    case .rate(let events, let over, let prior, let strength, let transform):
      guard !candidates.isEmpty else { return }
      let pseudo = strength * prior.rate { aggregate($0, 0) }
      for row in candidates.indices {
        let rate =
          (Double(aggregate(events, row) ?? 0) + pseudo) / (Double(aggregate(over, row) ?? 0) + strength)
        output[row] = transform.apply(rate)
      }
    case .recency(let slot, let cap, let transform):
      for row in candidates.indices {
        let elapsed = aggregate(slot, row).map { min(max(0, request.timestamp.microseconds - $0), cap) } ?? cap
        output[row] = transform.apply(Double(elapsed) / Double(Timestamp.hour))
      }
    case .age(let created, let transform):
      let now = request.timestamp.microseconds
      for (row, candidate) in candidates.enumerated() {
        let elapsed = max(0, now - (created[candidate.proposition] ?? now))
        output[row] = transform.apply(Double(elapsed) / Double(Timestamp.day))
      }
    case .fixed(let values):
      for (row, candidate) in candidates.enumerated() { output[row] = values[candidate.proposition] }
    case .propositionCategory(let columns, _):
      for (row, candidate) in candidates.enumerated() {
        if let column = columns[candidate.proposition] { output[row, column] = 1 }
      }
    case .requestCategory(let field, let vocabulary):
      let value = field == .device ? request.device : request.contextType
      if let column = value.flatMap(vocabulary.column) { output.fill(column, with: 1) }
    case .timeOfDay:
      let day = request.timestamp.bucket(of: Timestamp.day) * Timestamp.day
      let angle = 2 * Double.pi * Double(request.timestamp.microseconds - day) / Double(Timestamp.day)
      output.fill(0, with: Float(sin(angle)))
      output.fill(1, with: Float(cos(angle)))
    case .dayOfWeek:
      // 1970-01-01 was a Thursday.
      let weekday = (request.timestamp.bucket(of: Timestamp.day) + 3) % 7
      output.fill(Int(weekday < 0 ? weekday + 7 : weekday), with: 1)
    case .position(let serving, let transform):
      for (row, candidate) in candidates.enumerated() {
        output[row] = transform.apply(Double(candidate.position ?? serving))
      }
    }
  }
}

extension ColumnProgram.Prior {
  func rate(_ aggregate: (_ slot: Int) -> Int64?) -> Double {
    switch self {
    case .constant(let rate): rate
    case .global(let events, let over):
      (Double(aggregate(events) ?? 0) + 1) / (Double(aggregate(over) ?? 0) + 20)
    }
  }
}

/// Some neighbouring columns of a row-major matrix of vectors.
struct Columns {
  let vectors: UnsafeMutableBufferPointer<Float>
  let width: Int
  var first = 0

  var rows: Int { width == 0 ? 0 : vectors.count / width }

  subscript(row: Int, column: Int = 0) -> Float {
    get { vectors[row * width + first + column] }
    nonmutating set { vectors[row * width + first + column] = newValue }
  }

  func fill(_ column: Int, with value: Float) {
    for row in 0..<rows { self[row, column] = value }
  }
}
