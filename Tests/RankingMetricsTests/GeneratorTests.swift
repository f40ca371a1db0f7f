import Testing

@testable import RankingMetrics

@Suite struct GeneratorTests {
  @Test func generatorsFollowTheirRecurrences() {
    let oracle = Oracle.shared
    var splitMix = SplitMix64(seed: oracle.splitMix64[0])
    for number in oracle.splitMix64.dropFirst() { #expect(splitMix.next() == number) }
    var xoshiro = Xoshiro256StarStar(state: (1, 2, 3, 4))
    for number in oracle.xoshiro256 { #expect(xoshiro.next() == number) }
  }

  @Test func boundedNumbersAreEven() {
    var generator = Xoshiro256StarStar(seed: 1, stream: 2)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[Int(generator.next(below: 7))] += 1 }
    // Chi-squared with six degrees of freedom: above 22.5 by a chance of 0.001.
    let chi = counts.reduce(0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(chi < 22.5)
    for _ in 0..<100 { #expect(generator.next(below: 1) == 0) }
  }

  /// An interval in an old report can be had again with its seed, so streams never change.
  @Test func streamsArePinned() {
    for row in Oracle.shared.streams {
      var generator = Xoshiro256StarStar(seed: row[0], stream: row[1])
      for number in row.dropFirst(2) { #expect(generator.next() == number) }
    }
  }

  @Test func streamsDiffer() {
    var first: Set<UInt64> = []
    for seed in 0..<30 {
      for stream in 0..<30 {
        var generator = Xoshiro256StarStar(seed: UInt64(seed), stream: UInt64(stream))
        first.insert(generator.next())
      }
    }
    #expect(first.count == 900)
  }
}
