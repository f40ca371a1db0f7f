public import Foundation
internal import Glibc

/// Makes what `body` writes into a fresh temporary folder appear at `path` whole, or not at all.
///
/// The folder is created beside its destination, every file in it and the folder itself are synced, and one rename
/// publishes it. When `body` throws, the temporary folder is removed and the destination is untouched.
///
/// - Parameter marker: a file by which an existing folder at `path` is known to be of the kind that may be replaced: it
///   is moved aside first and removed last. nil replaces only an empty folder.
/// - Throws: what `body` throws, or ``FileError``; before `body` runs when there is a folder that must stay.
public func writeDirectoryAtomically<Result>(
  at path: String, replacingFolderWith marker: String? = nil, _ body: (_ temporary: String) throws -> Result
) throws -> Result {
  let manager = FileManager.default
  let replaces = marker.map { manager.fileExists(atPath: "\(path)/\($0)") } ?? false
  if !replaces, let entries = try? manager.contentsOfDirectory(atPath: path), !entries.isEmpty {
    throw FileError(
      path: path, operation: "publish",
      reason: "the folder holds something else\(marker.map { " (no \($0))" } ?? ""); name another or empty it")
  }
  let parent = parentDirectory(of: path)
  try makeDirectory(at: parent)
  let temporary = try makeTemporarySibling(of: path)
  do {
    let result = try body(temporary)
    for name in try manager.subpathsOfDirectory(atPath: temporary) { try sync(temporary + "/" + name) }
    try sync(temporary)
    if replaces {
      let old = try makeTemporarySibling(of: path)
      guard rename(path, old) == 0 else { throw FileError.last("replace", path) }
      guard rename(temporary, path) == 0 else {
        let error = FileError.last("publish", path)
        rename(old, path)
        throw error
      }
      try manager.removeItem(atPath: old)
    } else {
      guard rename(temporary, path) == 0 else { throw FileError.last("publish", path) }
    }
    try sync(parent)
    return result
  } catch {
    try? manager.removeItem(atPath: temporary)
    throw error
  }
}

/// Replaces the file at `path` by `contents` in one step: temporary file, sync, rename, sync of the folder.
public func writeFileAtomically(_ contents: some DataProtocol, to path: String) throws {
  let parent = parentDirectory(of: path)
  try makeDirectory(at: parent)
  let temporary = parent + "/.\(path.split(separator: "/").last ?? "file").\(UUID().uuidString)"
  do {
    try Data(contents).write(to: URL(fileURLWithPath: temporary))
    try sync(temporary)
    guard rename(temporary, path) == 0 else { throw FileError.last("publish", path) }
    try sync(parent)
  } catch {
    unlink(temporary)
    throw error
  }
}

/// Creates the folder and those above it; an existing one is fine.
public func makeDirectory(at path: String) throws(FileError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw FileError(path: path, operation: "create folder", reason: error.localizedDescription)
  }
}

private func makeTemporarySibling(of path: String) throws(FileError) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? "output"
  let temporary = parentDirectory(of: path) + "/.\(name).\(UUID().uuidString.prefix(8)).tmp"
  guard mkdir(temporary, 0o755) == 0 else { throw .last("create folder", temporary) }
  return temporary
}

private func parentDirectory(of path: String) -> String {
  let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
  return parent.isEmpty ? "." : parent
}

private func sync(_ path: String) throws(FileError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .last("open", path) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .last("sync", path) }
}
