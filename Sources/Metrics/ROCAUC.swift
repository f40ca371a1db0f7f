/// The area under the ROC curve: how likely a positive row is scored above a negative one, ties counting half.
///
///     AUC = Σ wᵢ wⱼ (1[sᵢ > sⱼ] + ½ 1[sᵢ = sⱼ]) / Σ wᵢ wⱼ     over positives i and negatives j
///
/// Without weights the pairs are counted in integers, so the result is the exact ratio, rounded once. It has the same
/// bits at any thread count, with weights too. 0 and −0 are one score.
///
/// - Parameters:
///   - scores: any finite numbers, fewer than 2³²; a higher one says that the row is more likely positive.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each. A row of weight 2 counts as two rows.
///   - threads: how many threads to use; nil for one a core.
/// - Returns: the area, 0…1; nil where it is not defined: no positive, or no negative, of a weight above 0.
/// - Throws: `MetricError` for a score that is not finite, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n) time, by radix sort; 8 bytes a row of memory (20 with weights).
///
/// Hanley & McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", 1982.
public func rocAUC(
  scores: [Double], labels: [UInt8], weights: [Double]? = nil, threads: Int? = nil
) throws(MetricError) -> Double? {
  let threads = threadCount(threads)
  try checkScores(scores, threads: threads)
  try checkLabels(labels, rows: scores.count)
  guard let weights else { return exactAUC(scores: scores, labels: labels, threads: threads) }
  try checkWeights(weights, rows: scores.count, threads: threads)
  let classes = classWeights(labels: labels, weights: weights, threads: threads)
  guard classes.positive > 0, classes.negative > 0 else { return nil }
  let order = ScoreOrder(scores: scores, threads: threads)
  var positivesAbove = 0.0
  var pairs = 0.0
  order.forEachTie { rows in
    var positive = 0.0
    var negative = 0.0
    for row in rows {
      let weight = weights[Int(row)]
      if labels[Int(row)] != 0 { positive += weight } else { negative += weight }
    }
    pairs += negative * (positivesAbove + 0.5 * positive)
    positivesAbove += positive
  }
  return min(1, pairs / (classes.positive * classes.negative))
}

/// The pairs of some records: how many rows of each class, and how many pairs of them are in order, doubled so that a
/// tie is a whole number.
private struct PairCount {
  var positives: UInt64 = 0
  var negatives: UInt64 = 0
  var doubledPairs: UInt64 = 0

  /// Counts `other`, whose scores are all higher.
  mutating func append(_ other: PairCount) {
    doubledPairs += other.doubledPairs + 2 * other.positives * negatives
    positives += other.positives
    negatives += other.negatives
  }
}

/// The unweighted area, in integers.
private func exactAUC(scores: [Double], labels: [UInt8], threads: Int) -> Double? {
  let pairs = scores.withUnsafeBufferPointer { scores in
    labels.withUnsafeBufferPointer { labels in
      // The rows of a bucket share their key's leading bits, so one can make way for the label. The record is then
      // half as large as a key and a row, and sorting it puts the negatives of a tie first.
      withScorePartition(scores, threads: threads) { row, key in
        key &<< 1 | UInt64(labels[row])
      } _: { records, buckets in
        var parts = [PairCount](repeating: PairCount(), count: buckets.spans.count)
        parts.withUnsafeMutableBufferPointer { parts in
          let parts = parts
          forEachTask(parts.count, threads: threads, makeState: { RadixSorter<UInt64>() }) { sorter, task in
            for bucket in buckets.spans[task] {
              let bucketRecords = buckets.records(of: bucket)
              guard !bucketRecords.isEmpty else { continue }
              parts[task].append(
                countPairs(UnsafeMutableBufferPointer(rebasing: records[bucketRecords]), &sorter))
            }
          }
        }
        return parts.reduce(into: PairCount()) { total, part in total.append(part) }
      }
    }
  }
  guard pairs.positives > 0, pairs.negatives > 0 else { return nil }
  return Double(pairs.doubledPairs) / (2 * Double(pairs.positives) * Double(pairs.negatives))
}

/// Sorts the records of one bucket and counts their pairs; a bucket of one class need not be sorted.
private func countPairs(
  _ records: UnsafeMutableBufferPointer<UInt64>, _ sorter: inout RadixSorter<UInt64>
) -> PairCount {
  var positives: UInt64 = 0
  for record in records { positives &+= record & 1 }
  let count = UInt64(records.count)
  if positives == 0 || positives == count {
    return PairCount(positives: positives, negatives: count - positives)
  }
  sorter.sort(records)
  var pairs = PairCount()
  var index = 0
  while index < records.count {
    let key = records[index] >> 1
    var tiedPositives: UInt64 = 0
    let first = index
    repeat {
      tiedPositives &+= records[index] & 1
      index += 1
    } while index < records.count && records[index] >> 1 == key
    let tiedNegatives = UInt64(index - first) &- tiedPositives
    pairs.doubledPairs &+= tiedPositives &* (2 &* pairs.negatives &+ tiedNegatives)
    pairs.positives &+= tiedPositives
    pairs.negatives &+= tiedNegatives
  }
  return pairs
}
