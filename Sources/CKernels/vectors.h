#pragma once

#include <stddef.h>
#include <stdint.h>

// Compiles a function once for each generation of processors; the loader picks. ThreadSanitizer's runtime isn't up yet
// when the loader asks, hence the exception.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define PP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PP_CLONES
#endif

// What clones are made of has to be inlined into each of them.
#define PP_INLINE static inline __attribute__((always_inline))

// Eight float64 numbers, which the compiler splits to the processor's width. Pass vectors by pointer: by value, the
// calling convention would depend on the processor.
#define LANES 8
typedef double vec __attribute__((vector_size(64)));
typedef uint64_t bits __attribute__((vector_size(64)));
typedef double loose_doubles __attribute__((vector_size(64), aligned(8)));
typedef float loose_floats __attribute__((vector_size(32), aligned(4)));
typedef uint8_t loose_bytes __attribute__((vector_size(8), aligned(1)));

#define LOAD(p) (*(const loose_doubles *)(p))
#define STORE(p, v) (*(loose_doubles *)(p) = (v))
#define LOAD_FLOATS(p) __builtin_convertvector(*(const loose_floats *)(p), vec)
#define SELECT(mask, a, b) ((vec)(((bits)(mask) & (bits)(a)) | (~(bits)(mask) & (bits)(b))))
