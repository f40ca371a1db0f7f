/// Remembers, for the time of one request, the values that many of its candidates share: those that depend on the
/// request alone, or on the candidate's category.
struct RequestMemo: Sendable {
  private struct Cell {
    var request: UInt64 = 0
    var value: Int64?
  }

  private let cellsPerSlot: Int
  private var request: UInt64 = 0
  private var cells: [Cell] = []

  init(categoryCount: Int) { cellsPerSlot = categoryCount + 1 }

  /// Forgets what an earlier request left.
  mutating func begin(slots: Int) {
    request += 1
    let missing = slots * cellsPerSlot - cells.count
    if missing > 0 { cells.append(contentsOf: repeatElement(Cell(), count: missing)) }
  }

  mutating func value(slot: Int, of aggregate: inout AggregateState, keys: KeyTable.Keys) -> Int64? {
    let cell: Int
    switch aggregate.scope {
    case .proposition: return aggregate.value(keys: keys)
    case .category: cell = slot * cellsPerSlot + Int(keys[.category]) + 1
    case .nothing: cell = slot * cellsPerSlot
    }
    if cells[cell].request != request {
      cells[cell] = Cell(request: request, value: aggregate.value(keys: keys))
    }
    return cells[cell].value
  }
}
