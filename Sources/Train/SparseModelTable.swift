internal import Features
internal import Models

/// The largest coefficients of a model of sparse rows, and how many more there are.
func sparseCoefficients(_ model: LinearModel, _ rows: [Int]) -> String {
  let shown = rows.prefix(50)
  var table = Table("column", "coefficient")
  for row in shown { table.add(model.features[row], fixed(model.coefficients[row])) }
  let rest = rows.count - shown.count
  return """
    \(table.text)
    intercept  \(fixed(model.intercept))
    \(grouped(rest)) more of \(grouped(model.sparse?.count ?? 0)) columns are smaller, the others 0; --json lists all
    """
}
