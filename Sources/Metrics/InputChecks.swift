/// The weights of the positive and of the negative rows, summed (their numbers where no weights are given).
struct ClassWeights {
  var positive = 0.0
  var negative = 0.0
  var total: Double { positive + negative }
}

/// Throws unless `array` has one element for each row.
func checkCount(_ array: String, _ count: Int, rows: Int) throws(MetricError) {
  guard count == rows else { throw .countMismatch(array: array, count: count, rows: rows) }
}

/// Throws `error` for the first row that `isValid` refuses.
///
/// `holdsInvalid` looks at a whole block and is written to be fast; only a block that it reports is searched row by
/// row.
private func checkRows(
  _ values: [Double], threads: Int, holdsInvalid: (UnsafeBufferPointer<Double>) -> Bool,
  isValid: (Double) -> Bool, error: (Int, Double) -> MetricError
) throws(MetricError) {
  let blocks = values.withUnsafeBufferPointer { values in
    mapBlocks(of: values.count, threads: threads, empty: false) { rows in
      holdsInvalid(UnsafeBufferPointer(rebasing: values[rows]))
    }
  }
  guard let block = blocks.firstIndex(of: true) else { return }
  for row in (block * rowsPerBlock)..<values.count where !isValid(values[row]) {
    throw error(row, values[row])
  }
}

/// Whether any value is NaN or infinite: an exponent of all ones carries into bit 11. Without a branch and in integers,
/// so that it vectorises.
private func holdsNonFinite(_ values: UnsafeBufferPointer<Double>) -> Bool {
  var carries: UInt64 = 0
  for value in values { carries |= ((value.bitPattern >> 52) & 0x7FF) &+ 1 }
  return carries & 0x800 != 0
}

/// Throws if a score is NaN or infinite.
func checkScores(_ scores: [Double], threads: Int) throws(MetricError) {
  try checkRows(
    scores, threads: threads, holdsInvalid: holdsNonFinite, isValid: \.isFinite,
    error: { .scoreNotFinite(row: $0, value: $1) })
}

/// Throws if a relevance is NaN, infinite or negative.
func checkRelevance(_ relevance: [Double], threads: Int) throws(MetricError) {
  try checkRows(
    relevance, threads: threads, holdsInvalid: { !$0.allSatisfy { $0 >= 0 && $0 <= .greatestFiniteMagnitude } },
    isValid: { $0 >= 0 && $0.isFinite }, error: { .relevanceInvalid(row: $0, value: $1) })
}

/// Throws if a probability is NaN or outside 0…1.
func checkProbabilities(_ probabilities: [Double], threads: Int) throws(MetricError) {
  try checkRows(
    probabilities, threads: threads, holdsInvalid: { !$0.allSatisfy { $0 >= 0 && $0 <= 1 } },
    isValid: { $0 >= 0 && $0 <= 1 }, error: { .probabilityOutOfRange(row: $0, value: $1) })
}

/// Throws unless there is one label a row and each is 0 or 1.
func checkLabels(_ labels: [UInt8], rows: Int) throws(MetricError) {
  try checkCount("labels", labels.count, rows: rows)
  let bits = labels.withUnsafeBufferPointer { labels in
    var bits: UInt8 = 0
    for label in labels { bits |= label }
    return bits
  }
  guard bits > 1, let row = labels.firstIndex(where: { $0 > 1 }) else { return }
  throw .labelNotBinary(row: row, value: Double(labels[row]))
}

/// Throws unless there is one weight a row and each is finite and not negative.
func checkWeights(_ weights: [Double]?, rows: Int, threads: Int) throws(MetricError) {
  guard let weights else { return }
  try checkCount("weights", weights.count, rows: rows)
  try checkRows(
    weights, threads: threads, holdsInvalid: { !$0.allSatisfy { $0 >= 0 && $0 <= .greatestFiniteMagnitude } },
    isValid: { $0 >= 0 && $0.isFinite }, error: { .weightInvalid(row: $0, value: $1) })
}

/// The weights of the positive and of the negative rows, summed.
func classWeights(labels: [UInt8], weights: [Double]?, threads: Int) -> ClassWeights {
  let blocks = mapBlocks(of: labels.count, threads: threads, empty: ClassWeights()) { rows in
    var sums = ClassWeights()
    if let weights {
      for row in rows {
        if labels[row] != 0 { sums.positive += weights[row] } else { sums.negative += weights[row] }
      }
    } else {
      var positives = 0
      for row in rows { positives &+= Int(labels[row]) }
      sums = ClassWeights(positive: Double(positives), negative: Double(rows.count - positives))
    }
    return sums
  }
  return blocks.reduce(into: ClassWeights()) { sums, block in
    sums.positive += block.positive
    sums.negative += block.negative
  }
}

/// Turns labels that are stored as floating-point numbers into the bytes that the metrics take.
///
/// - Throws: `MetricError.labelNotBinary` for the first value that is neither 0 nor 1.
/// - Complexity: O(n).
public func binaryLabels(_ values: [Double]) throws(MetricError) -> [UInt8] {
  if let row = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
    throw .labelNotBinary(row: row, value: values[row])
  }
  return values.map { $0 == 1 ? 1 : 0 }
}
