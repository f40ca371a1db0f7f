internal import Foundation

extension Feature.Transform {
  /// The transformed value, finite for every finite input: logarithms of what is not positive are taken at 1e-6, and a
  /// logit at no less than 1e-6 from 0 and 1.
  func apply(_ value: Double) -> Float {
    let floor = 1e-6
    return switch self {
    case .none: Float(value)
    case .log: Float(Foundation.log(max(value, floor)))
    case .log1p: Float(Foundation.log1p(max(value, floor - 1)))
    case .logit:
      Float({ (p: Double) in Foundation.log(p) - Foundation.log1p(-p) }(min(max(value, floor), 1 - floor)))
    case .sqrt: Float(max(value, 0).squareRoot())
    }
  }
}
