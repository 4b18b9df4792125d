// Vectors of float32 that every processor has: for what is not worth kernels of its own for newer ones.

#ifndef GRAFT_FROZEN_PLAIN_VECTORS_H_
#define GRAFT_FROZEN_PLAIN_VECTORS_H_

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace graft {

struct One {
  using Numbers = float;
  static constexpr int kNumbers = 1;
  static float Load(const float *from) { return *from; }
  static void Store(float *to, float value) { *to = value; }
  static float Zero() { return 0; }
  static float All(float value) { return value; }
  static float Min(float a, float b) { return a < b ? a : b; }
  static float Max(float a, float b) { return a > b ? a : b; }
  static float Add(float a, float b) { return a + b; }
  static float Multiply(float a, float b) { return a * b; }
};

#if defined(__x86_64__) || defined(_M_X64)
struct Four {
  using Numbers = __m128;
  static constexpr int kNumbers = 4;
  static __m128 Load(const float *from) { return _mm_loadu_ps(from); }
  static void Store(float *to, __m128 value) { _mm_storeu_ps(to, value); }
  static __m128 Zero() { return _mm_setzero_ps(); }
  static __m128 All(float value) { return _mm_set1_ps(value); }
  static __m128 Min(__m128 a, __m128 b) { return _mm_min_ps(a, b); }
  static __m128 Max(__m128 a, __m128 b) { return _mm_max_ps(a, b); }
  static __m128 Add(__m128 a, __m128 b) { return _mm_add_ps(a, b); }
  static __m128 Multiply(__m128 a, __m128 b) { return _mm_mul_ps(a, b); }
};
#else
using Four = One;
#endif

}  // namespace graft

#endif  // GRAFT_FROZEN_PLAIN_VECTORS_H_
