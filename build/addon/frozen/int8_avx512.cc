// int8 with AVX-512 VNNI.

#include "kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma")
#include <immintrin.h>

namespace graft {
namespace {

struct V {
  using Ints = __m512i;
  using Floats = __m512;
  static constexpr int kLanes = 16;
  static constexpr int kVectors = 3;
  static constexpr int kRows = 8;

  static inline Ints Load(const void *from) { return _mm512_loadu_si512(from); }
  static inline Floats LoadFloats(const float *from) { return _mm512_loadu_ps(from); }
  static inline Ints Spread(int32_t value) { return _mm512_set1_epi32(value); }
  static inline Ints SpreadByte(int32_t value) { return _mm512_set1_epi8(char(value)); }
  static inline Floats SpreadFloat(float value) { return _mm512_set1_ps(value); }
  static inline Ints Dot(Ints sum, Ints bytes, Ints weights) { return _mm512_dpbusd_epi32(sum, bytes, weights); }
  static inline Floats ToFloat(Ints value) { return _mm512_cvtepi32_ps(value); }
  static inline Floats Multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  static inline Floats AddFloats(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  static inline Ints Round(Floats value) { return _mm512_cvtps_epi32(value); }
  static inline Ints Add(Ints a, Ints b) { return _mm512_add_epi32(a, b); }
  static inline Ints Subtract(Ints a, Ints b) { return _mm512_sub_epi32(a, b); }

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
    for (int v = 0; v < kMany; v++) {
      // Four bytes from each (4 * kMany)th place.
      const __m128i places = _mm_setr_epi32(4 * v, 4 * (kMany + v), 4 * (2 * kMany + v), 4 * (3 * kMany + v));
      const __m128i bytes = _mm_i32gather_epi32(reinterpret_cast<const int *>(from), places, 1);
      numbers[v] = _mm512_cvtepu8_epi32(bytes);
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

constexpr Kernels kKernels = {"avx512-vnni", {V::kLanes, V::kVectors, 4, 1, true}, ConvolutionInt8, DepthwiseInt8, InputInt8, PointwiseInt8, PoolInt8, OutputInt8};

}  // namespace

const Kernels *Int8Avx512() { return &kKernels; }

}  // namespace graft
#pragma GCC pop_options

#else
namespace graft {
const Kernels *Int8Avx512() { return nullptr; }
}  // namespace graft
#endif
