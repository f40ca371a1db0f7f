internal import Glibc

/// The bytes of a file in order, decompressed by `gzip` when the name ends in `.gz`; `-` is standard input.
///
/// Decompression runs in a process of its own, so that it uses another core, and fails loudly: a truncated or damaged
/// archive is an error at the end, not a short read.
final class ByteSource {
  let path: String
  private let descriptor: Int32
  /// The process id of gzip, until it has been waited for.
  private var decompressor: pid_t?
  private var isDamaged = false

  init(path: String) throws(FileError) {
    self.path = path
    guard path != "-" else {
      descriptor = STDIN_FILENO
      return
    }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .last("open", path) }
    guard path.hasSuffix(".gz") else {
      descriptor = file
      return
    }
    defer { close(file) }
    (decompressor, descriptor) = try Self.startGzip(reading: file, path: path)
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
    if let decompressor {
      kill(decompressor, SIGTERM)
      waitpid(decompressor, nil, 0)
    }
  }

  /// Starts `gzip -dc` on an open file and returns its process id and the end of the pipe that it writes to.
  ///
  /// Every descriptor is closed on exec from its birth: an end of the pipe that another child inherited would keep the
  /// reader waiting for an end that never comes.
  private static func startGzip(reading file: Int32, path: String) throws(FileError) -> (pid_t, Int32) {
    // As pipe2(…, O_CLOEXEC), which Glibc's module does not show.
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .last("decompress", path) }
    let (output, input) = (ends[0], ends[1])
    defer { close(input) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, input, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("gzip"), strdup("-dc"), nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, "gzip", &actions, nil, arguments, [nil])
    guard code == 0 else {
      close(output)
      throw FileError(path: path, operation: "decompress", reason: "gzip: " + String(cString: strerror(code)))
    }
    return (process, output)
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

  /// Takes gzip's word at the end of its output, and keeps to it.
  private func finish() throws(FileError) {
    if let process = decompressor {
      decompressor = nil
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0 {
        guard errno == EINTR else { throw .last("decompress", path) }
      }
      isDamaged = status != 0
    }
    guard !isDamaged else {
      throw FileError(path: path, operation: "decompress", reason: "gzip found it damaged or cut short")
    }
  }
}
