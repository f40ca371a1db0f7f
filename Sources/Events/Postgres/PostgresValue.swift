#if Postgres
  /// A value of a statement's parameter, in PostgreSQL's binary format.
  enum PostgresValue {
    case text(String?)
    case int64(Int64?)
    case textArray([String?])
    case int64Array([Int64])

    /// The type's object identifier, fixed in PostgreSQL's catalogue (`pg_type.dat`).
    var type: UInt32 {
      switch self {
      case .text: Self.textType
      case .int64: Self.int64Type
      case .textArray: 1009
      case .int64Array: 1016
      }
    }

    private static let textType: UInt32 = 25
    private static let int64Type: UInt32 = 20

    /// Appends the value's bytes to `bytes`.
    /// - Returns: false for NULL, which has none.
    func encode(into bytes: inout [UInt8]) -> Bool {
      switch self {
      case .text(nil), .int64(nil): return false
      case .text(let text?): bytes += text.utf8
      case .int64(let number?): bytes.append(bigEndian: number)
      case .textArray(let texts):
        Self.encodeHeader(count: texts.count, elementType: Self.textType, into: &bytes)
        for text in texts { Self.encode(element: text, into: &bytes) }
      case .int64Array(let numbers):
        Self.encodeHeader(count: numbers.count, elementType: Self.int64Type, into: &bytes)
        for number in numbers {
          bytes.append(bigEndian: Int32(8))
          bytes.append(bigEndian: number)
        }
      }
      return true
    }

    /// The head of an array of one dimension that counts from 1; `array_recv` in PostgreSQL's `arrayfuncs.c` reads it.
    private static func encodeHeader(count: Int, elementType: UInt32, into bytes: inout [UInt8]) {
      bytes.append(bigEndian: Int32(1))  // dimensions
      bytes.append(bigEndian: Int32(1))  // may hold NULL
      bytes.append(bigEndian: elementType)
      bytes.append(bigEndian: Int32(count))
      bytes.append(bigEndian: Int32(1))  // the first index
    }

    private static func encode(element text: String?, into bytes: inout [UInt8]) {
      guard let text else { return bytes.append(bigEndian: Int32(-1)) }
      bytes.append(bigEndian: Int32(text.utf8.count))
      bytes += text.utf8
    }
  }

  extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
      Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
  }
#endif
