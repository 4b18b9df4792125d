// int8 with AVX-512 VNNI.

#include "kernels.h"
#include "unroll.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma")
#endif

#define GRAFT_DOT256 _mm256_dpbusd_epi32

namespace graft {
namespace {

namespace half {
#include "vector256.inl"
#include "int8_kernels.inl"
}  // namespace half

namespace full {

struct V {
  using Ints = __m512i;
  using Floats = __m512;
  static constexpr int kLanes = 16;
  static constexpr int kVectors = 3;
  static constexpr int kRows = 8;
  static constexpr int kApart = 16;

  static inline Ints Load(const void *from) { return _mm512_loadu_si512(from); }
  static inline Floats LoadFloats(const float *from) { return _mm512_loadu_ps(from); }
  static inline Ints Spread(int32_t value) { return _mm512_set1_epi32(value); }
  static inline Ints SpreadByte(int32_t value) { return _mm512_set1_epi8(char(value)); }
  static inline Floats SpreadFloat(float value) { return _mm512_set1_ps(value); }
  // Not the intrinsic: GCC 12 keeps a copy of every sum in memory for it.
  static inline Ints Dot(Ints sum, Ints bytes, Ints weights) {
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(bytes), "vm"(weights));
    return sum;
  }
  static inline Floats ToFloat(Ints value) { return _mm512_cvtepi32_ps(value); }
  static inline Floats Multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  static inline Floats AddFloats(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  static inline Ints Round(Floats value) { return _mm512_cvtps_epi32(value); }
  // Of what is no number the second.
  static inline Floats LeastFloats(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  static inline Floats MostFloats(Floats a, Floats b) { return _mm512_max_ps(a, b); }
  static inline Ints Add(Ints a, Ints b) { return _mm512_add_epi32(a, b); }
  static inline Ints Subtract(Ints a, Ints b) { return _mm512_sub_epi32(a, b); }
  static inline Ints Raised(Ints value) { return _mm512_slli_epi32(value, kLowerBits); }
  static inline Ints Upper(Ints value) { return _mm512_srli_epi32(value, kLowerBits); }
  static inline Ints Lower(Ints value) { return _mm512_and_si512(value, Spread((1 << kLowerBits) - 1)); }

  // kLanes bytes as numbers and back, in their order; numbers outside of 0..255 become the nearest end.
  static inline Ints LoadBytes(const uint8_t *from) { return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(from))); }
  static inline void StoreBytes(uint8_t *to, Ints numbers) {
    const Ints positive = _mm512_max_epi32(numbers, _mm512_setzero_si512());
    _mm_storeu_si128(reinterpret_cast<__m128i *>(to), _mm512_cvtusepi32_epi8(positive));
  }
  static inline Ints Least(Ints a, Ints b) { return _mm512_min_epi32(a, b); }
  static inline Ints Most(Ints a, Ints b) { return _mm512_max_epi32(a, b); }
  static inline Ints MultiplyInts(Ints a, Ints b) { return _mm512_mullo_epi32(a, b); }
  static inline Floats Divide(Floats a, Floats b) { return _mm512_div_ps(a, b); }
  static inline void StoreFloats(float *to, Floats value) { _mm512_storeu_ps(to, value); }
  static inline Ints MostBytes(Ints a, Ints b) { return _mm512_max_epu8(a, b); }
  static inline void StoreAll(void *to, Ints value) { _mm512_storeu_si512(to, value); }

  static inline Ints Bounded(Ints bytes, Ints low, Ints high, bool has_bounds) {
    return has_bounds ? _mm512_min_epu8(_mm512_max_epu8(bytes, low), high) : bytes;
  }

