import LinAlg
import Testing

/// Small whole numbers, so that every product is exact and any order of summing gives the same.
private func numbers<Scalar: BLASScalar>(_ count: Int, _ salt: Int) -> [Scalar] {
  (0..<count).map { Scalar(($0 * 7 + salt * 13 + ($0 * $0) % 5) % 9 - 4) }
}

@Suite("BLAS calls against the definition")
struct BLASTests {
  @Test("gemv", arguments: [(1, 1), (3, 5), (17, 4), (40, 33)])
  func gemv(rows: Int, columns: Int) {
    checkGemv(Float.self, rows, columns)
    checkGemv(Double.self, rows, columns)
  }

  private func checkGemv<Scalar: BLASScalar>(_: Scalar.Type, _ rows: Int, _ columns: Int) {
    let stride = columns + 3
    let memory: [Scalar] = numbers(rows * stride, 1)
    memory.withUnsafeBufferPointer { memory in
      guard let base = memory.baseAddress else { return }
      let a = MatrixView(baseAddress: base, rows: rows, columns: columns, rowStride: stride)
      for transposed in [false, true] {
        let x: [Scalar] = numbers(transposed ? rows : columns, 2)
        let y: [Scalar] = numbers(transposed ? columns : rows, 3)
        var result = y
        x.withUnsafeBufferPointer { x in
          result.withUnsafeMutableBufferPointer {
            BLAS.gemv(alpha: 2, a, transposed: transposed, x, beta: -3, into: $0)
          }
        }
        for i in y.indices {
          var sum: Scalar = 0
          for k in x.indices { sum += (transposed ? a[k, i] : a[i, k]) * x[k] }
          #expect(result[i] == 2 * sum - 3 * y[i])
        }
      }
    }
  }

  @Test("gemm", arguments: [(1, 1, 1), (2, 3, 4), (19, 5, 8)])
  func gemm(m: Int, n: Int, k: Int) {
    checkGemm(Float.self, m, n, k)
    checkGemm(Double.self, m, n, k)
  }

  private func checkGemm<Scalar: BLASScalar>(_: Scalar.Type, _ m: Int, _ n: Int, _ k: Int) {
    for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
      let a = Matrix<Scalar>(rows: ta ? k : m, columns: ta ? m : k, elements: numbers(m * k, 4))
      let b = Matrix<Scalar>(rows: tb ? n : k, columns: tb ? k : n, elements: numbers(k * n, 5))
      let before = Matrix<Scalar>(rows: m, columns: n, elements: numbers(m * n, 6))
      var c = before
      a.withView { a in
        b.withView { b in
          c.withMutableView { BLAS.gemm(alpha: 3, a, transposedA: ta, b, transposedB: tb, beta: 2, into: $0) }
        }
      }
      for i in 0..<m {
        for j in 0..<n {
          var sum: Scalar = 0
          for l in 0..<k { sum += (ta ? a[l, i] : a[i, l]) * (tb ? b[j, l] : b[l, j]) }
          #expect(c[i, j] == 3 * sum + 2 * before[i, j])
        }
      }
    }
  }

  @Test("syrk fills the lower triangle and leaves the rest", arguments: [(1, 1), (7, 3), (50, 37)])
  func syrk(rows: Int, columns: Int) {
    checkSyrk(Float.self, rows, columns)
    checkSyrk(Double.self, rows, columns)
  }

  private func checkSyrk<Scalar: BLASScalar>(_: Scalar.Type, _ rows: Int, _ columns: Int) {
    let a = Matrix<Scalar>(rows: rows, columns: columns, elements: numbers(rows * columns, 7))
    let before = Matrix<Scalar>(rows: columns, columns: columns, elements: numbers(columns * columns, 8))
    var c = before
    a.withView { a in c.withMutableView { BLAS.syrk(alpha: 2, a, beta: 1, into: $0) } }
    for i in 0..<columns {
      for j in 0..<columns {
        var sum: Scalar = 0
        for k in 0..<rows { sum += a[k, i] * a[k, j] }
        #expect(c[i, j] == (j <= i ? 2 * sum + before[i, j] : before[i, j]))
      }
    }
  }

  @Test("A sum over nothing leaves β times what was there; β = 0 overwrites even NaN")
  func empty() {
    let none = Matrix<Double>(rows: 0, columns: 2)
    var y = [3.0, 4]
    none.withView { a in
      y.withUnsafeMutableBufferPointer { y in
        [Double]().withUnsafeBufferPointer { BLAS.gemv(a, transposed: true, $0, beta: 2, into: y) }
      }
    }
    #expect(y == [6, 8])
    var c = Matrix<Double>(rows: 2, columns: 2, elements: [.nan, 9, .nan, .nan])
    none.withView { a in c.withMutableView { BLAS.syrk(a, into: $0) } }
    #expect([c[0, 0], c[0, 1], c[1, 0], c[1, 1]] == [0, 9, 0, 0])
    none.withView { a in
      c.withMutableView { BLAS.gemm(a, transposedA: true, a, beta: 0, into: $0) }
    }
    #expect(c.elements == [0, 0, 0, 0])
  }

  @Test("BLAS runs on one thread unless told")
  func threads() {
    #expect(BLAS.threads == 1)
    #expect(BLAS.configuration.contains("OpenBLAS"))
  }

  @Test("Wrong shapes stop the program with the shapes in the message")
  func shapes() async {
    await #expect(processExitsWith: .failure) {
      let a = Matrix<Float>(rows: 2, columns: 3)
      var y: [Float] = [0, 0]
      a.withView { a in
        y.withUnsafeMutableBufferPointer { y in
          [Float](repeating: 1, count: 2).withUnsafeBufferPointer { BLAS.gemv(a, $0, into: y) }
        }
      }
    }
    await #expect(processExitsWith: .failure) {
      let a = Matrix<Float>(rows: 2, columns: 3)
      var c = Matrix<Float>(rows: 2, columns: 2)
      a.withView { a in c.withMutableView { BLAS.syrk(a, into: $0) } }
    }
    await #expect(processExitsWith: .failure) {
      let a = Matrix<Float>(rows: 2, columns: 3)
      var c = Matrix<Float>(rows: 2, columns: 3)
      a.withView { a in c.withMutableView { BLAS.gemm(a, a, into: $0) } }
    }
    await #expect(processExitsWith: .failure) { _ = Matrix<Float>(rows: 2, columns: 2, elements: [1]) }
    await #expect(processExitsWith: .failure) { _ = Matrix<Float>(rows: 2, columns: 2)[0, 2] }
    await #expect(processExitsWith: .failure) {
      [Float](repeating: 0, count: 4).withUnsafeBufferPointer {
        if let base = $0.baseAddress { _ = MatrixView(baseAddress: base, rows: 2, columns: 2, rowStride: 1) }
      }
    }
  }

  @Test("An extent above 32 bits is refused, not cut off")
  func extents() async {
    await #expect(processExitsWith: .failure) {
      // A stride of 2³² + 1 would be taken as 1; nothing is read before the check.
      var y: [Float] = [0]
      [Float](repeating: 1, count: 1).withUnsafeBufferPointer { x in
        guard let base = x.baseAddress else { return }
        let a = MatrixView(baseAddress: base, rows: 1, columns: 1, rowStride: 4_294_967_297)
        y.withUnsafeMutableBufferPointer { BLAS.gemv(a, x, into: $0) }
      }
    }
  }
}
