#include "idct.h"

#include <cstring>

#ifdef GRAFT_JPEG

#include <immintrin.h>

namespace graft {
namespace {

constexpr int kBits = 13, kPass1Bits = 2;

GRAFT_JPEG_INLINE __m256i Times(__m256i x, int32_t factor) { return _mm256_mullo_epi32(x, _mm256_set1_epi32(factor)); }
GRAFT_JPEG_INLINE __m256i Plus(__m256i a, __m256i b) { return _mm256_add_epi32(a, b); }
GRAFT_JPEG_INLINE __m256i Minus(__m256i a, __m256i b) { return _mm256_sub_epi32(a, b); }
template <int kShift>
GRAFT_JPEG_INLINE __m256i Descale(__m256i x) {
  return _mm256_srai_epi32(Plus(x, _mm256_set1_epi32(1 << (kShift - 1))), kShift);
}

// Eight transforms side by side, as jidctint.c writes one.
template <int kShift>
GRAFT_JPEG_INLINE void Transform(__m256i x[8]) {
  const __m256i e1 = Times(Plus(x[2], x[6]), 4433);
  const __m256i e2 = Plus(e1, Times(x[6], -15137));
  const __m256i e3 = Plus(e1, Times(x[2], 6270));
  const __m256i e0 = _mm256_slli_epi32(Plus(x[0], x[4]), kBits), e4 = _mm256_slli_epi32(Minus(x[0], x[4]), kBits);
  const __m256i t10 = Plus(e0, e3), t13 = Minus(e0, e3), t11 = Plus(e4, e2), t12 = Minus(e4, e2);
  const __m256i z1 = Times(Plus(x[7], x[1]), -7373), z2 = Times(Plus(x[5], x[3]), -20995);
  const __m256i s3 = Plus(x[7], x[3]), s4 = Plus(x[5], x[1]);
  const __m256i z5 = Times(Plus(s3, s4), 9633);
  const __m256i z3 = Plus(Times(s3, -16069), z5), z4 = Plus(Times(s4, -3196), z5);
  const __m256i t0 = Plus(Times(x[7], 2446), Plus(z1, z3)), t1 = Plus(Times(x[5], 16819), Plus(z2, z4));
  const __m256i t2 = Plus(Times(x[3], 25172), Plus(z2, z3)), t3 = Plus(Times(x[1], 12299), Plus(z1, z4));
  x[0] = Descale<kShift>(Plus(t10, t3));
  x[7] = Descale<kShift>(Minus(t10, t3));
  x[1] = Descale<kShift>(Plus(t11, t2));
  x[6] = Descale<kShift>(Minus(t11, t2));
  x[2] = Descale<kShift>(Plus(t12, t1));
  x[5] = Descale<kShift>(Minus(t12, t1));
  x[3] = Descale<kShift>(Plus(t13, t0));
  x[4] = Descale<kShift>(Minus(t13, t0));
}

GRAFT_JPEG_INLINE void Transpose(__m256i x[8]) {
  __m256i a[8], b[8];
  for (int i = 0; i < 4; i++) {
    a[2 * i] = _mm256_unpacklo_epi32(x[2 * i], x[2 * i + 1]);
    a[2 * i + 1] = _mm256_unpackhi_epi32(x[2 * i], x[2 * i + 1]);
  }
  for (int i = 0; i < 2; i++) {
    b[4 * i] = _mm256_unpacklo_epi64(a[4 * i], a[4 * i + 2]);
    b[4 * i + 1] = _mm256_unpackhi_epi64(a[4 * i], a[4 * i + 2]);
    b[4 * i + 2] = _mm256_unpacklo_epi64(a[4 * i + 1], a[4 * i + 3]);
    b[4 * i + 3] = _mm256_unpackhi_epi64(a[4 * i + 1], a[4 * i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    x[i] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x20);
    x[i + 4] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x31);
  }
}

GRAFT_JPEG_INLINE void Watch(const __m256i* x, int count, int32_t* peak) {
  __m256i most = _mm256_load_si256(reinterpret_cast<const __m256i*>(peak));
  for (int i = 0; i < count; i++) most = _mm256_max_epi32(most, _mm256_abs_epi32(x[i]));
  _mm256_store_si256(reinterpret_cast<__m256i*>(peak), most);
}

GRAFT_JPEG_INLINE __m256i DequantiseLine(const int16_t* coefficients, const int32_t* quant, int i) {
  const __m256i line = _mm256_cvtepi16_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(coefficients + 8 * i)));
  return _mm256_mullo_epi32(line, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(quant + 8 * i)));
}

