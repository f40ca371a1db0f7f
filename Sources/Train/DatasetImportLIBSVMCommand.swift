internal import ArgumentParser
internal import Datasets
internal import Features

struct DatasetImportLIBSVMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-libsvm",
    abstract: "Makes a sparse dataset of text in LIBSVM's format.",
    discussion: """
      A row is a line: a label (0 or 1, or −1 and +1), perhaps qid:N (the request; rows of a request together), and
      index:value pairs with ascending indices. What follows a # is a comment. With --hash-bits, features have names in
      place of indices, name:value or name alone for the value 1, and a name's column is its hash.

      The text is read once, line by line, in bounded memory. Rows are taken to be in time order.

        train dataset import-libsvm --data train.svm.gz --out datasets/words
        train dataset import-libsvm --data clicks.txt --hash-bits 20 --split request --out datasets/clicks
      """)

  @Option(help: "The text; .gz is decompressed, - is standard input.")
  var data: String

  @Option(help: "Features have names: hash them to 2 to this many columns (1 to \(SparseColumns.largestHashBits)).")
  var hashBits: Int?

  @Option(help: "The index of the first column, 0 or 1. 1 without.")
  var indexBase: Int?

  @Option(help: "How many columns there are; without it, as many as the largest index asks for.")
  var columns: Int?

  @Option(help: "A .npy array with the weight of each row, 0 or more.")
  var weight: String?

  @Option(help: "How to divide: time (rows in order), request, or none (everything is train).")
  var split = SplitRuleName.time

  @Option(help: "Fixes the draws of a split by request.")
  var seed: UInt64 = 0

  @Option(help: "The dataset's folder; an earlier dataset there is replaced.")
  var out: String

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard split != .user else {
      throw ValidationError("--split user: the lines carry no users; expected time, request or none")
    }
    if let hashBits {
      guard (1...SparseColumns.largestHashBits).contains(hashBits) else {
        throw ValidationError("--hash-bits \(hashBits): expected 1 to \(SparseColumns.largestHashBits)")
      }
      guard indexBase == nil, columns == nil else {
        throw ValidationError("--hash-bits says how many columns there are; leave --index-base and --columns out")
      }
    }
    guard [nil, 0, 1].contains(indexBase) else { throw ValidationError("--index-base: expected 0 or 1") }
    guard columns.map({ (1..<Int(Int32.max)).contains($0) }) ?? true else {
      throw ValidationError("--columns: expected 1 to \(Int32.max - 1)")
    }
  }

  func run() throws {
    var text = LIBSVMImport(
      data: data, rule: hashBits.map { .hashed(bits: $0) } ?? .indexed(base: indexBase ?? 1))
    text.columnCount = columns
    text.weights = weight
    text.split = split
    text.seed = seed
    let progress = output.progress("import", unit: "rows")
    let description = try text.write(to: out) { progress.update($0) }
    progress.finish("\(grouped(description.parts.values.reduce(0) { $0 + $1.rows })) rows")
    let summary = DatasetSummary(description: description)
    output.print(text: "\(out): \(description.sparse?.summary ?? "")\n\n\(summary.table)") { writer in
      writer.field("dataset", out)
      summary.write(to: &writer)
      writer.field("columns", description.sparse?.count ?? 0)
    }
  }
}
