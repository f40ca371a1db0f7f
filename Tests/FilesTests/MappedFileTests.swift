import Files
import Foundation
import TestSupport
import Testing

@Suite("Mapped files and digests")
struct MappedFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("The bytes of a file, an empty one too", arguments: [0, 1, 4095, 4096, 4097, 100_003])
  func bytes(_ count: Int) throws {
    let contents = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let file = try MappedFile(path: folder.write(contents, to: "data.bin"))
    #expect(file.count == count)
    #expect(Array(file.bytes) == contents)
  }

  @Test("The mapping outlives a replacement of the file")
  func replaced() throws {
    let path = try folder.write("before".utf8, to: "data.bin")
    let file = try MappedFile(path: path)
    try writeFileAtomically(Data("after!".utf8), to: path)
    #expect(Array(file.bytes) == Array("before".utf8))
    let replacement = try MappedFile(path: path)
    #expect(Array(replacement.bytes) == Array("after!".utf8))
  }

  @Test("A missing file and a folder are errors that name the path")
  func unreadable() throws {
    let missing = folder.file("missing.bin")
    #expect(throws: FileError(path: missing, operation: "open", reason: "No such file or directory")) {
      try MappedFile(path: missing)
    }
    #expect(throws: FileError(path: folder.path, operation: "map", reason: "not a regular file")) {
      try MappedFile(path: folder.path)
    }
    #expect(throws: FileError.self) { try sha256(ofFile: missing) }
  }

  /// FIPS 180-4 examples, and `printf '' | sha256sum`, `python3 -c 'print("a"*1000000, end="")' | sha256sum`,
  /// `python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)))' | sha256sum`.
  static let digests: [([UInt8], String)] = [
    ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      [UInt8](repeating: 0x61, count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
    (Array(0...255), "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880"),
  ]

  @Test("SHA-256 of bytes and of a file", arguments: digests)
  func digest(_ bytes: [UInt8], _ expected: String) throws {
    #expect(sha256(of: bytes) == expected)
    #expect(try sha256(ofFile: folder.write(bytes, to: "data.bin")) == expected)
  }
}
