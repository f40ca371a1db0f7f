#if Postgres
  internal import CLibPQ

  /// The rows that a statement gave, in binary format. Frees them at its end.
  final class PostgresResult {
    private let result: OpaquePointer
    let rowCount: Int

    /// Takes `result` over.
    init(_ result: OpaquePointer) {
      self.result = result
      rowCount = Int(PQntuples(result))
    }

    deinit { PQclear(result) }

    func isNull(_ row: Int, _ column: Int) -> Bool {
      check(row, column)
      return PQgetisnull(result, Int32(row), Int32(column)) == 1
    }

    /// The bytes of a field, valid during the call; none for NULL.
    func withBytes<Value>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value
    {
      check(row, column)
      let count = Int(PQgetlength(result, Int32(row), Int32(column)))
      return try body(UnsafeRawBufferPointer(start: PQgetvalue(result, Int32(row), Int32(column)), count: count))
    }

    /// A field of type text; NULL is empty.
    func text(_ row: Int, _ column: Int) -> String {
      withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
    }

    /// A field of type bigint or integer; NULL is 0.
    func integer(_ row: Int, _ column: Int) -> Int64 {
      withBytes(row, column) { bytes in
        switch bytes.count {
        case 8: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case 4: Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case 0: 0
        default: preconditionFailure("column \(column) of \(bytes.count) bytes is no bigint and no integer")
        }
      }
    }

    private func check(_ row: Int, _ column: Int) {
      let columnCount = Int(PQnfields(result))
      precondition(
        (0..<rowCount).contains(row) && (0..<columnCount).contains(column),
        "row \(row), column \(column) of a result of \(rowCount)×\(columnCount)")
    }
  }
#endif
