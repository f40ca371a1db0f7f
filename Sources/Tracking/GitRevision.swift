internal import Foundation
internal import Synchronization

/// The commit that a command ran on.
public struct GitRevision: Codable, Equatable, Sendable {
  /// The commit's full name.
  public var revision: String
  /// Whether files that git knows differ from that commit.
  public var dirty: Bool

  public init(revision: String, dirty: Bool) {
    self.revision = revision
    self.dirty = dirty
  }

  /// Reads `git status --porcelain=v2 --branch`; nil where there is no commit yet.
  init?(status: String) {
    let lines = status.split(separator: "\n")
    let prefix = "# branch.oid "
    guard let line = lines.first(where: { $0.hasPrefix(prefix) }) else { return nil }
    revision = String(line.dropFirst(prefix.count))
    guard revision.allSatisfy(\.isHexDigit) else { return nil }
    dirty = lines.contains { !$0.hasPrefix("#") }
  }
}

/// Asks git for the revision of the working folder while the command works.
final class GitQuery {
  private let process = Process()
  private let output = Pipe()

  /// nil outside a repository, so that no process is started for nothing, and where there is no git.
  init?() {
    guard Self.isInsideRepository else { return nil }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = output
    do { try process.run() } catch { return nil }
    // Read as it comes: a long status would else fill the pipe and never end.
    let (received, done) = (received, done)
    let handle = output.fileHandleForReading
    Thread.detachNewThread {
      let data = handle.readDataToEndOfFile()
      received.text.withLock { $0 = String(decoding: data, as: UTF8.self) }
      done.signal()
    }
  }

  private final class Received: Sendable {
    let text = Mutex<String?>(nil)
  }

  private let received = Received()
  private let done = DispatchSemaphore(value: 0)

  /// What git said; nil where it has nothing to say or takes more than a second longer than the work.
  func answer() -> GitRevision? {
    guard done.wait(timeout: .now() + 1) == .success else {
      process.terminate()
      return nil
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return received.text.withLock { $0 }.flatMap(GitRevision.init(status:))
  }

  private static var isInsideRepository: Bool {
    var folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    while true {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent(".git").path) { return true }
      guard folder.path != "/" else { return false }
      folder.deleteLastPathComponent()
    }
  }
}
