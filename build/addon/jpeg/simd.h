// Where this decoder is compiled, and for which instructions. Elsewhere files are decoded by libvips.
#pragma once

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define GRAFT_JPEG 1
#define GRAFT_JPEG_TARGET __attribute__((target("avx2,bmi,bmi2")))
#define GRAFT_JPEG_INLINE __attribute__((target("avx2,bmi,bmi2"), always_inline)) inline
#endif
