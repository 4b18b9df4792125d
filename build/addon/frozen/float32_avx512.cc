// float32 with AVX-512.

#include <new>

#include "kernels.h"
#include "unroll.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma")
#endif

namespace graft {
namespace {

struct T {
  using Weights = __m512;
  static constexpr int kBytes = 4;
  static constexpr bool kWidens = false;

  static inline __m512 Load(const void *from) { return _mm512_loadu_ps(from); }
  static inline void Store(void *to, __m512 value) { _mm512_storeu_ps(to, value); }
  static inline float LoadOne(const void *from) {
    float value;
    __builtin_memcpy(&value, from, 4);
    return value;
  }
  static inline void StoreOne(void *to, float value) { __builtin_memcpy(to, &value, 4); }
  static inline Weights LoadWeights(const void *from) { return _mm512_loadu_ps(from); }
  static inline Weights Spread(const void *from) { return _mm512_set1_ps(LoadOne(from)); }
  static inline __m512 Dot(__m512 sum, Weights x, Weights w) { return _mm512_fmadd_ps(x, w, sum); }

  // What depthwise kernels take at a time: a vector.
  using Wide = __m512;
  static constexpr int kWide = 16, kOutputs = 7;
  static inline Wide LoadWide(const float *from) { return _mm512_loadu_ps(from); }
  static inline Wide LoadNumbers(const uint8_t *from) { return _mm512_loadu_ps(from); }
  static inline Wide MultiplyAdd(Wide x, const float *weights, Wide sum) { return _mm512_fmadd_ps(x, _mm512_loadu_ps(weights), sum); }
  static inline Wide AddScaled(Wide sum, Wide x, float scale) { return _mm512_fmadd_ps(x, _mm512_set1_ps(scale), sum); }
  static inline void StoreNumbers(uint8_t *to, Wide value, const Bounds &bounds, int) {
    _mm512_storeu_ps(to, _mm512_min_ps(_mm512_max_ps(value, _mm512_set1_ps(bounds.low_float)), _mm512_set1_ps(bounds.high_float)));
  }
};

#include "float_kernels.inl"

constexpr Kernels kKernels = {"avx512", {kLanes, 3, 1, 4, 4, false, false}, Convolve, DepthwiseFloat, InputFloat, PointwiseFloat, PoolFloat, OutputFloat};

}  // namespace

const Kernels *Float32Avx512() { return &kKernels; }

}  // namespace graft
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
namespace graft {
const Kernels *Float32Avx512() { return nullptr; }
}  // namespace graft
#endif
