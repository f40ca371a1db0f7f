import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Folders and files that appear whole or not at all")
struct AtomicWriteTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  struct Stop: Error {}
  struct WasAway: Error {}
  struct HalfAFile: Error {}

  /// A folder of two files that belong together.
  private static func fill(_ folder: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/marker.json"))
    try makeDirectory(at: folder + "/part")
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/part/data"))
  }

  private func expect(_ name: String, holds text: String) {
    #expect(folder.contents("\(name)/marker.json") == text)
    #expect(folder.contents("\(name)/part/data") == text)
  }

  @Test("A new folder appears with its parents, and the body's result comes back")
  func newFolder() throws {
    let result = try writeDirectoryAtomically(at: folder.file("a/b/out")) { temporary in
      #expect(!FileManager.default.fileExists(atPath: folder.file("a/b/out")), "nothing there before the end")
      try Self.fill(temporary, "1")
      return 42
    }
    #expect(result == 42)
    expect("a/b/out", holds: "1")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")) == ["out"])
  }

  @Test("A body that throws leaves nothing, no temporary folder either", arguments: [nil, "marker.json"])
  func bodyThrows(_ marker: String?) throws {
    #expect(throws: Stop.self) {
      try writeDirectoryAtomically(at: folder.file("out"), replacingFolderWith: marker) { temporary in
        try Self.fill(temporary, "1")
        throw Stop()
      }
    }
    #expect(try folder.entries() == [])
  }

  @Test("A body that throws leaves the folder that was to be replaced as it was")
  func bodyThrowsOnReplacement() throws {
    try writeDirectoryAtomically(at: folder.file("out")) { try Self.fill($0, "old") }
    #expect(throws: Stop.self) {
      try writeDirectoryAtomically(at: folder.file("out"), replacingFolderWith: "marker.json") { _ in throw Stop() }
    }
    expect("out", holds: "old")
    #expect(try folder.entries() == ["out"])
  }

  @Test("A folder that holds something else is refused before the body runs", arguments: [nil, "other.json"])
  func foreignFolder(_ marker: String?) throws {
    try makeDirectory(at: folder.file("out"))
    try folder.write("mine".utf8, to: "out/thesis.tex")
    let error = try #require(throws: FileError.self) {
      try writeDirectoryAtomically(at: folder.file("out"), replacingFolderWith: marker) { _ in
        Issue.record("the body ran")
      }
    }
    #expect(error.path == folder.file("out") && error.operation == "publish")
    #expect(folder.contents("out/thesis.tex") == "mine")
    #expect(try folder.entries() == ["out"])
  }

  @Test("A file where the folder should go is refused before the body runs", arguments: [nil, "marker.json"])
  func fileInTheWay(_ marker: String?) throws {
    try folder.write("mine".utf8, to: "out")
    #expect(throws: FileError.self) {
      try writeDirectoryAtomically(at: folder.file("out"), replacingFolderWith: marker) { _ in
        Issue.record("the body ran")
      }
    }
    #expect(folder.contents("out") == "mine")
    #expect(try folder.entries() == ["out"])
  }

  @Test("An empty folder is filled, one with the marker is replaced whole")
  func replacement() throws {
    try makeDirectory(at: folder.file("out"))
    try writeDirectoryAtomically(at: folder.file("out")) { try Self.fill($0, "1") }
    expect("out", holds: "1")
    try folder.write("stale".utf8, to: "out/stale")
    try writeDirectoryAtomically(at: folder.file("out"), replacingFolderWith: "marker.json") { try Self.fill($0, "2") }
    expect("out", holds: "2")
    #expect(folder.contents("out/stale") == nil)
    #expect(try folder.entries() == ["out"])
  }

  @Test("Of writers at once to a new folder, one wins and the others are told")
  func concurrentWriters() throws {
    let winners = Mutex<[Int]>([])
    try inThreads(8) { [folder] writer in
      do {
        try writeDirectoryAtomically(at: folder.file("out")) { try Self.fill($0, "\(writer)") }
        winners.withLock { $0.append(writer) }
      } catch let error as FileError where error.operation == "publish" {}
    }
    let winner = try #require(winners.withLock { $0.count == 1 ? $0[0] : nil })
    expect("out", holds: "\(winner)")
    #expect(try folder.entries() == ["out"])
  }

  @Test("Replacements at once all succeed, and a reader never finds the folder away")
  func concurrentReplacements() throws {
    try writeDirectoryAtomically(at: folder.file("out")) { try Self.fill($0, "0") }
    let writing = Mutex(4)
    try inThreads(5) { [folder] worker in
      guard worker > 0 else {
        while writing.withLock({ $0 > 0 }) {
          guard FileManager.default.fileExists(atPath: folder.file("out/marker.json")) else { throw WasAway() }
        }
        return
      }
      defer { writing.withLock { $0 -= 1 } }
      for _ in 0..<20 {
        try writeDirectoryAtomically(at: folder.file("out"), replacingFolderWith: "marker.json") {
          try Self.fill($0, "\(worker)")
        }
      }
    }
    let last = try #require(folder.contents("out/marker.json"))
    expect("out", holds: last)
    #expect(try folder.entries() == ["out"])
  }

  @Test("A file is written and replaced in one step, its parents made")
  func files() throws {
    let path = folder.file("a/b/aliases.json")
    for text in ["one", "", "three"] {
      try writeFileAtomically(Data(text.utf8), to: path)
      #expect(folder.contents("a/b/aliases.json") == text)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")) == ["aliases.json"])
    }
  }

  @Test("A file that cannot be published leaves no temporary")
  func unpublishedFile() throws {
    try makeDirectory(at: folder.file("aliases.json/inner"))
    #expect(throws: FileError(path: folder.file("aliases.json"), operation: "publish", reason: "Is a directory")) {
      try writeFileAtomically(Data("text".utf8), to: folder.file("aliases.json"))
    }
    #expect(try folder.entries() == ["aliases.json"])
    #expect(throws: FileError.self) { try makeDirectory(at: folder.write("".utf8, to: "file") + "/below") }
  }

  @Test("Readers of a file under replacement find one whole version")
  func concurrentFiles() throws {
    let path = folder.file("state.json")
    try writeFileAtomically(Data("0".utf8), to: path)
    let writing = Mutex(3)
    try inThreads(4) { [folder] worker in
      guard worker > 0 else {
        while writing.withLock({ $0 > 0 }) {
          guard let text = folder.contents("state.json") else { throw WasAway() }
          guard Set(text).count == 1 else { throw HalfAFile() }
        }
        return
      }
      defer { writing.withLock { $0 -= 1 } }
      for _ in 0..<30 {
        try writeFileAtomically(Data(String(repeating: "\(worker)", count: worker * 5000).utf8), to: path)
      }
    }
    #expect(try folder.entries() == ["state.json"])
  }
}
