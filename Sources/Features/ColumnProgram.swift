internal import Events
internal import Foundation

/// How the columns of one feature are computed; aggregates by their slot in the engine.
enum ColumnProgram: Sendable {
  case count(Int, Feature.Transform)
  case rate(events: Int, over: Int, prior: Prior, strength: Double, Feature.Transform)
  case recency(Int, cap: Int64, Feature.Transform)
  case age(Feature.Transform)
  case numeric(String, Double, Feature.Transform)
  case oneHot(Feature.Field, [String: Int])
  case hashed(Feature.Field, Int)
  case timeOfDay
  case dayOfWeek
  case position(serving: Int, Feature.Transform)

  enum Prior: Sendable {
    case constant(Double)
    case global(events: Int, over: Int)
  }

  /// Writes the feature's columns to the front of `output` and returns how many they are.
  func write(
    to output: UnsafeMutableBufferPointer<Float>, request: FeatureRequest, candidate: FeatureCandidate,
    proposition: Proposition, aggregate: (_ slot: Int) -> Int64?
  ) -> Int {
    switch self {
    case .count(let slot, let transform):
      output[0] = transform.apply(Double(aggregate(slot) ?? 0))
      return 1
    case .rate(let events, let over, let prior, let strength, let transform):
      let rate =
        (Double(aggregate(events) ?? 0) + strength * prior.rate(aggregate)) / (Double(aggregate(over) ?? 0) + strength)
      output[0] = transform.apply(rate)
      return 1
    case .recency(let slot, let cap, let transform):
      let elapsed = aggregate(slot).map { min(max(0, request.timestamp.microseconds - $0), cap) } ?? cap
      output[0] = transform.apply(Double(elapsed) / Double(Timestamp.hour))
      return 1
    case .age(let transform):
      let created = proposition.createdAt ?? request.timestamp
      let elapsed = max(0, request.timestamp.microseconds - created.microseconds)
      output[0] = transform.apply(Double(elapsed) / Double(Timestamp.day))
      return 1
    case .numeric(let attribute, let standard, let transform):
      guard case .number(let number)? = proposition.attributes[attribute] else {
        output[0] = transform.apply(standard)
        return 1
      }
      output[0] = transform.apply(number)
      return 1
    case .oneHot(let field, let columns):
      output[..<columns.count].update(repeating: 0)
      if let value = field.value(request, proposition), let column = columns[value] { output[column] = 1 }
      return columns.count
    case .hashed(let field, let count):
      output[..<count].update(repeating: 0)
      if let value = field.value(request, proposition) {
        output[Int(stableHash(value.utf8) % UInt64(count))] = 1
      }
      return count
    case .timeOfDay:
      let day = request.timestamp.bucket(of: Timestamp.day) * Timestamp.day
      let angle = 2 * Double.pi * Double(request.timestamp.microseconds - day) / Double(Timestamp.day)
      output[0] = Float(sin(angle))
      output[1] = Float(cos(angle))
      return 2
    case .dayOfWeek:
      // 1970-01-01 was a Thursday.
      let weekday = (request.timestamp.bucket(of: Timestamp.day) + 3) % 7
      output[..<7].update(repeating: 0)
      output[Int(weekday < 0 ? weekday + 7 : weekday)] = 1
      return 7
    case .position(let serving, let transform):
      output[0] = transform.apply(Double(candidate.position ?? serving))
      return 1
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

extension Feature.Field {
  fileprivate func value(_ request: FeatureRequest, _ proposition: Proposition) -> String? {
    switch self {
    case .device: request.device
    case .contextType: request.contextType
    case .proposition(let attribute): proposition.text(of: attribute)
    }
  }
}
