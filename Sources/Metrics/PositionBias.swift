import Foundation

/// How much each place of a slate is looked at, against the first one: examination in the position-based click model.
///
///     P(click on proposition i at place k) = θₖ γᵢ,     θ₁ = 1
///
/// The propositions that were shown at several places tell the θ apart from the γ: the same proposition gets fewer clicks
/// further down. That is sound where the place of a proposition does not depend on what its user would click, as under
/// randomised or swapped slots; where the ranking sees the user, θ falls too steeply.
///
/// Craswell et al., "An experimental comparison of click position-bias models", WSDM 2008; Agarwal et al., "Estimating
/// position bias without intrusive interventions", WSDM 2019; Wang et al., "Position bias estimation for unbiased learning
/// to rank in personal search", WSDM 2018.
public struct PositionBias: Sendable {
  /// A place of the slate.
  public struct Place: Sendable {
    /// From 1 on.
    public let position: Int
    /// How often a proposition was shown there.
    public let shown: Int
    /// How many of these were clicked.
    public let clicked: Int
    /// θ: how likely this place is looked at, over the first. With its interval; the first is 1 by definition.
    public let examination: BootstrapDistribution
  }

  /// The places that were shown, from the first on.
  public let places: [Place]
  /// The share of the showings whose proposition was also shown at another place: what the estimate rests on.
  public let share: Double

  /// The examination of each place up to the largest, for weighting: θ, or nil at a place without an estimate.
  public func examination(at position: Int) -> Double? {
    places.first { $0.position == position }.flatMap { $0.examination.value > 0 ? $0.examination.value : nil }
  }
}

extension RequestBootstrap {
  /// Estimates the examination of each place from what the same propositions got at different places.
  ///
  /// Maximum likelihood of the model above with Poisson counts, by alternating between
  /// θₖ = Σᵢ clicksᵢₖ / Σᵢ shownᵢₖ γᵢ and γᵢ = Σₖ clicksᵢₖ / Σₖ shownᵢₖ θₖ. Each replicate draws units and estimates anew.
  ///
  /// - Parameters:
  ///   - positions: the place of each row, from 1.
  ///   - propositions: what each row shows.
  ///   - labels: 0 or 1 for each row.
  /// - Returns: nil where it cannot be told: no click at the first place, or no proposition at several places.
  /// - Throws: `MetricError` for a label other than 0 and 1 and for arrays that do not fit the groups.
  /// - Complexity: O(n·R) for R replicates, and some hundred steps over the pairs of proposition and place in each.
  public func positionBias(
    positions: some Collection<Int32>, propositions: some Collection<Int64>, labels: [UInt8]
  ) throws(MetricError) -> PositionBias? {
    try checkCount("positions", positions.count, rows: groups.rows)
    try checkCount("propositions", propositions.count, rows: groups.rows)
    try checkLabels(labels, rows: groups.rows)
    guard let table = ShowingTable(positions: positions, propositions: propositions) else { return nil }
    let units = rowUnits.ofEachRow()
    let all = table.counts(labels: labels, draws: { _ in 1 })
    guard all.clicked.isEmpty == false, let value = table.examination(all), table.sharedShare(all) > 0 else {
      return nil
    }
    var replicateValues = [[Double]](repeating: [], count: table.places.count)
    for replicate in 0..<replicates {
      let drawn = draws(of: replicate)
      let counts = table.counts(labels: labels) { Double(drawn[Int(units[$0])]) }
      let examination = table.examination(counts)
      for place in table.places.indices { replicateValues[place].append(examination?[place] ?? .nan) }
    }
    return PositionBias(
      places: table.places.indices.map { place in
        PositionBias.Place(
          position: table.places[place], shown: Int(table.total(all.shown, at: place)),
          clicked: Int(table.total(all.clicked, at: place)),
          examination: distribution(value[place], replicateValues[place]))
      }, share: table.sharedShare(all))
  }
}

/// The showings by proposition and place: a sparse table, whose cells are numbered in the order in which they come.
private struct ShowingTable {
  typealias Counts = (shown: [Double], clicked: [Double])

  /// The positions that occur, ascending; the first is 1.
  let places: [Int]
  private let cellOfRow: [UInt32]
  /// Of each cell.
  private let place: [Int]
  private let proposition: [Int]
  private let propositionCount: Int

  /// Nil where nothing was shown at the first place.
  init?(positions: some Collection<Int32>, propositions: some Collection<Int64>) {
    let places = Set(positions).sorted()
    guard places.first == 1 else { return nil }
    let placeOf = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    var numbers: [Int64: Int] = [:]
    var cells: [Int: UInt32] = [:]
    var place: [Int] = []
    var proposition: [Int] = []
    cellOfRow = zip(positions, propositions).map { position, id in
      let number = numbers[id, default: numbers.count]
      numbers[id] = number
      let key = number * places.count + placeOf[position]!
      if let cell = cells[key] { return cell }
      let cell = UInt32(truncatingIfNeeded: cells.count)
      cells[key] = cell
      place.append(placeOf[position]!)
      proposition.append(number)
      return cell
    }
    self.places = places.map(Int.init)
    self.place = place
    self.proposition = proposition
    propositionCount = numbers.count
  }

  func counts(labels: [UInt8], draws: (Int) -> Double) -> Counts {
    var shown = [Double](repeating: 0, count: place.count)
    var clicked = shown
    for row in labels.indices {
      let times = draws(row)
      shown[Int(cellOfRow[row])] += times
      if labels[row] != 0 { clicked[Int(cellOfRow[row])] += times }
    }
    return (shown, clicked)
  }

  func total(_ cells: [Double], at wanted: Int) -> Double {
    cells.indices.reduce(0) { place[$1] == wanted ? $0 + cells[$1] : $0 }
  }

  /// The share of the showings whose proposition was shown at two places or more.
  func sharedShare(_ counts: Counts) -> Double {
    var placesOf = [Int](repeating: 0, count: propositionCount)
    for cell in place.indices where counts.shown[cell] > 0 { placesOf[proposition[cell]] += 1 }
    let shared = place.indices.reduce(0) { placesOf[proposition[$1]] > 1 ? $0 + counts.shown[$1] : $0 }
    return shared / counts.shown.reduce(0, +)
  }

  /// θ of each place over the first's; nil where the first has no click that counts.
  func examination(_ counts: Counts) -> [Double]? {
    var theta = [Double](repeating: 1, count: places.count)
    var gamma = [Double](repeating: 0, count: propositionCount)
    let clicksOfPlace = places.indices.map { total(counts.clicked, at: $0) }
    var clicksOfProposition = gamma
    for cell in place.indices { clicksOfProposition[proposition[cell]] += counts.clicked[cell] }
    for _ in 0..<500 {
      var expected = [Double](repeating: 0, count: propositionCount)
      for cell in place.indices { expected[proposition[cell]] += counts.shown[cell] * theta[place[cell]] }
      for index in gamma.indices {
        gamma[index] = expected[index] > 0 ? clicksOfProposition[index] / expected[index] : 0
      }
      var next = [Double](repeating: 0, count: places.count)
      for cell in place.indices { next[place[cell]] += counts.shown[cell] * gamma[proposition[cell]] }
      for index in next.indices { next[index] = next[index] > 0 ? clicksOfPlace[index] / next[index] : 0 }
      guard next[0] > 0 else { return nil }
      let first = next[0]
      for index in next.indices { next[index] /= first }
      let change = zip(next, theta).reduce(0) { max($0, abs($1.0 - $1.1)) }
      theta = next
      if change < 1e-10 { break }
    }
    return theta
  }
}
