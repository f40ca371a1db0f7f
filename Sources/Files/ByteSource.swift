internal import Foundation
internal import Glibc

/// The bytes of a file in order, decompressed by `gzip` when the name ends in `.gz`; `-` is standard input.
///
/// Decompression runs in a process of its own, so that it uses another core, and fails loudly: a truncated or damaged
/// archive is an error at the end, not a short read.
final class ByteSource {
  let path: String
  private let descriptor: Int32
  private let decompressor: Process?

  init(path: String) throws {
    self.path = path
    guard path != "-" else {
      (descriptor, decompressor) = (STDIN_FILENO, nil)
      return
    }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError.last("open", path) }
    guard path.hasSuffix(".gz") else {
      (descriptor, decompressor) = (file, nil)
      return
    }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc"]
    process.standardInput = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    descriptor = dup(output.fileHandleForReading.fileDescriptor)
    decompressor = process
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
    if let decompressor, decompressor.isRunning { decompressor.terminate() }
  }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 { return count }
      if count == 0 {
        try finish()
        return 0
      }
      guard errno == EINTR else { throw FileError.last("read", path) }
    }
  }

  private func finish() throws {
    guard let decompressor else { return }
    decompressor.waitUntilExit()
    guard decompressor.terminationStatus == 0 else {
      throw FileError(path: path, operation: "decompress", reason: "gzip found it damaged or cut short")
    }
  }
}
