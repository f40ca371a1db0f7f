internal import Evaluation
internal import Models

extension Curves {
  /// Reliability and NDCG by k as tables with bars.
  var text: String {
    var table = Table("predicted", "positive", "95 % interval", "rows", "")
    let highest = reliability.flatMap { [$0.predicted, $0.seen.value] }.max() ?? 1
    for group in reliability {
      table.add(
        fixed(group.predicted), cell(group.seen), interval(group.seen), grouped(group.rows),
        textBar(group.seen.value, of: highest, mark: group.predicted))
    }
    var text = "reliability, ten groups by prediction; | is where the bar should end\n\n\(table.text)"
    guard !ndcg.isEmpty else { return text }
    var depth = Table("k", "ndcg@k", "95 % interval", "")
    for (k, value) in zip(depths, ndcg) {
      depth.add("\(k)", cell(value), interval(value), textBar(value.value, of: 1))
    }
    text += "\n\n\(depth.text)"
    return text
  }
}

/// A bar of up to 24 characters, padded to that width, with a mark at another value.
func textBar(_ value: Double, of highest: Double, mark: Double? = nil) -> String {
  let width = 24
  func place(_ value: Double) -> Int {
    guard highest > 0, value.isFinite else { return 0 }
    return max(0, min(width, Int((value / highest * Double(width)).rounded())))
  }
  var bar = Array(repeating: Character("█"), count: place(value))
  bar += Array(repeating: Character(" "), count: width - bar.count)
  if let mark { bar[min(width - 1, max(0, place(mark) - 1))] = "|" }
  return String(bar)
}
