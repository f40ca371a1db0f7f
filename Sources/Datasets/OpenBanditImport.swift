public import Events

/// Turns the CSV files of the Open Bandit Dataset (Saito et al. 2020, arXiv:2008.07146) into a catalogue and events.
///
/// A row becomes a `served` event with a slate of one, its position and true propensity, and a `click` one second later
/// where it was clicked. The data have no user ids: the four hashed user features together stand for the user. An item's
/// `item_feature_2` becomes its category; the other features become attributes.
public struct OpenBanditImport {
  private let rows: CSVReader
  private let items: CSVReader

  /// - Parameters:
  ///   - csv: the log, as `men.csv` or `men.csv.gz`.
  ///   - items: the item context, as `men_item_context.csv` or `item_context.csv`.
  public init(csv: String, items: String) throws {
    rows = try CSVReader(path: csv)
    self.items = try CSVReader(path: items)
  }

  public func propositions() throws -> [Proposition] {
    let id = try items.index(of: "item_id")
    let category = try items.index(of: "item_feature_2")
    let features = items.columns.indices.filter { items.columns[$0].hasPrefix("item_feature_") && $0 != category }
    var propositions: [Proposition] = []
    while let row = try items.next() {
      var attributes: [String: Proposition.Attribute] = [:]
      for index in features {
        attributes[items.columns[index]] = Double(row[index]).map { .number($0) } ?? .text(row[index])
      }
      propositions.append(
        Proposition(id: row[id], title: "item \(row[id])", category: row[category], attributes: attributes))
    }
    return propositions
  }

  /// Calls `body` with the events in the order of the rows, and returns how many rows and clicks there were.
  public func forEachEvent(_ body: (Event) throws -> Void) throws -> (rows: Int, clicks: Int) {
    let columns = try (
      time: rows.index(of: "timestamp"), item: rows.index(of: "item_id"), position: rows.index(of: "position"),
      click: rows.index(of: "click"), propensity: rows.index(of: "propensity_score")
    )
    let userFeatures = rows.columns.indices.filter { rows.columns[$0].hasPrefix("user_feature_") }
    guard !userFeatures.isEmpty else { throw rows.error("has no column user_feature_0") }
    var count = 0
    var clicks = 0
    while let row = try rows.next() {
      guard let time = Timestamp(row[columns.time]) else {
        throw rows.error("timestamp \"\(row[columns.time])\" is not an RFC 3339 time")
      }
      guard let position = Int(row[columns.position]), position >= 1 else {
        throw rows.error("position \"\(row[columns.position])\" is not a whole number from 1")
      }
      guard let propensity = Double(row[columns.propensity]), propensity > 0, propensity <= 1 else {
        throw rows.error("propensity_score \"\(row[columns.propensity])\" is not a probability above 0")
      }
      guard let click = Double(row[columns.click]), click == 0 || click == 1 else {
        throw rows.error("click \"\(row[columns.click])\" is not 0 or 1")
      }
      let user = String(stableHash(userFeatures.map { row[$0] }.joined(separator: ",").utf8), radix: 16)
      let request = "obd-\(count)"
      var served = Event(kind: .served, userID: user, timestamp: time)
      served.id = "\(request)-served"
      served.requestID = request
      served.slate = [SlateItem(propositionID: row[columns.item], position: position, propensity: propensity)]
      try body(served)
      if click == 1 {
        var event = Event(
          kind: .click, userID: user, propositionID: row[columns.item],
          timestamp: time.advanced(by: Timestamp.second))
        event.id = "\(request)-click"
        event.requestID = request
        event.position = position
        try body(event)
        clicks += 1
      }
      count += 1
    }
    return (count, clicks)
  }
}
