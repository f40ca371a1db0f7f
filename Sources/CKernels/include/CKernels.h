#pragma once

#include <stddef.h>
#include <stdint.h>

// Passes over row-major float32 rows, at memory speed and in float64: compiled for AVX-512, AVX2 and plain x86-64
// (chosen when the program is loaded), or for whatever other processor the compiler is for. Plain C types only, no
// allocation, no state: safe to call from many threads at once.
//
// Throughout, x is rows×columns with its rows `stride` elements apart, mean and scale have `columns` elements, and
// sums are added to what is there. NaN and infinity in x reach the sums.

// Rows to be scored by sum_j (x_j - mean_j) u_j + intercept, where u is weight / scale. A row counts
// (label ? positive : negative) * (weights ? weights[row] : 1) times.
typedef struct {
  const float *x;
  ptrdiff_t stride;
  size_t rows;
  size_t columns;
  const double *mean;
  const double *u;
  double intercept;
  const uint8_t *labels;
  const float *weights;  // or NULL
  double negative;
  double positive;
  double *workspace;  // pp_workspace(columns) elements, anything in them
} pp_rows;

// How many elements of working memory a pass needs.
size_t pp_workspace(size_t columns);

// Sums over rows, r being the weighted residuals and h the weighted curvatures.
typedef struct {
  double residual;   // sum_i r_i
  double *gradient;  // sum_i r_i (x_ij - mean_j), for each column
  double curvature;  // sum_i h_i
  double *cross;     // sum_i h_i (x_ij - mean_j), for each column
} pp_sums;

// The sum of weighted logistic losses; adds to residual and gradient of `sums`. Where `curvatures` is not NULL, writes
// the rows' h there and adds to curvature and cross, too.
double pp_loss_gradient(const pp_rows *rows, pp_sums *sums, double *curvatures);

// Adds sum_i factors[i] (x_ij - mean_j) to sums[j] and, where squares is not NULL, sum_i factors[i] (x_ij - mean_j)^2
// to squares[j]. The workspace is as a gradient pass's.
void pp_moments(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean,
                const double *factors, double *workspace, double *sums, double *squares);

// out[i * columns + j] = (x_ij - mean_j) * inverse_scale_j * sqrt(factors[i]), rounded to float32 at the end or not.
void pp_rooted_rows_single(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean,
                           const double *inverse_scale, const double *factors, float *out);
void pp_rooted_rows(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean,
                    const double *inverse_scale, const double *factors, double *out);

// scores[i] = sum_j (x_ij - mean_j) u_j + intercept. The workspace is as a gradient pass's.
void pp_scores(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean, const double *u,
               double intercept, double *workspace, double *scores);

// With s_i the score above and h the curvatures: adds sum_i h_i s_i (x_ij - mean_j) to product[j], and returns
// sum_i h_i s_i. x is read from memory once.
double pp_hessian_product(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean,
                          const double *u, double intercept, const double *curvatures, double *workspace,
                          double *product);
