internal import Foundation
internal import Models

/// Lines of aligned columns: the first to the left, the others to the right.
struct Table {
  private var rows: [[String]]

  init(_ header: String...) { rows = [header] }

  init(_ header: [String]) { rows = [header] }

  mutating func add(_ cells: String...) { rows.append(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ").trimmingSuffix(while: \.isWhitespace)
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    String(self[..<(lastIndex { !predicate($0) }.map(index(after:)) ?? startIndex)])
  }
}

/// A number with as many decimals.
func fixed(_ value: Double, _ decimals: Int = 4) -> String { String(format: "%.\(decimals)f", value) }

/// A count with thousands apart: 1,234,567.
func grouped(_ count: Int) -> String {
  var digits = String(abs(count))
  var parts: [String] = []
  while digits.count > 3 {
    parts.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (count < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
}

/// A share as a percentage.
func percent(_ part: Int, of whole: Int) -> String {
  whole == 0 ? "–" : fixed(100 * Double(part) / Double(whole), 2) + " %"
}

/// A number as 1.2e-10.
func scientific(_ value: Double) -> String { String(format: "%.1e", value) }

/// A metric's value, or a dash where it is not defined.
func cell(_ metric: MetricValue?) -> String { metric.map { fixed($0.value) } ?? "–" }

/// A metric's interval.
func interval(_ metric: MetricValue?) -> String {
  guard let low = metric?.low, let high = metric?.high else { return "–" }
  return "\(fixed(low)) … \(fixed(high))"
}
