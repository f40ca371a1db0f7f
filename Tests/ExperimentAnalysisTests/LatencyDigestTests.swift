import ExperimentAnalysis
import Foundation
import TestSupport
import Testing

@Suite("Latency digest")
struct LatencyDigestTests {
  @Test func `quantiles are within half a percent of the exact ones`() throws {
    var generator = SeededGenerator(seed: 3)
    var digest = LatencyDigest()
    var times: [Double] = []
    for _ in 0..<20_000 {
      let time = 0.01 * pow(10, Double.random(in: 0..<6, using: &generator))
      times.append(time)
      digest.add(time)
    }
    times.sort()
    for p in [0.0, 0.01, 0.5, 0.95, 0.99, 1] {
      let exact = times[max(1, Int((p * 20_000).rounded(.up))) - 1]
      let quantile = try #require(digest.quantile(p))
      #expect(abs(quantile / exact - 1) <= 0.00501, "\(p): \(quantile) for \(exact)")
    }
  }

  @Test func `nothing, zero and for ever`() {
    var digest = LatencyDigest()
    #expect(digest.quantile(0.5) == nil)
    digest.add(0)
    #expect((digest.quantile(0.5) ?? 1) <= 0.00101)
    digest.add(.greatestFiniteMagnitude)
    #expect((digest.quantile(1) ?? 0) > 1e9 && digest.count == 2)
  }
}
