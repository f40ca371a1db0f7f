import Experiments
import Testing

@Suite("Assignment of units to variants")
struct AssignmentTests {
  private func experiment(_ weights: [Double], salt: String? = nil) -> Experiment {
    Experiment(
      name: "e", salt: salt,
      variants: weights.enumerated().map { .init(name: "v\($0.offset)", weight: $0.element, model: "ranker") })
  }

  @Test(
    "Ends of the variants' runs of buckets",
    arguments: [
      ([1], [10_000]),
      ([1, 1], [5000, 10_000]),
      ([1, 1, 1], [3333, 6667, 10_000]),
      ([0.9, 0.1], [9000, 10_000]),
      ([1, 2, 3, 4], [1000, 3000, 6000, 10_000]),
      ([0, 1], [0, 10_000]),
      ([1, 0], [10_000, 10_000]),
      ([1, 0, 1], [5000, 5000, 10_000]),
      ([0.00004, 0.99996], [0, 10_000]),
      ([0.00006, 0.99994], [1, 10_000]),
      ([1e-300, 1e-300], [5000, 10_000]),
      ([1e300, 1e300], [5000, 10_000]),
      ([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], [1429, 2857, 4286, 5714, 7143, 8571, 10_000]),
    ] as [([Double], [Int])])
  func bucketEnds(_ weights: [Double], _ expected: [Int]) {
    #expect(experiment(weights).bucketEnds == expected)
  }

  @Test("A unit has the variant that owns its bucket; the salt is the name where none is given")
  func variantOfBucket() {
    let three = experiment([1, 1, 1])
    let ends = three.bucketEnds
    var hits = [0, 0, 0]
    for unit in 0..<2000 {
      let place = bucket(salt: "e", unit: "\(unit)")
      let index = place < ends[0] ? 0 : place < ends[1] ? 1 : 2
      #expect(three.variant(for: "\(unit)").name == "v\(index)")
      hits[index] += 1
    }
    #expect(hits.allSatisfy { $0 > 500 })
    // From the vectors of BucketTests: buckets 9511, 9398 and 619 of the salt exp1.
    let halves = experiment([0.9511, 0.0489], salt: "exp1")
    #expect(halves.bucketEnds[0] == 9511)
    #expect(halves.variant(for: "u1").name == "v1", "bucket 9511 is the first of the second variant")
    #expect(experiment([0.9512, 0.0488], salt: "exp1").variant(for: "u1").name == "v0")
  }

  @Test("Shares of 100,000 units stay within χ² bounds")
  func shares() {
    let weights = [0.5, 0.3, 0.2, 0, 0.0]
    let experiment = experiment(weights, salt: "shares")
    var counts: [String: Double] = [:]
    for unit in 0..<100_000 { counts[experiment.variant(for: "user-\(unit)").name, default: 0] += 1 }
    #expect(counts["v3"] == nil && counts["v4"] == nil, "a variant of weight 0 is never drawn")
    let squares = weights.prefix(3).enumerated().map { index, weight in
      let expected = weight * 100_000
      return (counts["v\(index)", default: 0] - expected) * (counts["v\(index)", default: 0] - expected) / expected
    }
    // scipy.stats.chi2.ppf(0.9999, 2)
    #expect(squares.reduce(0, +) < 18.4207)
  }

  @Test("A variant of weight 0 owns no bucket wherever it stands")
  func weightZero() {
    for weights in [[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1]] as [[Double]] {
      let experiment = experiment(weights)
      let empty = Set(weights.indices.filter { weights[$0] == 0 }.map { "v\($0)" })
      for unit in 0..<3000 { #expect(!empty.contains(experiment.variant(for: "\(unit)").name)) }
    }
  }

  @Test("Two salts split independently of each other")
  func independence() {
    let first = experiment([1, 1, 1], salt: "one")
    let second = experiment([1, 1, 1], salt: "two")
    var table = [[Double]](repeating: [0, 0, 0], count: 3)
    let units = 30_000
    for unit in 0..<units {
      let row = first.variants.firstIndex(of: first.variant(for: "\(unit)"))!
      table[row][second.variants.firstIndex(of: second.variant(for: "\(unit)"))!] += 1
    }
    var statistic = 0.0
    for row in 0..<3 {
      for column in 0..<3 {
        let expected =
          table[row].reduce(0, +) * table.map { $0[column] }.reduce(0, +) / Double(units)
        statistic += (table[row][column] - expected) * (table[row][column] - expected) / expected
      }
    }
    // scipy.stats.chi2.ppf(0.9999, 4)
    #expect(statistic < 23.5127)
    #expect(statistic > 1e-3, "the same split twice, shifted, would be too regular as well")
  }

  @Test("An experiment without a weight, with one below 0 or with an endless sum is the caller's error")
  func noWeight() async {
    await #expect(processExitsWith: .failure) { _ = Experiment(name: "e", variants: []) }
    await #expect(processExitsWith: .failure) {
      _ = Experiment(name: "e", variants: [.init(name: "a", weight: 0, model: "m")])
    }
    await #expect(processExitsWith: .failure) {
      _ = Experiment(
        name: "e", variants: [.init(name: "a", weight: 2, model: "m"), .init(name: "b", weight: -1, model: "m")])
    }
    await #expect(processExitsWith: .failure) {
      _ = Experiment(
        name: "e", variants: [.init(name: "a", weight: 1e308, model: "m"), .init(name: "b", weight: 1e308, model: "m")])
    }
  }
}
