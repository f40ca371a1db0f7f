import Experiments
import Foundation
import Testing

/// Expected values by SciPy 1.17.1 and statsmodels 0.15.0; the command stands at each.
@Suite("Distributions")
struct DistributionTests {
  /// `scipy.stats.norm.cdf(z)`
  @Test(
    arguments: [
      (-8, 6.22096057427174e-16), (-3.5, 0.00023262907903552502), (-1.2, 0.11506967022170822), (0, 0.5),
      (0.7, 0.758036347776927), (2.5, 0.9937903346742238), (6, 0.9999999990134123),
    ] as [(Double, Double)])
  func normal(_ z: Double, _ expected: Double) {
    #expect(abs(normalProbability(below: z) / expected - 1) < 1e-12)
    #expect(abs(twoSidedPValue(-abs(z)) - 2 * min(expected, 1 - expected)) < 1e-12)
  }

  /// `scipy.stats.norm.ppf(p)`
  @Test(
    arguments: [
      (1e-10, -6.361340902404056), (0.001, -3.090232306167813), (0.025, -1.9599639845400545),
      (0.3, -0.5244005127080409),
      (0.5, 0.0), (0.8, 0.8416212335729143), (0.9999, 3.719016485455709),
    ] as [(Double, Double)])
  func quantile(_ p: Double, _ expected: Double) {
    #expect(abs(normalQuantile(p) - expected) < 1e-12)
  }

  /// `scipy.stats.chi2.sf(x, degrees)`
  @Test(
    arguments: [
      (0.1, 1, 0.7518296340458492), (3.84, 1, 0.05004352124870519), (10.8276, 1, 0.0009999817291816411),
      (40, 1, 2.5396285894708634e-10), (0.5, 2, 0.7788007830714049), (7, 2, 0.0301973834223185),
      (2.3, 3, 0.5125209069771455), (16.27, 3, 0.0009982232399054186), (5, 4, 0.2872974951836458),
      (30, 5, 1.4748581038443073e-05), (100, 7, 1.0787979671702833e-18), (1, 10, 0.9998278843700441),
      (400, 20, 2.0440955935807256e-72),
    ] as [(Double, Int, Double)])
  func chiSquare(_ x: Double, _ degrees: Int, _ expected: Double) {
    #expect(abs(chiSquareTail(x, degrees: degrees) / expected - 1) < 1e-12)
  }

  @Test func `the χ² tail of 0 is 1`() {
    for degrees in 1...6 { #expect(chiSquareTail(0, degrees: degrees) == 1) }
  }

  /// `statsmodels.stats.proportion.proportion_confint(hits, trials, method="wilson")`
  @Test(
    arguments: [
      (0, 10, 0, 0.27753279986288926), (5, 100, 0.021543679154367966, 0.11175046923191914),
      (500, 10_000, 0.04589848269058477, 0.05444711584302416), (10, 10, 0.7224672001371106, 1),
    ] as [(Int, Int, Double, Double)])
  func wilson(_ hits: Int, _ trials: Int, _ low: Double, _ high: Double) {
    let interval = wilsonInterval(hits: hits, of: trials)
    #expect(abs(interval.low - low) < 1e-12 && abs(interval.high - high) < 1e-12)
  }

  /// `statsmodels.stats.multitest.multipletests(p, method="holm")[1]`
  @Test func holm() {
    for (p, expected) in [
      ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]), ([0.6, 0.02, 0.02], [0.6, 0.06, 0.06]), ([0.3], [0.3]),
      ([], []),
    ] as [([Double], [Double])] {
      for (adjusted, expected) in zip(holmAdjusted(p), expected) { #expect(abs(adjusted - expected) < 1e-15) }
      #expect(holmAdjusted(p).count == expected.count)
    }
  }

  /// `scipy.stats.chisquare([5100, 4900])`, `scipy.stats.chisquare([510, 300, 190], [500, 300, 200])`
  @Test func sampleRatio() {
    let two = SampleRatio(users: [5100, 4900], shares: [0.5, 0.5])
    #expect(two.statistic == 4 && abs(two.pValue - 0.04550026389635857) < 1e-14 && !two.isMismatch)
    let three = SampleRatio(users: [510, 300, 190, 0], shares: [0.5, 0.3, 0.2, 0])
    #expect(abs(three.statistic - 0.7) < 1e-12 && abs(three.pValue - 0.7046880897187136) < 1e-12)
    #expect(SampleRatio(users: [51_000, 49_000], shares: [0.5, 0.5]).isMismatch)
    #expect(SampleRatio(users: [10, 1], shares: [1, 0]).isMismatch, "users where there may be none")
    #expect(!SampleRatio(users: [0, 0], shares: [0.5, 0.5]).isMismatch)
  }

  /// The densities' integrals by `scipy.integrate.quad(…, epsabs=1e-13)` for N(0.1, 0.004²), N(0.11, 0.005²), N(0.105, 0.003²).
  @Test func bestOfThree() {
    let arms = zip([0.1, 0.11, 0.105], [0.004, 0.005, 0.003]).map {
      ArmEstimate(users: 100, value: $0, variance: $1 * $1)
    }
    let best = BestVariant(arms, lowerIsBetter: false)
    for (p, expected) in zip(best.probability, [0.02940412073672137, 0.7882375326566751, 0.18235834660660405]) {
      #expect(abs(p - expected) < 1e-10)
    }
    for (loss, expected) in zip(best.expectedLoss, [0.010691842403954543, 0.0006918424039544876, 0.005691842403954553])
    {
      #expect(abs(loss - expected) < 1e-11)
    }
    // Of two there is a closed form.
    let two = BestVariant(Array(arms.prefix(2)), lowerIsBetter: true)
    #expect(
      abs(two.probability[0] - normalProbability(below: 0.01 / (0.004 * 0.004 + 0.005 * 0.005).squareRoot())) < 1e-10)
  }
}
