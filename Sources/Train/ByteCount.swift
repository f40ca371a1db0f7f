internal import ArgumentParser

/// A size on the command line: 256MB, 1GB; units of 1,024.
struct ByteCount: ExpressibleByArgument, Equatable {
  let bytes: Int

  init?(argument: String) {
    let units = ["KB": 10, "MB": 20, "GB": 30]
    guard let shift = units[argument.suffix(2).uppercased()], let number = Double(argument.dropLast(2)) else {
      return nil
    }
    let bytes = number * Double(1 << shift)
    guard bytes >= 1, bytes < 0x1p60 else { return nil }
    self.bytes = Int(bytes)
  }
}
