#if !canImport(CKernels)
  internal import Foundation

  // Stands in for CKernels, slowly, until Package.swift names it as a dependency of Learning; to be deleted then.

  struct pp_rows {
    var x: UnsafePointer<Float>
    var stride: Int
    var rows: Int
    var columns: Int
    var mean: UnsafePointer<Double>?
    var u: UnsafePointer<Double>?
    var intercept: Double
    var labels: UnsafePointer<UInt8>?
    var weights: UnsafePointer<Float>?
    var negative: Double
    var positive: Double
    var workspace: UnsafeMutablePointer<Double>
  }

  func pp_workspace(_ columns: Int) -> Int { 1 }

  func pp_loss_gradient(
    _ job: inout pp_rows, _ gradient: UnsafeMutablePointer<Double>?, _ residual: inout Double,
    _ curvatures: UnsafeMutablePointer<Double>?
  ) -> Double {
    guard let labels = job.labels else { return 0 }
    var loss = 0.0
    for i in 0..<job.rows {
      let x = job.x + i * job.stride
      var z = job.intercept
      if let mean = job.mean, let u = job.u {
        for j in 0..<job.columns { z += (Double(x[j]) - mean[j]) * u[j] }
      }
      let weight = (labels[i] == 1 ? job.positive : job.negative) * Double(job.weights?[i] ?? 1)
      let margin = labels[i] == 1 ? z : -z
      let e = exp(-abs(margin))
      let tail = margin < 0 ? 1 / (1 + e) : e / (1 + e)
      let r = labels[i] == 1 ? -weight * tail : weight * tail
      loss += weight * (log1p(e) + max(-margin, 0))
      residual += r
      curvatures?[i] = weight * e / (1 + e) / (1 + e)
      if let mean = job.mean, let gradient {
        for j in 0..<job.columns { gradient[j] += r * (Double(x[j]) - mean[j]) }
      }
    }
    return loss
  }

  func pp_weighted_sums(
    _ x: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int, _ mean: UnsafePointer<Double>?,
    _ factors: UnsafePointer<Double>, _ sums: UnsafeMutablePointer<Double>?
  ) {
    guard let mean, let sums else { return }
    for i in 0..<rows {
      for j in 0..<columns { sums[j] += factors[i] * (Double(x[i * stride + j]) - mean[j]) }
    }
  }

  func pp_weighted_squares(
    _ x: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int, _ mean: UnsafePointer<Double>?,
    _ factors: UnsafePointer<Double>, _ sums: UnsafeMutablePointer<Double>?
  ) {
    guard let mean, let sums else { return }
    for i in 0..<rows {
      for j in 0..<columns {
        let difference = Double(x[i * stride + j]) - mean[j]
        sums[j] += factors[i] * difference * difference
      }
    }
  }

  func pp_rooted_rows(
    _ x: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int, _ mean: UnsafePointer<Double>?,
    _ inverse: UnsafePointer<Double>?, _ factors: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) {
    guard let mean, let inverse else { return }
    for i in 0..<rows {
      let root = factors[i].squareRoot()
      for j in 0..<columns { out[i * columns + j] = (Double(x[i * stride + j]) - mean[j]) * inverse[j] * root }
    }
  }

  func pp_rooted_rows_single(
    _ x: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int, _ mean: UnsafePointer<Double>?,
    _ inverse: UnsafePointer<Double>?, _ factors: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Float>
  ) {
    guard let mean, let inverse else { return }
    for i in 0..<rows {
      let root = factors[i].squareRoot()
      for j in 0..<columns {
        out[i * columns + j] = Float((Double(x[i * stride + j]) - mean[j]) * inverse[j] * root)
      }
    }
  }
#endif
