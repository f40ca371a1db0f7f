public import Foundation
internal import Glibc

/// Makes what `body` writes into a fresh temporary folder appear at `path` whole, or not at all.
///
/// The folder is created beside its destination, every file in it and the folder itself are synced, and one rename
/// publishes it. When `body` throws, the temporary folder is removed and the destination is untouched.
///
/// - Parameter marker: a file by which an existing folder at `path` is known to be of the kind that may be replaced: the
///   two change places in one step, and the old one is removed last. nil replaces only an empty folder.
/// - Throws: what `body` throws, or ``FileError``; before `body` runs when something is there that must stay.
public func writeDirectoryAtomically<Result>(
  at path: String, replacingFolderWith marker: String? = nil, _ body: (_ temporary: String) throws -> Result
) throws -> Result {
  let manager = FileManager.default
  let replaces = marker.map { manager.fileExists(atPath: "\(path)/\($0)") } ?? false
  if !replaces, manager.fileExists(atPath: path), (try? manager.contentsOfDirectory(atPath: path))?.isEmpty != true {
    throw FileError(
      path: path, operation: "publish",
      reason: "something else is there\(marker.map { " (no \($0))" } ?? ""); name an empty folder or one to be made")
  }
  let parent = parentDirectory(of: path)
  try makeDirectory(at: parent)
  let temporary = try makeTemporarySibling(of: path)
  do {
    let result = try body(temporary)
    for name in try manager.subpathsOfDirectory(atPath: temporary) { try sync(temporary + "/" + name) }
    try sync(temporary)
    if replaces {
      try exchange(temporary, path)
      try manager.removeItem(atPath: temporary)
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

/// Lets two folders change places: in one step where the file system can (NFS, for one, cannot), else in three.
private func exchange(_ new: String, _ path: String) throws(FileError) {
  typealias RenameAt2 = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
  let exchangeFlag: UInt32 = 2  // RENAME_EXCHANGE
  // The module map of Glibc leaves renameat2 out.
  if let symbol = dlsym(nil, "renameat2") {
    if unsafeBitCast(symbol, to: RenameAt2.self)(AT_FDCWD, new, AT_FDCWD, path, exchangeFlag) == 0 { return }
    guard errno == EINVAL || errno == ENOSYS else { throw .last("replace", path) }
  }
  let aside = new + ".old"
  guard rename(path, aside) == 0 else { throw .last("replace", path) }
  guard rename(new, path) == 0 else {
    let error = FileError.last("publish", path)
    rename(aside, path)
    throw error
  }
  guard rename(aside, new) == 0 else { throw .last("move aside", aside) }
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
