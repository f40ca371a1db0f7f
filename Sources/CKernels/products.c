#include <string.h>

#include "CKernels.h"

#pragma clang fp contract(fast)

#include "columns.h"

// Rows are worked on in tiles that stay in the cache between a score and what is made of it.
#define TILE_ROWS 128
#define TILE_VALUES 4096

PP_INLINE size_t tile_rows(size_t columns) {
  size_t tile = TILE_VALUES / columns / LANES * LANES;
  return tile < LANES ? LANES : tile > TILE_ROWS ? TILE_ROWS : tile;
}

PP_CLONES void pp_scores(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean,
                         const double *u, double intercept, double *workspace, double *scores) {
  packed p = pack(columns, mean, u, workspace);
  double tile[TILE_ROWS];
  float narrow[TILE_ROWS * LANES];
  int is_narrow = columns < LANES;
  if (is_narrow) memset(narrow, 0, sizeof narrow);
  size_t height = tile_rows(p.columns);
  for (size_t first = 0; first < rows; first += height) {
    size_t count = rows - first < height ? rows - first : height;
    const float *from = x + (ptrdiff_t)first * stride;
    if (is_narrow) widen(from, stride, count, columns, narrow);
    score(is_narrow ? narrow : from, is_narrow ? LANES : stride, count, &p, tile);
    for (size_t i = 0; i < count; i++) scores[first + i] = tile[i] + intercept;
  }
}

PP_CLONES double pp_hessian_product(const float *x, ptrdiff_t stride, size_t rows, size_t columns, const double *mean,
                                    const double *u, double intercept, const double *curvatures, double *workspace,
                                    double *product) {
  packed p = pack(columns, mean, u, workspace);
  double tile[TILE_ROWS];
  float narrow[TILE_ROWS * LANES];
  int is_narrow = columns < LANES;
  if (is_narrow) memset(narrow, 0, sizeof narrow);
  size_t height = tile_rows(p.columns);
  double sum = 0;
  for (size_t first = 0; first < rows; first += height) {
    size_t count = rows - first < height ? rows - first : height;
    const float *from = x + (ptrdiff_t)first * stride;
    if (is_narrow) {
      widen(from, stride, count, columns, narrow);
      from = narrow;
    }
    score(from, is_narrow ? LANES : stride, count, &p, tile);
    for (size_t i = 0; i < count; i++) {
      tile[i] = (tile[i] + intercept) * curvatures[first + i];
      sum += tile[i];
    }
    accumulate(from, is_narrow ? LANES : stride, count, &p, tile, p.sums);
  }
  unpack(&p, p.sums, columns, product);
  return sum;
}
