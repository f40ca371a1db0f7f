import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Estimates and tests")
struct MetricAnalysisTests {
  /// Numerator, denominator, and both before the start, of 40 users in each of two variants.
  static let control: [[Double]] = [
    [
      1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 2, 0, 0, 0, 0, 0, 1, 2, 0, 0, 1, 0, 2, 1, 2, 0, 0, 1, 1, 0, 0,
      1, 1,
    ],
    [
      7, 5, 7, 1, 5, 2, 6, 5, 4, 2, 2, 8, 7, 8, 3, 3, 3, 4, 5, 4, 5, 6, 6, 3, 8, 7, 4, 5, 6, 2, 2, 5, 2, 3, 5, 8, 5, 4,
      5, 8,
    ],
    [
      2, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 1, 0, 1, 0, 0, 0, 0, 0, 3, 2, 1, 0, 0, 0, 0, 0, 2, 1,
      0, 1,
    ],
    [
      4, 2, 0, 6, 3, 3, 5, 1, 2, 3, 4, 3, 0, 3, 4, 4, 2, 3, 5, 6, 4, 0, 6, 3, 4, 2, 3, 0, 4, 5, 5, 0, 1, 1, 3, 5, 3, 5,
      1, 3,
    ],
  ]
  static let treatment: [[Double]] = [
    [
      0, 1, 2, 0, 1, 1, 0, 1, 0, 3, 4, 0, 1, 1, 0, 1, 1, 2, 1, 1, 1, 2, 0, 1, 1, 2, 0, 0, 0, 0, 0, 1, 1, 2, 2, 0, 3, 3,
      1, 0,
    ],
    [
      3, 5, 8, 4, 4, 6, 5, 5, 5, 6, 4, 2, 6, 5, 2, 5, 7, 6, 6, 3, 2, 7, 3, 1, 7, 3, 10, 2, 3, 6, 3, 7, 6, 3, 5, 5, 6, 7,
      4,
      6,
    ],
    [
      0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 3, 0, 0, 2, 2, 1, 2, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0,
      0, 3,
    ],
    [
      0, 2, 2, 0, 3, 4, 6, 2, 2, 3, 4, 3, 3, 4, 4, 2, 3, 3, 2, 3, 0, 3, 4, 5, 2, 4, 1, 5, 2, 1, 3, 1, 1, 3, 3, 3, 3, 3,
      2, 3,
    ],
  ]

  private func moments(_ users: [[Double]], history: Bool = true) -> UserMoments {
    var moments = UserMoments()
    for user in users[0].indices {
      moments.add(
        numerator: users[0][user], denominator: users[1][user], before: history ? users[2][user] : 0,
        history ? users[3][user] : 0)
    }
    return moments
  }

  /// NumPy, by the definition: `z = (y - y.sum() / n.sum() * n) / n.mean()`, `np.var(z, ddof=1) / len(y)`; with x of both
  /// arms' history alike, `theta = (40 * cov(z, x) summed) / (40 * var(x) summed)` and `np.var(z - theta * x, ddof=1) / 40`.
  @Test func `delta method and CUPED agree with NumPy`() throws {
    let estimates = ArmEstimates([moments(Self.control), moments(Self.treatment)])
    let adjusted = try #require(estimates.adjusted)
    for (arm, value, variance) in [
      (estimates.plain[0], 0.11052631578947368, 0.0005386620295959542),
      (estimates.plain[1], 0.21243523316062177, 0.0010967527509820117),
      (adjusted[0], 0.1150287272413094, 0.0005339935136826538),
      (adjusted[1], 0.20793282170878605, 0.0010724231271193832),
    ] {
      let arm = try #require(arm)
      #expect(abs(arm.value - value) < 1e-14 && abs(arm.variance / variance - 1) < 1e-12)
    }
    let without = ArmEstimates([moments(Self.control, history: false), moments(Self.treatment, history: false)])
    #expect(without.adjusted == nil && without.plain == estimates.plain && without.best == without.plain)
  }