  // Sums of one pixel, woven, to bytes in the order of channels.
  template <int kMany>
  static inline void Store(uint8_t *to, const Ints *sums, Ints low, Ints high, bool has_bounds) {
    if (kMany == 1) {
      const Ints words = _mm512_packs_epi32(sums[0], sums[0]);
      const Ints bytes = Bounded(_mm512_packus_epi16(words, words), low, high, has_bounds);
      const Ints order = _mm512_setr_epi32(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
      _mm_storeu_si128(reinterpret_cast<__m128i *>(to), _mm512_castsi512_si128(_mm512_permutexvar_epi32(order, bytes)));
    } else if (kMany == 2) {
      const Ints words = _mm512_packs_epi32(sums[0], sums[kMany - 1]);
      const Ints bytes = Bounded(_mm512_packus_epi16(words, words), low, high, has_bounds);
      const Ints order = _mm512_setr_epi64(0, 2, 4, 6, 0, 2, 4, 6);
      _mm256_storeu_si256(reinterpret_cast<__m256i *>(to), _mm512_castsi512_si256(_mm512_permutexvar_epi64(order, bytes)));
    } else {
      const Ints words = _mm512_packs_epi32(sums[0], sums[kMany > 1 ? 1 : 0]);
      const Ints last = _mm512_packs_epi32(sums[kMany - 1], sums[kMany - 1]);
      const Ints bytes = Bounded(_mm512_packus_epi16(words, last), low, high, has_bounds);
      const Ints order = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
      _mm512_mask_storeu_epi32(to, __mmask16(0x0fff), _mm512_permutexvar_epi32(order, bytes));
    }
  }

  // The same way back: bytes of one pixel as numbers of woven vectors.
  template <int kMany>
  static inline void Woven(const uint8_t *from, Ints *numbers) {
    if (kMany == 1) {
      numbers[0] = LoadBytes(from);
    } else if (kMany == 2) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(from));
      const __m256i apart = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
      numbers[0] = _mm512_cvtepu8_epi32(_mm256_castsi256_si128(apart));
      numbers[kMany - 1] = _mm512_cvtepu8_epi32(_mm256_extracti128_si256(apart, 1));
    } else {
      const Ints bytes = _mm512_maskz_loadu_epi32(__mmask16(0x0fff), from);
      const Ints apart = _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, 0, 0, 0, 0), bytes);
      numbers[0] = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(apart));
      numbers[kMany > 1 ? 1 : 0] = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(apart, 1));
      numbers[kMany - 1] = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(apart, 2));
    }
  }

  static inline void WeaveFour(Ints a, Ints b, Ints c, Ints d, Ints *woven) {
    const Ints ab_low = _mm512_unpacklo_epi8(a, b), ab_high = _mm512_unpackhi_epi8(a, b);
    const Ints cd_low = _mm512_unpacklo_epi8(c, d), cd_high = _mm512_unpackhi_epi8(c, d);
    woven[0] = _mm512_unpacklo_epi16(ab_low, cd_low);
    woven[1] = _mm512_unpackhi_epi16(ab_low, cd_low);
    woven[2] = _mm512_unpacklo_epi16(ab_high, cd_high);
    woven[3] = _mm512_unpackhi_epi16(ab_high, cd_high);
  }

  // `part`: how many of the bytes are wanted, 16, 32, 48 or 64.
  static inline void StoreFour(uint8_t *to, const Ints *sums, Ints low, Ints high, bool has_bounds, int part) {
    const Ints first = _mm512_packs_epi32(sums[0], sums[1]), second = _mm512_packs_epi32(sums[2], sums[3]);
    const Ints bytes = Bounded(_mm512_packus_epi16(first, second), low, high, has_bounds);
    if (part == 64) _mm512_storeu_si512(to, bytes);
    else _mm512_mask_storeu_epi32(to, __mmask16((1u << (part / 4)) - 1), bytes);
  }

  static inline void WovenFour(const uint8_t *from, Ints *numbers, int part) {
    const Ints bytes = _mm512_maskz_loadu_epi32(__mmask16((1u << (part / 4)) - 1), from);
    const Ints zero = _mm512_setzero_si512();
    const Ints low = _mm512_unpacklo_epi8(bytes, zero), high = _mm512_unpackhi_epi8(bytes, zero);
    numbers[0] = _mm512_unpacklo_epi16(low, zero);
    numbers[1] = _mm512_unpackhi_epi16(low, zero);
    numbers[2] = _mm512_unpacklo_epi16(high, zero);
    numbers[3] = _mm512_unpackhi_epi16(high, zero);
  }
};

#include "int8_kernels.inl"
#include "int8_steps.inl"

}  // namespace full

// Narrow vectors do the last channels where those fill no half of a wide one.
void DepthwiseInt8(const Depthwise &step, const View &in, const View *added, const View &out, int32_t images) {
  const int32_t rest = out.stride % 64, whole = rest <= 32 ? out.stride - rest : out.stride;
  full::DepthwisePart(step, in, added, out, images, 0, whole);
  half::DepthwisePart(step, in, added, out, images, whole, out.stride);
}

constexpr Kernels kKernels = {"avx512-vnni", {full::V::kLanes, full::V::kVectors, 4, 1, 1, true, false}, full::Convolve, DepthwiseInt8, full::InputInt8, full::PointwiseInt8, full::PoolInt8, full::OutputInt8};

}  // namespace

const Kernels *Int8Avx512() { return &kKernels; }

}  // namespace graft
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
namespace graft {
const Kernels *Int8Avx512() { return nullptr; }
}  // namespace graft
#endif
