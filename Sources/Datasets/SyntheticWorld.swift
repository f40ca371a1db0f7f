internal import Events
internal import Foundation
internal import RankingMetrics

/// The people and things of a synthetic log, and the probabilities by which they meet.
///
/// Drawn once from the seed:
///
/// - Categories have a centre μ in a taste space of 8 dimensions, each coordinate N(0,1).
/// - A proposition has a category, a taste vector φ = 0.8·μ + 0.6·N(0,1)⁸, a quality q ~ N(0,1), and a time of birth:
///   two in three before the log begins (up to 60 days), one in three during its first three quarters.
/// - A user has a taste vector θ ~ N(0,1)⁸, a base rate b ~ N(0,1), a favourite device, and an activity
///   log-normal with σ = 1.
///
/// A proposition that a user looks at is clicked with log-odds
///
///     −2.2 + q + 0.8·θ·φ/√8 + 0.5·b + 0.5·exp(−age/7 d) + device[d][c] + hour[h/6][c]
///
/// where device and hour effects by category are N(0, 0.2). It is looked at with probability position^−0.6,
/// independently. So P(click) = position^−0.6 · σ(log-odds): not log-linear, as in life.
struct SyntheticWorld {
  struct Item {
    let id: String
    let category: Int
    let taste: [Double]
    let quality: Double
    let born: Timestamp
    /// What the logging policy thinks of it: a noisy view of the quality.
    let policyScore: Double
  }

  struct Person {
    let id: String
    let taste: [Double]
    let base: Double
    let device: Int
  }

  static let tasteDimensions = 8
  static let devices = ["web", "mobile", "tablet"]
  static let contextTypes = ["search", "home", "email"]
  private static let categoryNames = [
    "books", "music", "garden", "kitchen", "travel", "sports", "films", "games", "health", "tools", "toys", "art",
    "pets", "office", "fashion", "food", "photo", "outdoor", "home", "science",
  ]

  let items: [Item]
  let people: [Person]
  let categories: [String]
  /// Running totals of the users' activity.
  let activity: [Double]
  private let deviceEffect: [[Double]]
  private let hourEffect: [[Double]]

  init(parameters: SyntheticLog.Parameters, generator: inout SplitMix64) {
    let count = min(Self.categoryNames.count, max(4, parameters.propositions / 20))
    categories = Array(Self.categoryNames.prefix(count))
    func vector(_ generator: inout SplitMix64) -> [Double] {
      (0..<Self.tasteDimensions).map { _ in generator.normal() }
    }
    let centres = (0..<count).map { _ in vector(&generator) }
    let length = Double(parameters.days) * Double(Timestamp.day)
    items = (0..<parameters.propositions).map { index in
      let category = Int(generator.next() % UInt64(count))
      let own = vector(&generator)
      let quality = generator.normal()
      let age = generator.uniform()
      let born = index % 3 == 2 ? 0.75 * length * age : -60 * Double(Timestamp.day) * age
      return Item(
        id: "p\(index + 1)", category: category,
        taste: zip(centres[category], own).map { 0.8 * $0 + 0.6 * $1 }, quality: quality,
        born: parameters.start.advanced(by: Int64(born)), policyScore: 0.4 * quality + 0.4 * generator.normal())
    }
    var total = 0.0
    var totals: [Double] = []
    people = (0..<parameters.users).map { index in
      total += exp(generator.normal())
      totals.append(total)
      return Person(
        id: "u\(index + 1)", taste: vector(&generator), base: generator.normal(),
        device: generator.index(cumulative: [0.5, 0.9, 1]))
    }
    activity = totals
    func effects(_ rows: Int, _ generator: inout SplitMix64) -> [[Double]] {
      (0..<rows).map { _ in (0..<count).map { _ in 0.2 * generator.normal() } }
    }
    deviceEffect = effects(Self.devices.count, &generator)
    hourEffect = effects(4, &generator)
  }

  /// The probability that the user clicks the item when looking at it.
  func attractiveness(of item: Item, to person: Person, device: Int, at time: Timestamp) -> Double {
    let affinity = zip(person.taste, item.taste).reduce(0) { $0 + $1.0 * $1.1 }
    let age = max(0, Double(time.microseconds - item.born.microseconds)) / Double(Timestamp.day)
    let hour = Int(time.bucket(of: Timestamp.hour) % 24)
    let logOdds =
      -2.2 + item.quality + 0.8 * affinity / Double(Self.tasteDimensions).squareRoot() + 0.5 * person.base
      + 0.5 * exp(-age / 7) + deviceEffect[device][item.category] + hourEffect[hour / 6][item.category]
    return 1 / (1 + exp(-logOdds))
  }

  /// The probability that a user looks at a place of the slate.
  static func examination(position: Int) -> Double { pow(Double(position), -0.6) }
}
