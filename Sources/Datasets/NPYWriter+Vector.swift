internal import Files
internal import Foundation

/// Writes numbers as a one-dimensional float64 `.npy` array, whole or not at all; a file that is there is replaced.
public func writeNPY(_ values: [Double], to path: String) throws {
  let temporary = path + ".\(UUID().uuidString.prefix(8)).tmp"
  do {
    let writer = try NPYWriter(path: temporary, element: .float64)
    try values.withUnsafeBufferPointer { try writer.append($0) }
    _ = try writer.finish()
    guard rename(temporary, path) == 0 else {
      throw FileError(path: path, operation: "replace", reason: String(cString: strerror(errno)))
    }
  } catch {
    try? FileManager.default.removeItem(atPath: temporary)
    throw error
  }
}