  @Test func `a metric for each user has the variance of a mean`() throws {
    var moments = UserMoments()
    let values = [3.0, 0, 1, 7, 2]
    for value in values { moments.add(numerator: value, denominator: 1) }
    let arm = try #require(ArmEstimates([moments]).plain[0])
    let mean = values.reduce(0, +) / 5
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4 / 5
    #expect(abs(arm.value - mean) < 1e-15 && abs(arm.variance - variance) < 1e-14)
  }

  @Test func `moments of parts add up to those of all`() {
    var parts = moments(Self.control)
    parts += moments(Self.treatment)
    let all = moments(zip(Self.control, Self.treatment).map { $0 + $1 })
    #expect(parts == all)
  }

  @Test func `no users, one user or no denominator: no estimate`() {
    var one = UserMoments()
    one.add(numerator: 1, denominator: 2)
    var empty = UserMoments()
    for _ in 0..<3 { empty.add(numerator: 0, denominator: 0) }
    #expect(ArmEstimates([UserMoments(), one, empty]).best == [nil, nil, nil])
  }

  @Test func `the confidence sequence ends where the always-valid p-value is α`() {
    for scale in [0.001, 0.02, 0.5] {
      for variance in [1e-8, 1e-4, 1e-2] {
        let test = MixtureTest(scale: scale)
        let half = test.halfWidth(variance: variance, alpha: 0.05)
        #expect(abs(test.pValue(difference: half, variance: variance) - 0.05) < 1e-9)
        #expect(abs(test.pValue(difference: -half, variance: variance) - 0.05) < 1e-9)
        #expect(half > 1.96 * variance.squareRoot(), "wider than the interval of one look")
        #expect(test.pValue(difference: 0, variance: variance) == 1)
      }
    }
    #expect(MixtureTest(scale: 1).halfWidth(variance: 0, alpha: 0.05) == .infinity)
  }

  /// Λ = ∫ φ(d; θ, V) φ(θ; 0, τ²) dθ / φ(d; 0, V), added up numerically.
  @Test func `the mixture is the integral that it stands for`() {
    let (d, v, tau) = (0.021, 0.0001, 0.015)
    func density(_ x: Double, _ mean: Double, _ variance: Double) -> Double {
      exp(-(x - mean) * (x - mean) / (2 * variance)) / (2 * .pi * variance).squareRoot()
    }
    let step = 1e-5
    let mixture = (-20_000...20_000).reduce(0.0) { sum, place in
      let theta = Double(place) * step
      return sum + density(d, theta, v) * density(theta, 0, tau * tau) * step
    }
    let p = density(d, 0, v) / mixture
    #expect(abs(MixtureTest(scale: tau).pValue(difference: d, variance: v) - p) < 1e-9)
  }

  @Test func `the interval of the relative change covers the truth`() {
    var generator = SeededGenerator(seed: 11)
    var covered = 0
    let runs = 300
    for _ in 0..<runs {
      var arms = [UserMoments(), UserMoments()]
      for (arm, rate) in [0.2, 0.24].enumerated() {
        for _ in 0..<300 {
          let count = Int.random(in: 1...6, using: &generator)
          let own = rate * Double.random(in: 0.5..<1.5, using: &generator)
          let hits = (0..<count).count { _ in Double.random(in: 0..<1, using: &generator) < own }
          arms[arm].add(numerator: Double(hits), denominator: Double(count))
        }
      }
      let estimates = ArmEstimates(arms).best.compactMap { $0 }
      if let lift = Difference(of: estimates[1], against: estimates[0]).lift, (lift.low...lift.high).contains(0.2) {
        covered += 1
      }
    }
    let (low, high) = wilsonInterval(hits: covered, of: runs, level: 0.999)
    #expect((low...high).contains(0.95), "\(covered) of \(runs)")
  }
}
