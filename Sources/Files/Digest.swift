internal import Crypto

/// SHA-256 of the bytes, as 64 lower-case hexadecimal digits.
public func sha256(of bytes: some Sequence<UInt8>) -> String {
  hexadecimal(SHA256.hash(data: Array(bytes)))
}

/// SHA-256 of the file's contents, as 64 lower-case hexadecimal digits.
public func sha256(ofFile path: String) throws -> String {
  let file = try RangeReader(path: path)
  var hash = SHA256()
  for start in stride(from: 0, to: file.count, by: 1 << 20) {
    hash.update(bufferPointer: try file.read(start..<min(start + (1 << 20), file.count)))
  }
  return hexadecimal(hash.finalize())
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
