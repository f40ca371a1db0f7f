import Models
import TestSupport
import Testing

@Suite("Scores")
struct ScorerTests {
  /// A seeded model and rows that it scores.
  private struct Sample {
    var model: LinearModel
    var scaling: FeatureScaling
    var rows: [[Float]]

    init(seed: UInt64, width: Int) {
      var generator = SeededGenerator(seed: seed)
      func draw(_ range: ClosedRange<Double>) -> [Double] {
        (0..<width).map { _ in Double.random(in: range, using: &generator) }
      }
      let names = (0..<width).map { "f\($0)" }
      model = LinearModel(features: names, coefficients: draw(-1...1), intercept: draw(-3...3)[0])
      scaling = FeatureScaling(features: names, mean: draw(-2...2), scale: draw(0.1...10))
      rows = (0..<20).map { _ in draw(-5...5).map { Float($0) } }
    }

    /// Σ wⱼ (xⱼ − meanⱼ) / scaleⱼ + intercept, as it stands in the definition.
    func unfolded(_ row: [Float]) -> Double {
      row.indices.reduce(model.intercept) { sum, j in
        sum + model.coefficients[j] * (Double(row[j]) - scaling.mean[j]) / scaling.scale[j]
      }
    }
  }

  @Test("The folded scorer equals the formula to 1e-12", arguments: [1, 2, 7, 64], 1...5 as ClosedRange<UInt64>)
  func formula(_ width: Int, _ seed: UInt64) {
    let sample = Sample(seed: seed, width: width)
    let scorer = Scorer(model: sample.model, scaling: sample.scaling)
    for row in sample.rows {
      let expected = sample.unfolded(row)
      let score = row.withUnsafeBufferPointer { scorer.logOdds($0) }
      #expect(abs(score - expected) <= 1e-12 * max(1, abs(expected)))
    }
  }

  @Test("Many rows at once are the rows one by one, bit by bit")
  func rows() {
    let sample = Sample(seed: 61, width: 9)
    let scorer = Scorer(model: sample.model, scaling: sample.scaling)
    let one = sample.rows.map { $0.withUnsafeBufferPointer { scorer.logOdds($0) } }
    #expect(sample.rows.flatMap { $0 }.withUnsafeBufferPointer { scorer.logOdds(rows: $0) } == one)
    #expect([Float]().withUnsafeBufferPointer { scorer.logOdds(rows: $0) } == [])
  }

  @Test("Contributions and the model's intercept add up to the score", arguments: 1...5 as ClosedRange<UInt64>)
  func contributions(_ seed: UInt64) {
    let sample = Sample(seed: seed, width: 12)
    let scorer = Scorer(model: sample.model, scaling: sample.scaling)
    for row in sample.rows {
      let parts = scorer.contributions(row, mean: sample.scaling.mean)
      #expect(parts.count == 12)
      #expect(abs(parts.reduce(sample.model.intercept, +) - sample.unfolded(row)) < 1e-12)
      for (j, part) in parts.enumerated() {
        let expected =
          sample.model.coefficients[j] * (Double(row[j]) - sample.scaling.mean[j]) / sample.scaling.scale[j]
        #expect(abs(part - expected) < 1e-13)
      }
    }
    let average = sample.scaling.mean.map { Float($0) }
    let scores = scorer.contributions(average, mean: average.map { Double($0) })
    #expect(scores.allSatisfy { $0 == 0 }, "an average row has nothing to explain")
  }

  @Test("By hand: 2 · (3 − 1) / 4 − 0.5 = 0.5")
  func byHand() {
    let scorer = Scorer(
      model: LinearModel(features: ["a"], coefficients: [2], intercept: -0.5),
      scaling: FeatureScaling(features: ["a"], mean: [1], scale: [4]))
    #expect(scorer.weights == [0.5] && scorer.intercept == -1)
    #expect([Float(3)].withUnsafeBufferPointer { scorer.logOdds($0) } == 0.5)
    #expect(scorer.contributions([3], mean: [1]) == [1])
  }

  @Test("A vector of another width is the caller's error")
  func width() async {
    await #expect(processExitsWith: .failure) {
      let scorer = Scorer(
        model: LinearModel(features: ["a"], coefficients: [2], intercept: 0),
        scaling: FeatureScaling(features: ["a"], mean: [1], scale: [4]))
      _ = [Float(1), 2].withUnsafeBufferPointer { scorer.logOdds($0) }
    }
    await #expect(processExitsWith: .failure) {
      let scorer = Scorer(
        model: LinearModel(features: ["a", "b"], coefficients: [2, 1], intercept: 0),
        scaling: FeatureScaling(features: ["a", "b"], mean: [1, 1], scale: [4, 1]))
      _ = [Float(1), 2, 3].withUnsafeBufferPointer { scorer.logOdds(rows: $0) }
    }
  }
}
