/// Where the buckets of a partition begin, and which of them to work on together.
struct ScoreBuckets {
  /// Bucket b holds the records `starts[b]..<starts[b + 1]`.
  let starts: [Int]
  /// Runs of buckets with some ten thousand records each: tasks for threads.
  let spans: [Range<Int>]

  /// The records of one bucket.
  @inline(__always) func records(of bucket: Int) -> Range<Int> {
    starts[bucket]..<starts[bucket + 1]
  }
}

/// Makes a record of each row and spreads the records over buckets by the leading bits of their scores' order keys.
///
/// Buckets ascend with the score, and rows with equal scores share a bucket. Within a bucket records stand in row
/// order. All of that depends on the scores alone, and so does the cut into spans: not on the number of threads.
///
/// The leading 16 bits are the sign, the exponent and four bits of the fraction: an outlier can't push all other scores
/// into one bucket, as it could if the buckets shared out the range from the lowest score to the highest.
///
/// - Parameters:
///   - record: makes a row's record from the row and the order key of its score; called once a row.
///   - body: works on the records, which are gone when it returns.
/// - Complexity: O(n), memory for n records.
func withScorePartition<Record: RadixRecord, Result>(
  _ scores: UnsafeBufferPointer<Double>, threads: Int, record: (_ row: Int, _ key: UInt64) -> Record,
  _ body: (UnsafeMutableBufferPointer<Record>, ScoreBuckets) -> Result
) -> Result {
  let count = scores.count
  precondition(count <= Int(UInt32.max), "\(count) scores; at most \(UInt32.max) can be ordered")
  let digitBits = count < 1 << 14 ? 6 : 16
  let shift = UInt64(UInt64.bitWidth - digitBits)
  let buckets = 1 << digitBits
  let chunks = max(1, min(threads, count >> 14))
  func rows(of chunk: Int) -> Range<Int> { count * chunk / chunks..<count * (chunk + 1) / chunks }

  let next = UnsafeMutablePointer<UInt32>.allocate(capacity: chunks * buckets)
  defer { next.deallocate() }
  forEachTask(chunks, threads: threads) { chunk in
    let sizes = next + chunk * buckets
    sizes.initialize(repeating: 0, count: buckets)
    for row in rows(of: chunk) { sizes[Int(orderKey(scores[row]) &>> shift)] &+= 1 }
  }
  var starts = [Int](repeating: 0, count: buckets + 1)
  var start = 0
  for bucket in 0..<buckets {
    starts[bucket] = start
    for chunk in 0..<chunks {
      let size = next[chunk * buckets + bucket]
      next[chunk * buckets + bucket] = UInt32(truncatingIfNeeded: start)
      start += Int(size)
    }
  }
  starts[buckets] = start

  let records = UnsafeMutableBufferPointer<Record>.allocate(capacity: count)
  defer { records.deallocate() }
  forEachTask(chunks, threads: threads) { chunk in
    let next = next + chunk * buckets
    for row in rows(of: chunk) {
      let key = orderKey(scores[row])
      let bucket = Int(key &>> shift)
      (records.baseAddress.unsafelyUnwrapped + Int(next[bucket])).initialize(to: record(row, key))
      next[bucket] &+= 1
    }
  }
  return body(records, ScoreBuckets(starts: starts, spans: spans(of: starts)))
}

/// Cuts the buckets into runs of at least 2¹⁵ records each, the last excepted.
private func spans(of starts: [Int]) -> [Range<Int>] {
  var spans: [Range<Int>] = []
  var first = 0
  for bucket in 1..<starts.count where starts[bucket] - starts[first] >= 1 << 15 {
    spans.append(first..<bucket)
    first = bucket
  }
  if starts[first] < starts[starts.count - 1] { spans.append(first..<starts.count - 1) }
  return spans
}