GRAFT_JPEG_INLINE void Dequantise(const int16_t* coefficients, const int32_t* quant, __m256i x[8]) {
  for (int i = 0; i < 8; i++) x[i] = DequantiseLine(coefficients, quant, i);
}

// Columns of a block to lines of bytes.
GRAFT_JPEG_INLINE void StoreLines(const __m256i x[8], uint8_t* out, size_t stride) {
  const __m256i order = _mm256_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m256i left = _mm256_packs_epi16(_mm256_packs_epi32(x[0], x[1]), _mm256_packs_epi32(x[2], x[3]));
  const __m256i right = _mm256_packs_epi16(_mm256_packs_epi32(x[4], x[5]), _mm256_packs_epi32(x[6], x[7]));
  const __m256i a = _mm256_xor_si256(_mm256_shuffle_epi8(left, order), _mm256_set1_epi8(-128));
  const __m256i b = _mm256_xor_si256(_mm256_shuffle_epi8(right, order), _mm256_set1_epi8(-128));
  const __m256i first = _mm256_unpacklo_epi32(a, b), second = _mm256_unpackhi_epi32(a, b);
  for (int half = 0; half < 2; half++) {
    const __m128i lines = half == 0 ? _mm256_castsi256_si128(first) : _mm256_extracti128_si256(first, 1);
    const __m128i next = half == 0 ? _mm256_castsi256_si128(second) : _mm256_extracti128_si256(second, 1);
    uint8_t* to = out + 4 * half * stride;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), lines);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + stride), _mm_unpackhi_epi64(lines, lines));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + 2 * stride), next);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + 3 * stride), _mm_unpackhi_epi64(next, next));
  }
}

GRAFT_JPEG_TARGET void Whole(const int16_t* coefficients, const int32_t* quant, uint8_t* out, size_t stride, int32_t* peak) {
  __m256i x[8];
  Dequantise(coefficients, quant, x);
  Watch(x, 8, peak);
  Transform<kBits - kPass1Bits>(x);
  Watch(x, 8, peak);
  Transpose(x);
  Transform<kBits + kPass1Bits + 3>(x);
  StoreLines(x, out, stride);
}

// Written for the compiler to do eight columns at once. Sums wrap, as those of the instructions above do.
GRAFT_JPEG_INLINE uint32_t By(int32_t x, int32_t factor) { return static_cast<uint32_t>(x) * static_cast<uint32_t>(factor); }
GRAFT_JPEG_INLINE int32_t DescaleOne(uint32_t x, int shift) { return static_cast<int32_t>(x + (1u << (shift - 1))) >> shift; }

// jidctred.c's transform of eight inputs (without the fifth) to four.
GRAFT_JPEG_INLINE void ToFour(const int32_t* x, size_t step, int32_t* out, size_t out_step, int shift) {
  const uint32_t first = By(x[0], 1 << (kBits + 1)), even = By(x[2 * step], 15137) + By(x[6 * step], -6270);
  const uint32_t t10 = first + even, t12 = first - even;
  const uint32_t t0 = By(x[7 * step], -1730) + By(x[5 * step], 11893) + By(x[3 * step], -17799) + By(x[step], 8697);
  const uint32_t t2 = By(x[7 * step], -4176) + By(x[5 * step], -4926) + By(x[3 * step], 7373) + By(x[step], 20995);
  out[0] = DescaleOne(t10 + t2, shift);
  out[3 * out_step] = DescaleOne(t10 - t2, shift);
  out[out_step] = DescaleOne(t12 + t0, shift);
  out[2 * out_step] = DescaleOne(t12 - t0, shift);
}

