#include <string.h>

#include "CKernels.h"

#pragma clang fp contract(fast)

#include "columns.h"

#define TILE_ROWS 64

// squares_j += sum_i factors[i] (x_ij - mean_j)^2, eight rows at a time.
PP_INLINE void accumulate_squares(const float *x, ptrdiff_t stride, size_t rows, const packed *p,
                                  const double *factors, double *squares) {
  for (size_t i = 0; i < rows; i += 8) {
    size_t count = rows - i < 8 ? rows - i : 8;
    for (size_t v = 0; v < p->count; v++) {
      const float *from = x + (ptrdiff_t)i * stride + (ptrdiff_t)offset(p, v);
      vec m = LOAD(p->mean + v * LANES), sum = LOAD(squares + v * LANES);
      for (size_t k = 0; k < count; k++) {
        vec difference = LOAD_FLOATS(from + (ptrdiff_t)k * stride) - m;
        sum += difference * difference * factors[i + k];
      }
      STORE(squares + v * LANES, sum);
    }
  }
}

PP_CLONES void pp_moments(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean,
                          const double *factors, double *workspace, double *sums, double *squares) {
  packed p = pack(columns, mean, NULL, workspace);
  float narrow[TILE_ROWS * LANES];
  int is_narrow = columns < LANES;
  if (is_narrow) memset(narrow, 0, sizeof narrow);
  for (size_t first = 0; first < rows; first += TILE_ROWS) {
    size_t count = rows - first < TILE_ROWS ? rows - first : TILE_ROWS;
    const float *tile = x + (ptrdiff_t)first * stride;
    if (is_narrow) {
      widen(tile, stride, count, columns, narrow);
      tile = narrow;
    }
    accumulate(tile, is_narrow ? LANES : stride, count, &p, factors + first, p.sums);
    if (squares) accumulate_squares(tile, is_narrow ? LANES : stride, count, &p, factors + first, p.more_sums);
  }
  unpack(&p, p.sums, columns, sums);
  if (squares) unpack(&p, p.more_sums, columns, squares);
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
