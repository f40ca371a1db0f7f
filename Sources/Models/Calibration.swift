internal import Foundation

/// `calibration.json`: how a model's log-odds become probabilities that hold.
///
/// Every method is a monotone map, so that a ranking by calibrated probability is the ranking by log-odds; isotonic
/// regression makes ties of what it cannot tell apart, which is why rankings go by log-odds all the same.
public struct Calibration: Codable, Equatable, Sendable {
  /// The map from log-odds z to a probability.
  public enum Map: Equatable, Sendable {
    /// 1 / (1 + exp(−(slope·z + intercept))), Platt's sigmoid; the slope is above 0.
    case platt(slope: Double, intercept: Double)
    /// Straight lines between points of ascending log-odds and probabilities that do not fall; level outside of them.
    case isotonic(logOdds: [Double], probabilities: [Double])
  }

  public var map: Map
  /// The side of the dataset that it was fitted on.
  public var split: String
  /// The rows of that side.
  public var rows: Int

  public init(map: Map, split: String, rows: Int) {
    self.map = map
    self.split = split
    self.rows = rows
  }

  /// The method's name on the command line and in the file.
  public var method: String {
    switch map {
    case .platt: "platt"
    case .isotonic: "isotonic"
    }
  }

  /// The calibrated probability of a log-odds; NaN for NaN.
  ///
  /// - Complexity: O(1) for Platt, O(log points) for isotonic regression.
  public func probability(logOdds: Double) -> Double {
    switch map {
    case .platt(let slope, let intercept): sigmoid(slope * logOdds + intercept)
    case .isotonic(let points, let probabilities): Self.interpolated(logOdds, points, probabilities)
    }
  }

  /// The log-odds of the calibrated probability, for log loss. Isotonic regression says 0 or 1 where it saw one class
  /// only; these count as 2⁻⁵² and 1 − 2⁻⁵², as in scikit-learn's `log_loss`.
  public func calibrated(logOdds: Double) -> Double {
    switch map {
    case .platt(let slope, let intercept): return slope * logOdds + intercept
    case .isotonic:
      let probability = min(max(probability(logOdds: logOdds), .ulpOfOne), 1 - .ulpOfOne)
      return log(probability) - log1p(-probability)
    }
  }

  private static func interpolated(_ z: Double, _ points: [Double], _ probabilities: [Double]) -> Double {
    guard !z.isNaN else { return z }
    guard z > points[0] else { return probabilities[0] }
    guard z < points[points.count - 1] else { return probabilities[points.count - 1] }
    var low = 0
    var high = points.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle] <= z { low = middle } else { high = middle }
    }
    let share = (z - points[low]) / (points[high] - points[low])
    // Rounding may not carry the line above its end, or the map would not be monotone.
    return min(probabilities[low] + share * (probabilities[high] - probabilities[low]), probabilities[high])
  }

  /// What is wrong with it; nil for a map that is finite and monotone.
  var fault: String? {
    switch map {
    case .platt(let slope, let intercept):
      return slope.isFinite && slope > 0 && intercept.isFinite ? nil : "has a slope that is not above 0"
    case .isotonic(let points, let probabilities):
      guard !points.isEmpty, points.count == probabilities.count else {
        return "has not one probability for each of one or more log_odds"
      }
      let ascends = points.allSatisfy(\.isFinite) && zip(points, points.dropFirst()).allSatisfy { $0 < $1 }
      let rises =
        probabilities.allSatisfy { (0...1).contains($0) }
        && zip(probabilities, probabilities.dropFirst()).allSatisfy { $0 <= $1 }
      return ascends && rises ? nil : "has log_odds that do not ascend, or probabilities that fall or leave 0…1"
    }
  }

  enum CodingKeys: String, CodingKey {
    case method, slope, intercept, probabilities, split, rows
    case logOdds = "log_odds"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    split = try container.decode(String.self, forKey: .split)
    rows = try container.decode(Int.self, forKey: .rows)
    switch try container.decode(String.self, forKey: .method) {
    case "platt":
      map = .platt(
        slope: try container.decode(Double.self, forKey: .slope),
        intercept: try container.decode(Double.self, forKey: .intercept))
    case "isotonic":
      map = .isotonic(
        logOdds: try container.decode([Double].self, forKey: .logOdds),
        probabilities: try container.decode([Double].self, forKey: .probabilities))
    case let method:
      throw DecodingError.dataCorruptedError(
        forKey: .method, in: container, debugDescription: "\"\(method)\"; expected platt or isotonic")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(method, forKey: .method)
    try container.encode(split, forKey: .split)
    try container.encode(rows, forKey: .rows)
    switch map {
    case .platt(let slope, let intercept):
      try container.encode(slope, forKey: .slope)
      try container.encode(intercept, forKey: .intercept)
    case .isotonic(let points, let probabilities):
      try container.encode(points, forKey: .logOdds)
      try container.encode(probabilities, forKey: .probabilities)
    }
  }
}

/// The logistic function 1 / (1 + exp(−x)), without overflow: the probability that log-odds stand for.
public func sigmoid(_ x: Double) -> Double {
  let e = exp(-abs(x))
  return x >= 0 ? 1 / (1 + e) : e / (1 + e)
}
