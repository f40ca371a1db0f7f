internal import CMPIShim
internal import FoundationEssentials

/// The ranks that an MPI launcher started (`mpirun`, `srun`, the Kubernetes MPI operator).
///
/// Sums are MPI_Allreduce, then a broadcast of rank 0's bytes. All calls are made on the thread that started it. A rank
/// that is killed, or calls `abort`, has the launcher end all others.
public struct MPICommunicator: Communicator {
  public let rank: Int
  public let size: Int

  /// Joins the other ranks; nil where no launcher started this process, and then MPI is not touched.
  ///
  /// - Throws: ``MPIError`` where a launcher started several ranks of a build without MPI.
  public static func join() throws(MPIError) -> MPICommunicator? {
    let environment = ProcessInfo.processInfo.environment
    let marks = ["OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK"]
    guard marks.contains(where: { environment[$0] != nil }) else { return nil }
    let sizes = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"].compactMap { environment[$0].flatMap { Int($0) } }
    guard pp_mpi_is_built() != 0 else {
      if let size = sizes.first, size > 1 { throw .notBuilt(ranks: size) }
      return nil
    }
    // Slurm marks a single task as it does many, though it may not be able to start MPI in it.
    if environment["OMPI_COMM_WORLD_SIZE"] == nil, sizes.first == 1 { return nil }
    var (rank, size) = (Int32(0), Int32(1))
    pp_mpi_start(&rank, &size)
    return MPICommunicator(rank: Int(rank), size: Int(size))
  }

  public func sum(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { pp_mpi_sum($0.baseAddress, $0.count) }
  }

  /// Leaves at the end of the work; every rank does.
  public func finish() { pp_mpi_finish() }

  /// Ends all ranks at once, wherever they are, with this exit code.
  public func abort(code: Int32) { pp_mpi_abort(code) }
}

/// What keeps a process from joining other ranks.
public enum MPIError: Error, Equatable, CustomStringConvertible {
  /// This build has no MPI, yet several ranks of it were started: each would fit alone.
  case notBuilt(ranks: Int)

  /// What was found, and what to do about it.
  public var description: String {
    switch self {
    case .notBuilt(let ranks):
      "started as one of \(ranks) ranks, but built without MPI; build with: swift build -c release --traits MPI"
    }
  }
}
