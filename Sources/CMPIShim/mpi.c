#include "CMPIShim.h"

#ifdef WITH_MPI

#include <mpi.h>

int pp_mpi_is_built(void) { return 1; }

void pp_mpi_start(int *rank, int *size) {
  int provided;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, size);
}

void pp_mpi_sum(double *values, size_t count) {
  // Counts are int; 128 MiB at a time is far from its end.
  const size_t most = (size_t)1 << 24;
  for (size_t start = 0; start < count; start += most) {
    int n = (int)(count - start < most ? count - start : most);
    MPI_Allreduce(MPI_IN_PLACE, values + start, n, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    // MPI advises, but does not demand, that all ranks get the same bits. Solvers branch on them: one rank's are taken.
    MPI_Bcast(values + start, n, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  }
}

void pp_mpi_finish(void) { MPI_Finalize(); }

void pp_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

#else

int pp_mpi_is_built(void) { return 0; }

void pp_mpi_start(int *rank, int *size) {
  *rank = 0;
  *size = 1;
}

void pp_mpi_sum(double *values, size_t count) {
  (void)values;
  (void)count;
}

void pp_mpi_finish(void) {}

void pp_mpi_abort(int code) { (void)code; }

#endif
