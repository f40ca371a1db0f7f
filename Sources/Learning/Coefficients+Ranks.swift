extension Coefficients {
  /// The sum over all ranks.
  ///
  /// - Throws: What the communicator throws.
  public func summed(over communicator: any Communicator) throws -> Coefficients {
    guard communicator.size > 1 else { return self }
    var values = weights + [intercept]
    try communicator.sum(&values)
    let sum = values.removeLast()
    return Coefficients(weights: values, intercept: sum)
  }
}
