import LinAlg
import Testing

@Suite("Cholesky")
struct CholeskyTests {
  @Test("By hand")
  func byHand() throws {
    // [[4, 2], [2, 5]] = L·Lᵀ with L = [[2, 0], [1, 2]]; the upper triangle is not read.
    let factor = try Cholesky(Matrix<Double>(rows: 2, columns: 2, elements: [4, .nan, 2, 5]))
    #expect(factor.lower.elements == [2, 0, 1, 2])
    #expect(factor.solve([8, 20]) == [0, 4])
    let inverse = factor.inverse().elements
    for (found, expected) in zip(inverse, [5.0 / 16, -2.0 / 16, -2.0 / 16, 4.0 / 16]) {
      #expect(abs(found - expected) < 1e-15)
    }
  }

  @Test("Residuals and inverse of random systems", arguments: [1, 2, 5, 33, 130])
  func residuals(order: Int) throws {
    try check(Double.self, order, 1e-13)
    try check(Float.self, order, 1e-4)
  }

  private func check<Scalar: BLASScalar>(_: Scalar.Type, _ order: Int, _ tolerance: Scalar) throws {
    var state: UInt64 = 17
    func draw() -> Scalar {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Scalar(Int(state >> 44)) / Scalar(1 << 19) - 1
    }
    let root = Matrix<Scalar>(
      rows: order, columns: order, elements: (0..<order * order).map { _ in draw() })
    var a = Matrix<Scalar>.identity(order)
    root.withView { root in
      a.withMutableView { BLAS.gemm(root, transposedA: true, root, beta: Scalar(order), into: $0) }
    }
    let factor = try Cholesky(a)
    let b = Matrix<Scalar>(rows: order, columns: 3, elements: (0..<order * 3).map { _ in draw() })
    let x = factor.solve(b)
    let single = factor.solve((0..<order).map { b[$0, 1] })
    #expect(single.indices.allSatisfy { abs(single[$0] - x[$0, 1]) <= tolerance })
    var residual = b
    var product = Matrix<Scalar>.identity(order)
    let inverse = factor.inverse()
    a.withView { a in
      x.withView { x in residual.withMutableView { BLAS.gemm(a, x, beta: -1, into: $0) } }
      inverse.withView { inverse in product.withMutableView { BLAS.gemm(a, inverse, beta: -1, into: $0) } }
    }
    for element in residual.elements + product.elements { #expect(abs(element) <= tolerance * Scalar(order)) }
  }

  @Test("Not positive definite, NaN and infinity are errors")
  func errors() {
    #expect(throws: LinAlgError.notPositiveDefinite(minor: 2)) {
      try Cholesky(Matrix<Double>(rows: 2, columns: 2, elements: [1, 2, 2, 4]))
    }
    #expect(throws: LinAlgError.notPositiveDefinite(minor: 1)) {
      try Cholesky(Matrix<Float>(rows: 1, columns: 1, elements: [-1]))
    }
    for bad in [Double.nan, .infinity] {
      #expect(throws: LinAlgError.nonFinite) {
        try Cholesky(Matrix<Double>(rows: 2, columns: 2, elements: [1, 0, bad, 1]))
      }
    }
  }

  @Test("An empty system has an empty solution")
  func empty() throws {
    let factor = try Cholesky(Matrix<Double>(rows: 0, columns: 0))
    #expect(factor.solve([]).isEmpty)
    #expect(factor.inverse().elements.isEmpty)
  }

  @Test("Wrong shapes stop the program")
  func shapes() async {
    await #expect(processExitsWith: .failure) { _ = try? Cholesky(Matrix<Double>(rows: 2, columns: 1)) }
    await #expect(processExitsWith: .failure) {
      _ = try? Cholesky(Matrix<Double>.identity(2)).solve([1])
    }
  }
}
