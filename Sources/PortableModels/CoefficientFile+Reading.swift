internal import JSON
internal import Models

extension CoefficientFile {
  /// Reads the text of such a file.
  ///
  /// `features`, `coef` (d numbers, or one row of d) and `intercept` (a number, or one in an array) are required;
  /// `mean` and `scale` are of a StandardScaler, and without them the coefficients are of the raw features; `classes`
  /// must be `[0, 1]`. A field of another name is an error, since it is likely one of these misspelt.
  ///
  /// - Throws: ``ModelError/damaged(path:reason:)`` that names the file, the field, and what was expected.
  public init(json: some Sequence<UInt8>, file: String) throws {
    do {
      self = try JSONParser().parse(json) { try CoefficientFile($0) }
    } catch let error as JSONError {
      throw ModelError.damaged(path: file, reason: "\(error)")
    }
  }

  private init(_ root: JSONValue) throws {
    var names: [String]?
    var coefficients: [Double]?
    var intercept: Double?
    var mean: [Double]?
    var scale: [Double]?
    var seen: Set<String> = []
    try root.forEachField { name, value in
      guard seen.insert(name).inserted else { throw JSONError(path: name, reason: "is there twice") }
      do {
        switch name {
        case "features": names = try value.map { try $0.string() }
        case "coef": coefficients = try value.row()
        case "intercept": intercept = try value.scalar()
        case "mean": mean = try value.map { try $0.number() }
        case "scale": scale = try value.map { try $0.number() }
        case "classes": try value.requireBinaryClasses()
        default: throw JSONError(reason: "is not known; expected features, classes, coef, intercept, mean, scale")
        }
      } catch let error as JSONError {
        throw error.within(name)
      }
    }
    guard let names, let coefficients, let intercept else {
      let missing = [("features", names == nil), ("coef", coefficients == nil), ("intercept", intercept == nil)]
      throw JSONError(path: missing.first { $0.1 }?.0 ?? "", reason: "is missing")
    }
    guard !names.isEmpty else { throw JSONError(path: "features", reason: "is empty; expected a name each") }
    if let name = Self.firstRepeated(names) { throw JSONError(path: "features", reason: "names \"\(name)\" twice") }
    for (field, values) in [("coef", coefficients), ("mean", mean), ("scale", scale)] {
      guard let values, values.count != names.count else { continue }
      throw JSONError(path: field, reason: "has \(values.count) numbers for \(names.count) features")
    }
    if let index = scale?.firstIndex(where: { $0 <= 0 }) {
      throw JSONError(
        path: "scale[\(index)]",
        reason: "is \(scale![index]); expected more than 0 (scikit-learn writes 1 for a constant)")
    }
    model = LinearModel(features: names, coefficients: coefficients, intercept: intercept)
    scaling = FeatureScaling(
      features: names, mean: mean ?? names.map { _ in 0 }, scale: scale ?? names.map { _ in 1 })
  }

  private static func firstRepeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }
}

extension JSONValue {
  /// d numbers, or an array of one such array.
  fileprivate func row() throws -> [Double] {
    var rows: [[Double]] = []
    var numbers: [Double] = []
    var index = 0
    try forEachElement { element in
      do {
        if element.kind == .array {
          rows.append(try element.map { try $0.number() })
        } else {
          numbers.append(try element.number())
        }
      } catch let error as JSONError {
        throw error.within("[\(index)]")
      }
      index += 1
    }
    if rows.isEmpty { return numbers }
    guard rows.count == 1, numbers.isEmpty else {
      throw JSONError(reason: "expected one row of numbers: a model of two classes has one, found \(index)")
    }
    return rows[0]
  }

  /// A number, or an array of one.
  fileprivate func scalar() throws -> Double {
    guard kind == .array else { return try number() }
    let numbers = try map { try $0.number() }
    guard numbers.count == 1 else { throw JSONError(reason: "expected one number, found \(numbers.count)") }
    return numbers[0]
  }

  fileprivate func requireBinaryClasses() throws {
    let classes = try map { try $0.integer() }
    guard classes == [0, 1] else {
      throw JSONError(reason: "is \(classes); expected [0, 1], the second being the one whose probability ranks")
    }
  }
}
