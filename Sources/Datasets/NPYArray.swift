internal import Files

/// A NumPy `.npy` array mapped into memory, in C order and little-endian.
public struct NPYArray: Sendable {
  public enum Element: String, Sendable, CaseIterable {
    case float32 = "<f4"
    case float64 = "<f8"
    case uint8 = "|u1"
    case bool = "|b1"
    case int8 = "|i1"
    case int16 = "<i2"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint16 = "<u2"
    case uint32 = "<u4"
    case uint64 = "<u8"

    public var size: Int {
      switch self {
      case .uint8, .bool, .int8: 1
      case .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }
  }

  public let path: String
  public let element: Element
  public let shape: [Int]
  private let file: MappedFile
  private let dataOffset: Int

  /// - Throws: ``DatasetError`` when the file is not a complete `.npy` array of a known kind; `FileError` when it
  ///   cannot be read.
  public init(path: String) throws {
    self.path = path
    file = try MappedFile(path: path)
    let header = try NPYHeader(bytes: file.bytes, path: path)
    element = header.element
    shape = header.shape
    dataOffset = header.length
    guard dataOffset % element.size == 0 else {
      throw DatasetError.file(path, "holds its data unaligned; save it again with numpy.save")
    }
    var needed = element.size
    for extent in shape {
      let (product, overflow) = needed.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw DatasetError.file(path, "has the impossible shape \(shape)") }
      needed = product
    }
    guard file.count - dataOffset == needed else {
      throw DatasetError.file(
        path,
        "is cut short or too long: \(file.count - dataOffset) bytes of data, expected \(needed) for \(shape) \(element)"
      )
    }
  }

  /// The elements, row after row; valid while this array lives.
  ///
  /// - Precondition: `Value` is as large as the element.
  public func buffer<Value>(of _: Value.Type) -> UnsafeBufferPointer<Value> {
    precondition(MemoryLayout<Value>.size == element.size, "\(path) holds \(element), not \(Value.self)")
    return rawBytes.assumingMemoryBound(to: Value.self)
  }

  /// The bytes of the elements; valid while this array lives.
  var rawBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[dataOffset...]) }

  /// Gives back the memory of some elements; they are read from the file again when touched.
  public func release(elements: Range<Int>) {
    file.release((dataOffset + elements.lowerBound * element.size)..<(dataOffset + elements.upperBound * element.size))
  }

  /// The elements of a one-dimensional array of any kind as numbers.
  public func doubles() -> [Double] {
    switch element {
    case .float32: buffer(of: Float.self).map(Double.init)
    case .float64: Array(buffer(of: Double.self))
    case .uint8, .bool: buffer(of: UInt8.self).map(Double.init)
    case .int8: buffer(of: Int8.self).map(Double.init)
    case .int16: buffer(of: Int16.self).map(Double.init)
    case .uint16: buffer(of: UInt16.self).map(Double.init)
    case .int32: buffer(of: Int32.self).map(Double.init)
    case .uint32: buffer(of: UInt32.self).map(Double.init)
    case .int64: buffer(of: Int64.self).map(Double.init)
    case .uint64: buffer(of: UInt64.self).map(Double.init)
    }
  }
}

/// The header of a `.npy` file, format versions 1 to 3 (numpy.lib.format).
struct NPYHeader {
  let element: NPYArray.Element
  let shape: [Int]
  /// Bytes before the data.
  let length: Int

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(bytes: UnsafeRawBufferPointer, path: String) throws(DatasetError) {
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(Self.magic), (1...3).contains(bytes[6]) else {
      throw .file(path, "is not a .npy array; expected what numpy.save writes")
    }
    let wide = bytes[6] > 1
    let start = wide ? 12 : 10
    guard bytes.count >= start else { throw .file(path, "is cut short in its header") }
    let count = (8..<start).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    guard bytes.count >= start + count else { throw .file(path, "is cut short in its header") }
    let text = String(decoding: bytes[start..<(start + count)], as: UTF8.self)
    let pattern = #/'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([0-9, ]*)\)/#
    guard let match = text.firstMatch(of: pattern) else {
      throw .file(path, "has a header that is not understood: \(text.prefix(80))")
    }
    guard let element = NPYArray.Element(rawValue: String(match.1)) else {
      throw .file(
        path, "holds elements of kind \(match.1); expected one of \(NPYArray.Element.allCases.map(\.rawValue))")
    }
    let shape = match.3.split(separator: ",").compactMap { Int($0.trimmingPrefix(while: { $0 == " " })) }
    guard match.2 == "False" || shape.count < 2 else {
      throw .file(path, "is in Fortran order; save numpy.ascontiguousarray(X) instead")
    }
    self.element = element
    self.shape = shape
    length = start + count
  }
}
