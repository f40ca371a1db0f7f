// How fast this machine reads memory: bytes a second over an array far larger than its caches, on all cores at once.
// One pass of a fit over float32 features cannot be faster; the tables give times as multiples of it.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { lanes = 16 };
static float *values;
static size_t share;
static volatile float sink;

static void *read_share(void *number) {
  const float *x = values + share * (size_t)number;
  float sums[lanes] = {0};
  for (size_t i = 0; i < share; i += lanes)
    for (int j = 0; j < lanes; j++) sums[j] += x[i + j];
  float total = 0;
  for (int j = 0; j < lanes; j++) total += sums[j];
  sink = total;
  return NULL;
}

int main(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  size_t count = (size_t)128 << 20;  // 512 MiB
  share = count / (size_t)cores / lanes * lanes;
  values = malloc(count * sizeof *values);
  pthread_t *threads = malloc((size_t)cores * sizeof *threads);
  if (!values || !threads) return 1;
  for (size_t i = 0; i < count; i++) values[i] = 1;
  double best = 1e9;
  for (int run = 0; run < 9; run++) {
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long t = 0; t < cores; t++) pthread_create(&threads[t], NULL, read_share, (void *)t);
    for (long t = 0; t < cores; t++) pthread_join(threads[t], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
    if (seconds < best) best = seconds;
  }
  printf("%.0f\n", (double)(share * (size_t)cores) * sizeof *values / best);
  return 0;
}
