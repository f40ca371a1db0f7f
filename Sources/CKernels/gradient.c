#include <math.h>
#include <string.h>

#include "CKernels.h"

// Products and sums may fuse. Nothing else is relaxed: the rounding trick in the exponential needs the rest of IEEE.
#pragma clang fp contract(fast)

#include "columns.h"
#include "logistic.h"

// Rows are worked on in tiles: scored, turned into residuals, and added up while they are in the first-level cache.
#define TILE_ROWS 128
#define TILE_VALUES 4096

// Sums of losses. Without sample weights, the logarithms log(1 + e) of a label's rows are taken at once, of their
// product: a factor is at most 2, so hundreds fit into float64.
typedef struct {
  vec logarithms;
  vec linear;
  vec products[2];  // by label
} losses;

// Turns eight scores into weighted residuals, in place. `count` of them are rows, from `row` on.
PP_INLINE void residuals(const pp_rows *rows, size_t row, size_t count, double *scores, losses *sums,
                         double *curvatures) {
  vec zero = {0}, one = zero + 1;
  loose_bytes labels = {0};
  vec weight = one, used = one;
  if (count == LANES) {
    labels = *(const loose_bytes *)(rows->labels + row);
    if (rows->weights) weight = LOAD_FLOATS(rows->weights + row);
  } else {
    for (size_t i = 0; i < LANES; i++) {
      labels[i] = i < count ? rows->labels[row + i] : 0;
      used[i] = i < count;
      weight[i] = rows->weights && i < count ? (double)rows->weights[row + i] : 1;
    }
  }
  bits positive = (bits)(__builtin_convertvector(labels, vec) > 0.5);
  weight = weight * used * SELECT(positive, zero + rows->positive, zero + rows->negative);
  vec z = LOAD(scores) + rows->intercept;
  vec margin = SELECT(positive, z, -z);
  bits wrong = (bits)(margin < zero);
  vec magnitude = SELECT(wrong, -margin, margin);
  vec e;
  exponential(&magnitude, &e);
  vec inverse = one / (one + e);
  vec tail = weight * SELECT(wrong, inverse, e * inverse);
  STORE(scores, SELECT(positive, -tail, tail));
  sums->linear += weight * SELECT(wrong, magnitude, zero);
  if (rows->weights) {
    vec log1p;
    logarithm(&e, &log1p);
    sums->logarithms += weight * log1p;
  } else {
    vec factor = one + e * used;
    sums->products[1] *= SELECT(positive, factor, one);
    sums->products[0] *= SELECT(positive, one, factor);
  }
  if (curvatures) {
    vec h = weight * (e * inverse * inverse);
    if (count == LANES) {
      STORE(curvatures + row, h);
    } else {
      for (size_t i = 0; i < count; i++) curvatures[row + i] = h[i];
    }
  }
}

// The logarithms of the products, which start anew.
PP_INLINE double fold(const pp_rows *rows, losses *sums) {
  double sum = 0;
  for (size_t l = 0; l < LANES; l++)
    sum += rows->negative * log(sums->products[0][l]) + rows->positive * log(sums->products[1][l]);
  sums->products[0] = sums->products[1] = (vec){0} + 1;
  return sum;
}

size_t pp_workspace(size_t columns) { return 4 * (columns / LANES + 1) * LANES; }

PP_CLONES double pp_loss_gradient(const pp_rows *rows, pp_sums *result, double *curvatures) {
  packed p = pack(rows->columns, rows->mean, rows->u, rows->workspace);
  size_t tile = TILE_VALUES / p.columns / LANES * LANES;
  tile = tile < 2 * LANES ? 2 * LANES : tile > TILE_ROWS ? TILE_ROWS : tile;
  double scores[TILE_ROWS];
  float narrow[TILE_ROWS * LANES];
  int is_narrow = rows->columns < LANES;
  if (is_narrow) memset(narrow, 0, sizeof narrow);

  vec zero = {0}, one = zero + 1, total = zero;
  losses sums = {zero, zero, {one, one}};
  double loss = 0;
  size_t unfolded = 0;
  for (size_t first = 0; first < rows->rows; first += tile) {
    size_t count = rows->rows - first < tile ? rows->rows - first : tile;
    const float *x = rows->x + (ptrdiff_t)first * rows->stride;
    ptrdiff_t stride = rows->stride;
    if (is_narrow) {
      widen(x, stride, count, rows->columns, narrow);
      x = narrow;
      stride = LANES;
    }
    score(x, stride, count, &p, scores);
    // Two calls, so that all but the last eight rows know at compile time that they are eight.
    size_t whole = count / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES) {
      residuals(rows, first + i, LANES, scores + i, &sums, curvatures);
      total += LOAD(scores + i);
    }
    if (whole < count) {
      residuals(rows, first + whole, count - whole, scores + whole, &sums, curvatures);
      total += LOAD(scores + whole);
    }
    accumulate(x, stride, count, &p, scores, p.sums);
    if (curvatures) accumulate(x, stride, count, &p, curvatures + first, p.more_sums);
    unfolded += tile / LANES;
    if (unfolded > 512) {
      loss += fold(rows, &sums);
      unfolded = 0;
    }
  }
  loss += fold(rows, &sums);
  for (size_t l = 0; l < LANES; l++) {
    loss += sums.linear[l] + sums.logarithms[l];
    result->residual += total[l];
  }
  unpack(&p, p.sums, rows->columns, result->gradient);
  if (curvatures) {
    for (size_t i = 0; i < rows->rows; i++) result->curvature += curvatures[i];
    unpack(&p, p.more_sums, rows->columns, result->cross);
  }
  return loss;
}
