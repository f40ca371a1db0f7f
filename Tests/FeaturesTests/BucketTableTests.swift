import TestSupport
import Testing

@testable import Features

/// Running totals against a sum over the whole history, over seeded sweeps.
@Suite struct BucketTableTests {
  struct Addition {
    let value: Int64
    let key: UInt64
    let bucket: Int64
  }

  @Test(arguments: [nil, 1, 3, 24] as [Int64?], 0..<10)
  func sumsAgreeWithTheHistory(window: Int64?, seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var table = BucketTable(fold: .sum, window: window, keysAreDense: seed % 2 == 0)
    var history: [Addition] = []
    var now: Int64 = -20
    for _ in 0..<400 {
      now += Int64(generator.next() % 3)
      // Out of order by up to 5 buckets, and up to 2 ahead.
      let addition = Addition(
        value: Int64(generator.next() % 4), key: generator.next() % 3, bucket: now + Int64(generator.next() % 8) - 5)
      table.add(addition.value, key: addition.key, bucket: addition.bucket)
      history.append(addition)
      let key = generator.next() % 3
      let expected = history.filter {
        $0.key == key && $0.bucket < now && $0.bucket >= now - (window ?? 1_000_000)
      }.reduce(0) { $0 + $1.value }
      #expect((table.value(key: key, asOf: now) ?? 0) == expected, "seed \(seed), bucket \(now)")
    }
  }

  @Test func maximaAgreeWithTheHistory() {
    var generator = SeededGenerator(seed: 3)
    var table = BucketTable(fold: .max, window: nil)
    var history: [Addition] = []
    for now in Int64(0)..<300 {
      let addition = Addition(
        value: Int64(generator.next() % 1000), key: 0, bucket: now + Int64(generator.next() % 8) - 5)
      table.add(addition.value, key: 0, bucket: addition.bucket)
      history.append(addition)
      #expect(table.value(key: 0, asOf: now) == history.filter { $0.bucket < now }.map(\.value).max())
    }
  }

  @Test func anOlderReadIsAnsweredAsOfTheLatest() {
    var table = BucketTable(fold: .sum, window: nil)
    table.add(1, key: 0, bucket: 5)
    #expect(table.value(key: 0, asOf: 6) == 1)
    #expect(table.value(key: 0, asOf: 3) == 1)
    #expect(table.value(key: 9, asOf: 6) == nil)
  }
}
