import Foundation
import Learning
import Testing

/// What scikit-learn found; see Fixtures/README.md.
struct CalibrationCase: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var scores: [Double]
  var labels: [UInt8]
  var weights: [Float]?
  var sklearn: [Double]
  var platt: [Double]
  var x: [Double]
  var y: [Double]

  enum CodingKeys: String, CodingKey {
    case name, scores, labels, weights, platt, x, y
    case sklearn = "platt_sklearn"
  }

  var testDescription: String { name }

  static let all: [CalibrationCase] = {
    guard
      let url = Bundle.module.url(forResource: "calibration", withExtension: "json", subdirectory: "Fixtures"),
      let json = try? Data(contentsOf: url), let cases = try? JSONDecoder().decode([CalibrationCase].self, from: json)
    else { preconditionFailure("Fixtures/calibration.json is missing or not readable") }
    return cases
  }()

  func buffers<Result>(
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Float>?) throws -> Result
  ) rethrows -> Result {
    try labels.withUnsafeBufferPointer { labels in
      guard let weights else { return try body(labels, nil) }
      return try weights.withUnsafeBufferPointer { try body(labels, $0) }
    }
  }
}

@Suite struct CalibrationTests {
  @Test(arguments: CalibrationCase.all)
  func plattIsScikitLearns(_ sample: CalibrationCase) throws {
    let platt = try sample.buffers { try PlattScaling(scores: sample.scores, labels: $0, weights: $1) }
    for (ours, theirs) in zip([platt.slope, platt.intercept], sample.platt) { #expect(abs(ours - theirs) < 1e-9) }
    for (ours, theirs) in zip([platt.slope, platt.intercept], sample.sklearn) { #expect(abs(ours - theirs) < 1e-6) }
  }

  @Test(arguments: CalibrationCase.all)
  func isotonicIsScikitLearns(_ sample: CalibrationCase) throws {
    let isotonic = try sample.buffers { try IsotonicRegression(scores: sample.scores, labels: $0, weights: $1) }
    #expect(isotonic.scores == sample.x)
    #expect(isotonic.values.count == sample.y.count)
    for (ours, theirs) in zip(isotonic.values, sample.y) { #expect(abs(ours - theirs) < 1e-12) }
  }

  @Test(arguments: CalibrationCase.all)
  func theOrderOfRowsDoesNotMatter(_ sample: CalibrationCase) throws {
    var turned = sample
    turned.scores.reverse()
    turned.labels.reverse()
    turned.weights?.reverse()
    let one = try sample.buffers { try IsotonicRegression(scores: sample.scores, labels: $0, weights: $1) }
    let other = try turned.buffers { try IsotonicRegression(scores: turned.scores, labels: $0, weights: $1) }
    #expect(one.scores == other.scores)
    for (a, b) in zip(one.values, other.values) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func aRowOfWeightTwoIsTheRowTwice() throws {
    let scores = [-1.0, 0, 0.5, 1, 2, 3]
    let labels: [UInt8] = [0, 1, 0, 1, 0, 1]
    func fit(_ scores: [Double], _ labels: [UInt8], _ weights: [Float]?) throws -> PlattScaling {
      let sample = CalibrationCase(
        name: "", scores: scores, labels: labels, weights: weights, sklearn: [], platt: [], x: [], y: [])
      return try sample.buffers { try PlattScaling(scores: scores, labels: $0, weights: $1) }
    }
    let weighted = try fit(scores, labels, [1, 1, 1, 2, 1, 1])
    let doubled = try fit(scores + [1], labels + [1], nil)
    #expect(abs(weighted.slope - doubled.slope) < 1e-9 && abs(weighted.intercept - doubled.intercept) < 1e-9)
  }

  @Test func whatCannotBeCalibratedIsSaid() {
    func errors(_ scores: [Double], _ labels: [UInt8]) -> [CalibrationError?] {
      labels.withUnsafeBufferPointer { labels in
        var found: [CalibrationError?] = [nil, nil]
        do throws(CalibrationError) { _ = try PlattScaling(scores: scores, labels: labels) } catch { found[0] = error }
        do throws(CalibrationError) { _ = try IsotonicRegression(scores: scores, labels: labels) } catch {
          found[1] = error
        }
        return found
      }
    }
    #expect(errors([], []) == [.oneClass(positives: 0, negatives: 0), .oneClass(positives: 0, negatives: 0)])
    #expect(errors([1, 2], [1, 1]) == [.oneClass(positives: 2, negatives: 0), .oneClass(positives: 2, negatives: 0)])
    #expect(errors([1, .nan], [0, 1]) == [.nonFinite(row: 1), .nonFinite(row: 1)])
    guard case .notRising(let slope) = errors([3, 2, 1, 0], [0, 0, 1, 1])[0] else {
      Issue.record("a falling sigmoid was taken")
      return
    }
    #expect(slope < 0)
  }
}
