import Foundation
import Testing

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
