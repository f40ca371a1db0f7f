import Foundation
import Testing

/// A temporary folder that goes with its last owner.
final class Folder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("datasets-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  subscript(name: String) -> String { path + "/" + name }

  /// What lies in it, hidden files too.
  var contents: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// The bytes of every file of both folders are the same.
func expectSameFiles(_ a: String, _ b: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let manager = FileManager.default
  let names = try manager.subpathsOfDirectory(atPath: a).sorted()
  #expect(try names == manager.subpathsOfDirectory(atPath: b).sorted(), sourceLocation: sourceLocation)
  for name in names {
    #expect(
      manager.contents(atPath: "\(a)/\(name)") == manager.contents(atPath: "\(b)/\(name)"), "\(name)",
      sourceLocation: sourceLocation)
  }
}
