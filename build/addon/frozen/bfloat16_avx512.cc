// bfloat16 with AVX-512 BF16: numbers are held in 16 bits. Convolutions multiply pairs of them, or, where the processor is slow at that, the same numbers
// as float32. Sums are float32 both ways.

#include <algorithm>
#include <chrono>
#include <new>

#include "kernels.h"
#include "unroll.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")
#endif

namespace graft {
namespace {

// How numbers are held.
struct Held {
  static constexpr int kBytes = 2;

  static inline __m512 Load(const void *from) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i *>(from))), 16));
  }
  static inline void Store(void *to, __m512 value) {
    const __m256bh low = _mm512_cvtneps_pbh(value);
    __builtin_memcpy(to, &low, 32);
  }
  static inline float LoadOne(const void *from) {
    uint16_t low;
    __builtin_memcpy(&low, from, 2);
    const uint32_t bits = uint32_t(low) << 16;
    float value;
    __builtin_memcpy(&value, &bits, 4);
    return value;
  }
  static inline void StoreOne(void *to, float value) {
    uint32_t bits;
    __builtin_memcpy(&bits, &value, 4);
    const uint16_t low = uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    __builtin_memcpy(to, &low, 2);
  }
  // What depthwise kernels take at a time: 32 channels, those with even numbers in one vector, the odd ones in the other. So they need no shuffling.
  struct Wide {
    __m512 even, odd;
  };
  static constexpr int kWide = 32, kOutputs = 4;
  static inline Wide LoadWide(const float *from) { return {_mm512_loadu_ps(from), _mm512_loadu_ps(from + 16)}; }
  static inline Wide LoadNumbers(const uint8_t *from) {
    const __m512i both = _mm512_loadu_si512(from);
    return {_mm512_castsi512_ps(_mm512_slli_epi32(both, 16)), _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32(int(0xffff0000u))))};
  }
  static inline Wide MultiplyAdd(Wide x, const float *weights, Wide sum) {
    return {_mm512_fmadd_ps(x.even, _mm512_loadu_ps(weights), sum.even), _mm512_fmadd_ps(x.odd, _mm512_loadu_ps(weights + 16), sum.odd)};
  }
  static inline Wide AddScaled(Wide sum, Wide x, float scale) {
    const __m512 s = _mm512_set1_ps(scale);
    return {_mm512_fmadd_ps(x.even, s, sum.even), _mm512_fmadd_ps(x.odd, s, sum.odd)};
  }
  static inline void StoreNumbers(uint8_t *to, Wide value, const Bounds &bounds, int part) {
    const __m512 low = _mm512_set1_ps(bounds.low_float), high = _mm512_set1_ps(bounds.high_float);
    const __m512bh apart = _mm512_cvtne2ps_pbh(_mm512_min_ps(_mm512_max_ps(value.odd, low), high), _mm512_min_ps(_mm512_max_ps(value.even, low), high));
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const __m512i numbers = _mm512_permutexvar_epi16(order, (__m512i)apart);
    if (part == kWide) _mm512_storeu_si512(to, numbers);
    else _mm256_storeu_si256(reinterpret_cast<__m256i *>(to), _mm512_castsi512_si256(numbers));
  }
};

namespace dots {

struct T : Held {
  using Weights = __m512bh;
  static constexpr bool kWidens = false;
  static inline Weights LoadWeights(const void *from) {
    const __m512i bits = _mm512_loadu_si512(from);
    return (Weights)bits;
  }
  static inline Weights Spread(const void *from) {
    int32_t two;
    __builtin_memcpy(&two, from, 4);
    return (Weights)_mm512_set1_epi32(two);
  }
  static inline __m512 Dot(__m512 sum, Weights x, Weights w) { return _mm512_dpbf16_ps(sum, x, w); }
};

#include "float_kernels.inl"

constexpr Kernels kKernels = {"avx512-bf16", {kLanes, 3, 2, 2, 2, false, true}, Convolve, DepthwiseFloat, InputFloat, PointwiseFloat, PoolFloat, OutputFloat};

}  // namespace dots

namespace wide {

struct T : Held {
  using Weights = __m512;
  static constexpr bool kWidens = true;
  static inline Weights LoadWeights(const void *from) { return _mm512_loadu_ps(from); }
  static inline Weights Spread(const void *from) {
    float value;
    __builtin_memcpy(&value, from, 4);
    return _mm512_set1_ps(value);
  }
  static inline __m512 Dot(__m512 sum, Weights x, Weights w) { return _mm512_fmadd_ps(x, w, sum); }
};

#include "float_kernels.inl"

constexpr Kernels kKernels = {"avx512-bf16-fma", {kLanes, 3, 1, 2, 4, false, true}, Convolve, DepthwiseFloat, InputFloat, PointwiseFloat, PoolFloat, OutputFloat};

}  // namespace wide

}  // namespace

const Kernels *Bfloat16Avx512() { return &dots::kKernels; }
const Kernels *Bfloat16Avx512Wide() { return &wide::kKernels; }

}  // namespace graft
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace graft {
namespace {

// Nanoseconds of some thousand sums, eight at a time as no tile waits for one; the best of a few tries.
template <typename Sum>
double TimeOf(const Sum &sum) {
  double best = 1e9;
  for (int round = 0; round < 8; round++) {
    const auto from = std::chrono::steady_clock::now();
    for (int i = 0; i < 500; i++) sum();
    best = std::min(best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - from).count());
  }
  return best;
}

#define GRAFT_EIGHT(instruction)                                                                                                                            \
  __asm__ volatile(instruction " %%zmm8, %%zmm9, %%zmm0\n" instruction " %%zmm8, %%zmm9, %%zmm1\n" instruction " %%zmm8, %%zmm9, %%zmm2\n"                   \
                   instruction " %%zmm8, %%zmm9, %%zmm3\n" instruction " %%zmm8, %%zmm9, %%zmm4\n" instruction " %%zmm8, %%zmm9, %%zmm5\n"                   \
                   instruction " %%zmm8, %%zmm9, %%zmm6\n" instruction " %%zmm8, %%zmm9, %%zmm7\n" ::                                                        \
                       : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7")

// Twice as many products of bfloat16 as of float32 in one instruction: it may take twice as long.
bool MeasureBfloat16() {
  __asm__ volatile("vpxorq %%zmm8, %%zmm8, %%zmm8\nvpxorq %%zmm9, %%zmm9, %%zmm9" ::: "xmm8", "xmm9");
  const double dots = TimeOf([] { GRAFT_EIGHT("vdpbf16ps"); });
  const double products = TimeOf([] { GRAFT_EIGHT("vfmadd231ps"); });
  return dots < 2.5 * products;
}
#undef GRAFT_EIGHT

}  // namespace

bool HasFastBfloat16() {
  static const bool is_fast = MeasureBfloat16();
  return is_fast;
}

}  // namespace graft

#else
namespace graft {
const Kernels *Bfloat16Avx512() { return nullptr; }
const Kernels *Bfloat16Avx512Wide() { return nullptr; }
bool HasFastBfloat16() { return false; }
}  // namespace graft
#endif