inline uint8_t ToByte(int32_t x) { return static_cast<uint8_t>(x < -128 ? 0 : x > 127 ? 255 : x + 128); }

GRAFT_JPEG_TARGET void FourByFour(const int16_t* coefficients, const int32_t* quant, uint8_t* out, size_t stride, int32_t* peak) {
  __m256i x[8];
  alignas(32) int32_t values[64], columns[64] = {0};
  Dequantise(coefficients, quant, x);
  Watch(x, 8, peak);
  for (int i = 0; i < 8; i++) _mm256_store_si256(reinterpret_cast<__m256i*>(values + 8 * i), x[i]);
  for (int c = 0; c < 8; c++) ToFour(values + c, 8, columns + c, 8, kBits - kPass1Bits + 1);
  for (int i = 0; i < 4; i++) x[i] = _mm256_load_si256(reinterpret_cast<const __m256i*>(columns + 8 * i));
  Watch(x, 4, peak);
  for (int y = 0; y < 4; y++) {
    int32_t line[4];
    ToFour(columns + 8 * y, 1, line, 1, kBits + kPass1Bits + 3 + 1);
    for (int c = 0; c < 4; c++) out[y * stride + c] = ToByte(line[c]);
  }
}

// From the first and the odd ones of eight inputs.
GRAFT_JPEG_TARGET void TwoByTwo(const int16_t* coefficients, const int32_t* quant, uint8_t* out, size_t stride, int32_t* peak) {
  __m256i x[5];
  constexpr int kLines[] = {0, 1, 3, 5, 7};
  for (int i = 0; i < 5; i++) x[i] = DequantiseLine(coefficients, quant, kLines[i]);
  Watch(x, 5, peak);
  const __m256i first = _mm256_slli_epi32(x[0], kBits + 2);
  const __m256i odd = Plus(Plus(Times(x[1], 29692), Times(x[2], -10426)), Plus(Times(x[3], 6967), Times(x[4], -5906)));
  constexpr int kShift = kBits - kPass1Bits + 2;
  const __m256i lines[] = {Descale<kShift>(Plus(first, odd)), Descale<kShift>(Minus(first, odd))};
  Watch(lines, 2, peak);
  const __m256i factors = _mm256_setr_epi32(0, 29692, 0, -10426, 0, 6967, 0, -5906);
  const __m256i pairs = _mm256_hadd_epi32(_mm256_mullo_epi32(lines[0], factors), _mm256_mullo_epi32(lines[1], factors));
  const __m128i quads = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
  const __m128i sums = _mm_hadd_epi32(quads, quads);
  for (int y = 0; y < 2; y++) {
    const uint32_t even = By(_mm_cvtsi128_si32(_mm256_castsi256_si128(lines[y])), 1 << (kBits + 2));
    const uint32_t other = static_cast<uint32_t>(y == 0 ? _mm_cvtsi128_si32(sums) : _mm_extract_epi32(sums, 1));
    out[y * stride] = ToByte(DescaleOne(even + other, kBits + kPass1Bits + 3 + 2));
    out[y * stride + 1] = ToByte(DescaleOne(even - other, kBits + kPass1Bits + 3 + 2));
  }
}

}  // namespace

void InverseDct(int size, const int16_t* coefficients, const int32_t* quant, bool is_flat, uint8_t* out, size_t stride, int32_t* peak) {
  if (!is_flat && size == 8) return Whole(coefficients, quant, out, stride, peak);
  if (!is_flat && size == 4) return FourByFour(coefficients, quant, out, stride, peak);
  if (!is_flat && size == 2) return TwoByTwo(coefficients, quant, out, stride, peak);
  const int32_t first = coefficients[0] * quant[0];
  const int32_t magnitude = first < 0 ? -first : first;
  if (magnitude * 4 > peak[0]) peak[0] = magnitude * 4;
  const uint8_t value = ToByte((first + 4) >> 3);
  for (int y = 0; y < size; y++) std::memset(out + y * stride, value, size);
}

}  // namespace graft

#endif
