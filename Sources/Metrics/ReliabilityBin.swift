/// One bar of a reliability diagram: the rows whose probability lies in `lower < p ≤ upper` (0 goes to the first bin).
public struct ReliabilityBin: Codable, Equatable, Sendable {
  /// The lower end, excluded (but for 0).
  public var lower: Double
  /// The upper end, included.
  public var upper: Double
  /// How many rows are in the bin.
  public var count: Int
  /// The sum of their weights; the count where no weights were given.
  public var weight: Double
  /// The weighted mean of their probabilities; nil in a bin without weight.
  public var meanProbability: Double?
  /// The weighted share of positives among them; nil in a bin without weight.
  public var positiveRate: Double?
}

/// The rows in bins of equal width by their probability, for a reliability diagram.
///
/// The edges are those of `numpy.linspace(0, 1, bins + 1)` and a bin holds its upper one, as in scikit-learn's
/// `calibration_curve`; empty bins are kept.
///
/// - Parameters:
///   - probabilities: the predicted probability of label 1 for each row, 0…1.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - bins: the number of bins, at least 1.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: `bins` bins in ascending order; all empty if there is no row.
/// - Throws: `MetricError` for a probability outside 0…1, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n + bins).
public func reliabilityBins(
  probabilities: [Double], labels: [UInt8], weights: [Double]? = nil, bins: Int = 10, threads: Int? = nil
) throws(MetricError) -> [ReliabilityBin] {
  let threads = threadCount(threads)
  try checkProbabilities(probabilities, threads: threads)
  try checkLabels(labels, rows: probabilities.count)
  try checkWeights(weights, rows: probabilities.count, threads: threads)
  let edges = ProbabilityBins(count: bins)
  let empty = [BinSums](repeating: BinSums(), count: bins)
  let blocks = mapBlocks(of: probabilities.count, threads: threads, empty: empty) { rows in
    var sums = empty
    for row in rows {
      sums[edges.bin(of: probabilities[row])].add(
        probability: probabilities[row], label: labels[row], weight: weights.map { $0[row] } ?? 1)
    }
    return sums
  }
  return (0..<bins).map { bin in
    let sums = blocks.reduce(into: BinSums()) { total, block in total.add(block[bin]) }
    return ReliabilityBin(
      lower: edges.lower(of: bin), upper: edges.upper(of: bin), count: sums.count, weight: sums.weight,
      meanProbability: sums.weight > 0 ? sums.probability / sums.weight : nil,
      positiveRate: sums.weight > 0 ? sums.positive / sums.weight : nil)
  }
}

/// The expected calibration error: how far, on average, the share of positives is from what was predicted.
///
///     ECE = Σ_b |Σ_{i ∈ b} wᵢ (yᵢ − pᵢ)| / Σ wᵢ     over bins b of equal width
///
/// It depends on the number of bins, and small samples make it larger than it is: read it beside the Brier score.
///
/// - Parameters:
///   - probabilities: the predicted probability of label 1 for each row, 0…1.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - bins: the number of bins, at least 1; a bin holds its upper edge.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the error, 0…1; nil if the weights sum to 0 or there is no row.
/// - Throws: as `reliabilityBins(probabilities:labels:weights:bins:threads:)`.
/// - Complexity: O(n + bins).
///
/// Guo et al., "On calibration of modern neural networks", ICML 2017.
public func expectedCalibrationError(
  probabilities: [Double], labels: [UInt8], weights: [Double]? = nil, bins: Int = 10, threads: Int? = nil
) throws(MetricError) -> Double? {
  let bins = try reliabilityBins(
    probabilities: probabilities, labels: labels, weights: weights, bins: bins, threads: threads)
  let total = bins.reduce(0) { $0 + $1.weight }
  guard total > 0 else { return nil }
  let error = bins.reduce(0) { sum, bin in
    guard let predicted = bin.meanProbability, let seen = bin.positiveRate else { return sum }
    return sum + bin.weight * abs(seen - predicted)
  }
  return error / total
}

/// Bins of equal width over 0…1 that hold their upper edge.
struct ProbabilityBins: Sendable {
  let count: Int
  private let width: Double

  init(count: Int) {
    precondition(count >= 1, "\(count) bins; at least 1 is needed")
    self.count = count
    width = 1 / Double(count)
  }

  func lower(of bin: Int) -> Double { Double(bin) * width }
  func upper(of bin: Int) -> Double { bin == count - 1 ? 1 : Double(bin + 1) * width }

  /// The bin of a probability in 0…1: a first guess, put right against the edges as they round.
  @inline(__always) func bin(of probability: Double) -> Int {
    var bin = min(Int(probability * Double(count)), count - 1)
    while bin > 0, probability <= lower(of: bin) { bin -= 1 }
    while bin < count - 1, probability > upper(of: bin) { bin += 1 }
    return bin
  }
}

/// What is summed over the rows of a bin.
private struct BinSums {
  var count = 0
  var weight = 0.0
  var probability = 0.0
  var positive = 0.0

  @inline(__always) mutating func add(probability: Double, label: UInt8, weight: Double) {
    count += 1
    self.weight += weight
    self.probability += weight * probability
    positive += weight * Double(label)
  }

  mutating func add(_ other: BinSums) {
    count += other.count
    weight += other.weight
    probability += other.probability
    positive += other.positive
  }
}
