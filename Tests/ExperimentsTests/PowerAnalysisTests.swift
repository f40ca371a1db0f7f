import Experiments
import Testing

/// Expected values by statsmodels 0.15.0.
@Suite("Power")
struct PowerAnalysisTests {
  /// `power_proportions_2indep(effect, baseline, users, ratio=1, alpha=0.05, return_results=False)`
  @Test(
    arguments: [
      (0.1, 0.02, 2000, 0.5245152561158343), (0.1, 0.02, 3841, 0.8000165286163742),
      (0.5, -0.05, 1000, 0.6099883421627644),
      (0.02, 0.001, 100_000, 0.3514432103172247),
    ] as [(Double, Double, Double, Double)])
  func shares(_ baseline: Double, _ effect: Double, _ users: Double, _ expected: Double) {
    #expect(abs(PowerAnalysis(baseline: baseline).power(effect: effect, users: users) - expected) < 1e-12)
  }

  /// The same, solved by `scipy.optimize.brentq`; and with a mean `NormalIndPower().solve_power(0.1 / 1.5, power=0.8,
  /// alpha=0.05)`, `.power(0.1 / 1.5, 1000, 0.05)`.
  @Test func solved() {
    let share = PowerAnalysis(baseline: 0.1)
    #expect(abs(share.users(effect: 0.02, power: 0.8) - 3840.8381709803734) < 1e-4)
    #expect(abs((share.effect(users: 5000, power: 0.8) ?? 0) - 0.01743989285108555) < 1e-9)
    let three = PowerAnalysis(baseline: 0.1, comparisons: 2)
    #expect(abs(three.users(effect: 0.005, power: 0.8) - 69951.01234067639) < 1e-3)
    let mean = PowerAnalysis(baseline: 4, standardDeviation: 1.5)
    #expect(abs(mean.users(effect: 0.1, power: 0.8) - 3531.987230615594) < 1e-4)
    #expect(abs(mean.power(effect: -0.1, users: 1000) - 0.3197243526880226) < 1e-12)
    #expect(share.effect(users: 2, power: 0.8) == nil)
    #expect(share.users(effect: 0, power: 0.8) == .infinity)
  }

  @Test func `looking at any time costs some twice the users`() {
    for effect in [0.001, 0.01, 0.05] {
      let analysis = PowerAnalysis(baseline: 0.1)
      let share = analysis.sequentialUsers(effect: effect, power: 0.8) / analysis.users(effect: effect, power: 0.8)
      #expect(share > 1.2 && share < 2.2, "\(share)")
    }
  }
}
