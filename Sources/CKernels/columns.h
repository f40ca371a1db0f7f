#pragma once

#include "CKernels.h"
#include "vectors.h"

// Columns in whole vectors. Where `columns` isn't a multiple of LANES, the last vector overlaps the one before; in the
// lanes already covered, u is 0, and their sums are dropped.
typedef struct {
  size_t columns;
  size_t count;
  double *mean;
  double *u;
  double *sums;
  double *more_sums;
} packed;

PP_INLINE size_t offset(const packed *p, size_t vector) {
  return vector + 1 == p->count ? p->columns - LANES : vector * LANES;
}

// Lays columns out in working memory of 4 * (columns / LANES + 1) * LANES elements. u may be NULL.
PP_INLINE packed pack(size_t columns, const double *mean, const double *u, double *workspace) {
  size_t width = columns < LANES ? LANES : columns;
  packed p = {.columns = width, .count = (width + LANES - 1) / LANES};
  p.mean = workspace;
  p.u = p.mean + p.count * LANES;
  p.sums = p.u + p.count * LANES;
  p.more_sums = p.sums + p.count * LANES;
  for (size_t v = 0; v < p.count; v++) {
    for (size_t l = 0; l < LANES; l++) {
      size_t j = offset(&p, v) + l, to = v * LANES + l;
      p.mean[to] = j < columns ? mean[j] : 0;
      p.u[to] = u && j < columns && j >= v * LANES ? u[j] : 0;
      p.sums[to] = p.more_sums[to] = 0;
    }
  }
  return p;
}

// Adds packed sums to those of the columns.
PP_INLINE void unpack(const packed *p, const double *sums, size_t columns, double *to) {
  for (size_t v = 0; v < p->count; v++) {
    for (size_t l = 0; l < LANES; l++) {
      size_t j = offset(p, v) + l;
      if (j >= v * LANES && j < columns) to[j] += sums[v * LANES + l];
    }
  }
}

// Rows of fewer than LANES columns, filled up with 0: `to` has room for LANES a row, and zeros where no column goes.
PP_INLINE void widen(const float *x, ptrdiff_t stride, size_t rows, size_t columns, float *to) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) to[i * LANES + j] = x[(ptrdiff_t)i * stride + (ptrdiff_t)j];
}

// scores[i] = sum_j (x_ij - mean_j) u_j, four rows at a time: room for rows rounded up to four.
PP_INLINE void score(const float *x, ptrdiff_t stride, size_t rows, const packed *p, double *scores) {
  for (size_t i = 0; i < rows; i += 4) {
    // Rows past the end repeat the last one; what comes out of them is not used.
    const float *row[4];
    for (size_t k = 0; k < 4; k++) row[k] = x + (ptrdiff_t)(i + k < rows ? i + k : rows - 1) * stride;
    vec a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t v = 0; v < p->count; v++) {
      size_t j = offset(p, v);
      vec m = LOAD(p->mean + v * LANES), u = LOAD(p->u + v * LANES);
      a += (LOAD_FLOATS(row[0] + j) - m) * u;
      b += (LOAD_FLOATS(row[1] + j) - m) * u;
      c += (LOAD_FLOATS(row[2] + j) - m) * u;
      d += (LOAD_FLOATS(row[3] + j) - m) * u;
    }
    // Sums across lanes, of four vectors at once.
    vec ab = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) +
             __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
    vec cd = __builtin_shufflevector(c, d, 0, 8, 2, 10, 4, 12, 6, 14) +
             __builtin_shufflevector(c, d, 1, 9, 3, 11, 5, 13, 7, 15);
    vec s = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
            __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
    for (size_t k = 0; k < 4; k++) scores[i + k] = s[k] + s[k + 4];
  }
}

// How far ahead rows are fetched, in values. The processor itself follows one stream well, but not the four or eight
// rows that are read side by side, once these are longer than two cache lines: twice the speed at 256 columns.
#define AHEAD 8192

// sums_j += sum_i r_i (x_ij - mean_j), eight rows at a time.
PP_INLINE void accumulate(const float *x, ptrdiff_t stride, size_t rows, const packed *p, const double *r,
                          double *sums) {
  size_t i = 0;
  int fetches = p->count >= 32 / LANES;
  for (; i + 8 <= rows; i += 8) {
    for (size_t v = 0; v < p->count; v++) {
      const float *from = x + (ptrdiff_t)i * stride + (ptrdiff_t)offset(p, v);
      if (fetches && v % 2 == 0) {
        // An address past the data is never read, but must not be a pointer either.
        uintptr_t next = (uintptr_t)from + AHEAD * sizeof(float);
        for (ptrdiff_t k = 0; k < 8; k++)
          __builtin_prefetch((const void *)(next + (uintptr_t)(k * stride) * sizeof(float)), 0, 2);
      }
      vec m = LOAD(p->mean + v * LANES);
      vec even = LOAD(sums + v * LANES), odd = {0};
      for (size_t k = 0; k < 8; k += 2) {
        even += (LOAD_FLOATS(from) - m) * r[i + k];
        odd += (LOAD_FLOATS(from + stride) - m) * r[i + k + 1];
        from += 2 * stride;
      }
      STORE(sums + v * LANES, even + odd);
    }
  }
  for (; i < rows; i++) {
    const float *row = x + (ptrdiff_t)i * stride;
    for (size_t v = 0; v < p->count; v++) {
      vec sum = LOAD(sums + v * LANES);
      sum += (LOAD_FLOATS(row + offset(p, v)) - LOAD(p->mean + v * LANES)) * r[i];
      STORE(sums + v * LANES, sum);
    }
  }
}
