import Foundation
import Learning
import LinAlg

/// Rows of numbers made as `Fixtures/make_oracle.py` makes them, bit for bit; and rows given by hand.
struct SyntheticRows {
  var columns: Int
  var features: [Float]
  var labels: [UInt8]
  var weights: [Float]?

  /// The parameters of a data set; the field names are those of the script.
  struct Recipe: Codable {
    var rows = 2000
    var columns = 12
    var seed = 1
    var noise = 6.0
    var threshold = 0.0
    var weights = "none"
    var kind = "plain"
  }

  init(columns: Int, features: [Float], labels: [UInt8], weights: [Float]? = nil) {
    self.columns = columns
    self.features = features
    self.labels = labels
    self.weights = weights
  }

  init(_ recipe: Recipe) {
    let (n, d) = (recipe.rows, recipe.columns)
    columns = d
    features = [Float](repeating: 0, count: n * d)
    labels = []
    let draw = SyntheticRows.draws(seed: recipe.seed)
    var sampleWeights: [Float] = []
    var v = [Double](repeating: 0, count: d)
    for i in 0..<n {
      for j in 0..<d {
        let first = draw() + draw()
        v[j] = first + draw() + draw() - 2
      }
      var score = 0.0
      for j in 0..<d { score += Double((j * 37) % 11 - 5) * 0.25 * v[j] }
      let noise = recipe.noise * (draw() - 0.5)
      labels.append(score + noise > recipe.threshold ? 1 : 0)
      let u = draw()
      switch recipe.weights {
      case "fractional": sampleWeights.append(Float(u + 0.5))
      case "integer": sampleWeights.append(Float((u * 4).rounded(.down)))
      default: break
      }
      for j in 0..<d {
        let scale = Double(sign: .plus, exponent: j % 7 - 3, significand: 1)
        features[i * d + j] = Float((v[j] + 0.5 * v[0]) * scale + Double(j % 5 - 2) * 3)
      }
      let row = i * d
      switch recipe.kind {
      case "duplicate":
        features[row + d - 1] = features[row + 1]
        features[row + d - 2] = features[row + 2]
      case "constant":
        features[row + 1] = 0.1
        features[row + 2] = 0
        features[row + 3] = -7
      case "huge":
        features[row + 1] = Float(v[1] * 1e30)
        features[row + 2] = Float(v[2] * 1e-30)
        features[row + 3] = Float(v[3] + 4096)
      default: break
      }
    }
    weights = sampleWeights.isEmpty ? nil : sampleWeights
  }

  /// Calls `body` with the rows as the library takes them.
  func withData<Result>(_ body: (TrainingData) throws -> Result) rethrows -> Result {
    try features.withUnsafeBufferPointer { features in
      try labels.withUnsafeBufferPointer { labels in
        let empty = UnsafeMutablePointer<Float>.allocate(capacity: 1)
        defer { empty.deallocate() }
        let view = MatrixView(
          baseAddress: features.baseAddress ?? UnsafePointer(empty), rows: labels.count, columns: columns,
          rowStride: columns)
        guard let weights else { return try body(TrainingData(features: view, labels: labels)) }
        return try weights.withUnsafeBufferPointer {
          try body(TrainingData(features: view, labels: labels, weights: $0))
        }
      }
    }
  }

  /// Scales and fits.
  func fit(
    _ parameters: LogisticRegression.Parameters, warmStart: Coefficients? = nil,
    progress: ((IterationReport) -> Void)? = nil
  ) throws -> Fit {
    try withData { data in
      let scaler = try StandardScaler.fit(data, threads: parameters.threads)
      return try LogisticRegression(parameters).fit(data, scaler: scaler, warmStart: warmStart, progress: progress)
    }
  }

  /// Numbers in [0, 1) with 24 bits: SplitMix64 of a counter.
  static func draws(seed: Int) -> () -> Double {
    var counter = UInt64(seed) << 40
    return {
      counter &+= 1
      var z = counter &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      return Double(z >> 40) * 0x1p-24
    }
  }
}
