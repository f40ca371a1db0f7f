#include "CKernels.h"
#include "vectors.h"

#pragma clang fp contract(fast)

PP_CLONES void pp_weighted_sums(const float *restrict x, ptrdiff_t stride, size_t rows, size_t columns,
                                const double *restrict mean, const double *restrict factors,
                                double *restrict sums) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + (ptrdiff_t)i * stride;
    double factor = factors[i];
    for (size_t j = 0; j < columns; j++) sums[j] += factor * ((double)row[j] - mean[j]);
  }
}

PP_CLONES void pp_weighted_squares(const float *restrict x, ptrdiff_t stride, size_t rows, size_t columns,
                                   const double *restrict mean, const double *restrict factors,
                                   double *restrict sums) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + (ptrdiff_t)i * stride;
    double factor = factors[i];
    for (size_t j = 0; j < columns; j++) {
      double difference = (double)row[j] - mean[j];
      sums[j] += factor * difference * difference;
    }
  }
}

PP_CLONES void pp_rooted_rows_single(const float *restrict x, ptrdiff_t stride, size_t rows, size_t columns,
                                     const double *restrict mean, const double *restrict inverse_scale,
                                     const double *restrict factors, float *restrict out) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + (ptrdiff_t)i * stride;
    double root = __builtin_sqrt(factors[i]);
    for (size_t j = 0; j < columns; j++)
      out[i * columns + j] = (float)(((double)row[j] - mean[j]) * inverse_scale[j] * root);
  }
}

PP_CLONES void pp_rooted_rows(const float *restrict x, ptrdiff_t stride, size_t rows, size_t columns,
                              const double *restrict mean, const double *restrict inverse_scale,
                              const double *restrict factors, double *restrict out) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + (ptrdiff_t)i * stride;
    double root = __builtin_sqrt(factors[i]);
    for (size_t j = 0; j < columns; j++)
      out[i * columns + j] = ((double)row[j] - mean[j]) * inverse_scale[j] * root;
  }
}
