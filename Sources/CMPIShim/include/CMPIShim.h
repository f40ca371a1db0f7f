#pragma once

#include <stddef.h>

// The few calls of MPI that a fit needs, in plain C types: MPI's own are macros that Swift does not import. MPI's
// default error handler is kept, which ends all ranks with a message; so no call returns an error.

// Whether this build has MPI (the package trait MPI). Without it, the other calls do nothing.
int pp_mpi_is_built(void);

// Joins the ranks that the launcher started. Only the thread that calls this may make the other calls.
void pp_mpi_start(int *rank, int *size);

// Replaces each of `count` values by its sum over all ranks: the same bytes on every rank.
void pp_mpi_sum(double *values, size_t count);

// Leaves; every rank does.
void pp_mpi_finish(void);

// Ends all ranks.
void pp_mpi_abort(int code);
