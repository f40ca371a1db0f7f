internal import Events

/// A column of a dataset that holds codes for names.
public enum CodedColumn: String, CaseIterable, Sendable {
  case category, device
  case contextType = "context_type"

  var rowColumn: RowColumn {
    switch self {
    case .category: .category
    case .device: .device
    case .contextType: .contextType
    }
  }
}

/// Gives each name of a column a whole number, from 0 on in the order in which they come.
///
/// Categories are numbered in the order of the catalogue, so that two logs over one catalogue have the same codes.
struct RowCodes {
  private var columns: [CodedColumn: (codes: [String: Int32], names: [String])] = [:]
  private var categories: [Int32] = []

  init(catalogue: Catalogue) {
    for proposition in catalogue.propositions { categories.append(code(of: proposition.category, in: .category)) }
  }

  /// The names by column; a column without any is left out.
  var names: [String: [String]] {
    Dictionary(uniqueKeysWithValues: columns.map { ($0.rawValue, $1.names) })
  }

  /// The code of a name, a new one where it is new; -1 for none.
  mutating func code(of name: String?, in column: CodedColumn) -> Int32 {
    guard let name else { return -1 }
    let next = Int32(columns[column]?.names.count ?? 0)
    let code = columns[column, default: ([:], [])].codes[name, default: next]
    guard code == next else { return code }
    columns[column, default: ([:], [])].codes[name] = next
    columns[column]?.names.append(name)
    return next
  }

  /// The code of the category of a proposition, by its place in the catalogue.
  func category(of proposition: Int) -> Int32 { categories[proposition] }
}
