#pragma once

#include "vectors.h"

// The elementary functions that the logistic loss is made of, to a few units in the last place.

// exp(-magnitude), magnitude >= 0; beyond 708, exp(-708).
// 2^k exp(r) with |r| <= log(2)/2, exp(r) by its series. Adding 1.5 * 2^52 rounds k and leaves it in the low bits.
PP_INLINE void exponential(const vec *magnitude, vec *result) {
  static const double terms[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
      1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1,           1};
  vec largest = (vec){0} + 708.0;
  vec x = SELECT(*magnitude > largest, largest, *magnitude);
  vec shifted = 0x1.8p52 - x * 0x1.71547652b82fep0;
  vec k = shifted - 0x1.8p52;
  vec r = (-x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
  vec p = (vec){0} + terms[0];
  for (size_t i = 1; i < sizeof terms / sizeof terms[0]; i++) p = p * r + terms[i];
  *result = (vec)((bits)p + ((bits)shifted << 52));
}

// log(1 + e), 0 <= e <= 1: 2 artanh(e / (2 + e)) by its series, log 2 taken out first above sqrt(2) - 1.
PP_INLINE void logarithm(const vec *e, vec *result) {
  static const double terms[] = {2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                                 2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  vec zero = {0};
  bits large = (bits)(*e > 0.41421356237309503);
  vec s = SELECT(large, *e - 1, *e) / (*e + SELECT(large, zero + 3, zero + 2));
  vec q = s * s;
  vec p = zero + terms[0];
  for (size_t i = 1; i < sizeof terms / sizeof terms[0]; i++) p = p * q + terms[i];
  *result = SELECT(large, zero + 0x1.62e42fefa39efp-1, zero) + (s + s + s * q * p);
}
