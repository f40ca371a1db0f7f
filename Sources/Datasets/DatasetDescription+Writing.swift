internal import Files
internal import Foundation

extension DatasetDescription {
  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(self) + Data("\n".utf8)
    guard FileManager.default.createFile(atPath: folder + "/dataset.json", contents: data) else {
      throw FileError(path: folder + "/dataset.json", operation: "write", reason: "the folder cannot be written")
    }
  }
}
