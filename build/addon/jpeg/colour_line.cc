#include "colour_line.h"

#ifdef GRAFT_JPEG

#include <immintrin.h>

namespace graft {
namespace {

constexpr size_t kStep = 32;

GRAFT_JPEG_INLINE __m256i Load(const uint8_t* from) { return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))); }
GRAFT_JPEG_INLINE __m256i Thrice(__m256i x) { return _mm256_add_epi16(x, _mm256_add_epi16(x, x)); }

// Even and odd columns to the order of the picture.
GRAFT_JPEG_INLINE void Weave(__m256i even, __m256i odd, __m256i out[2]) {
  const __m256i low = _mm256_unpacklo_epi16(even, odd), high = _mm256_unpackhi_epi16(even, odd);
  out[0] = _mm256_permute2x128_si256(low, high, 0x20);
  out[1] = _mm256_permute2x128_si256(low, high, 0x31);
}

// Three quarters of the nearer line and one of the other: four times the value.
GRAFT_JPEG_INLINE __m256i BothLines(const uint8_t* at, const uint8_t* beside) { return _mm256_add_epi16(Thrice(Load(at)), Load(beside)); }

template <Chroma kChroma>
GRAFT_JPEG_INLINE void LoadChroma(const uint8_t* at, const uint8_t* beside, size_t x, __m256i out[2]) {
  if (kChroma == Chroma::kFull) {
    out[0] = Load(at + x);
    out[1] = Load(at + x + 16);
  } else if (kChroma == Chroma::kHalfAcross) {
    const uint8_t* from = at + x / 2;
    const __m256i mine = Thrice(Load(from));
    const __m256i even = _mm256_add_epi16(_mm256_add_epi16(mine, Load(from - 1)), _mm256_set1_epi16(1));
    const __m256i odd = _mm256_add_epi16(_mm256_add_epi16(mine, Load(from + 1)), _mm256_set1_epi16(2));
    Weave(_mm256_srli_epi16(even, 2), _mm256_srli_epi16(odd, 2), out);
  } else {
    const uint8_t *from = at + x / 2, *other = beside + x / 2;
    const __m256i mine = Thrice(BothLines(from, other));
    const __m256i even = _mm256_add_epi16(_mm256_add_epi16(mine, BothLines(from - 1, other - 1)), _mm256_set1_epi16(8));
    const __m256i odd = _mm256_add_epi16(_mm256_add_epi16(mine, BothLines(from + 1, other + 1)), _mm256_set1_epi16(7));
    Weave(_mm256_srli_epi16(even, 4), _mm256_srli_epi16(odd, 4), out);
  }
}

GRAFT_JPEG_INLINE __m128i ToBytes(__m256i x) { return _mm_packus_epi16(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1)); }

// Every third byte of 48.
GRAFT_JPEG_INLINE void StoreColours(__m128i red, __m128i green, __m128i blue, uint8_t* out) {
  const __m128i red0 = _mm_setr_epi8(0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1, 5);
  const __m128i green0 = _mm_setr_epi8(-1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1);
  const __m128i blue0 = _mm_setr_epi8(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1);
  const __m128i red1 = _mm_setr_epi8(-1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10, -1);
  const __m128i green1 = _mm_setr_epi8(5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10);
  const __m128i blue1 = _mm_setr_epi8(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1);
  const __m128i red2 = _mm_setr_epi8(-1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1, -1);
  const __m128i green2 = _mm_setr_epi8(-1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1);
  const __m128i blue2 = _mm_setr_epi8(10, -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15);
  const auto store = [](uint8_t* to, __m128i a, __m128i b, __m128i c) GRAFT_JPEG_TARGET {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_or_si128(a, _mm_or_si128(b, c)));
  };
  store(out, _mm_shuffle_epi8(red, red0), _mm_shuffle_epi8(green, green0), _mm_shuffle_epi8(blue, blue0));
  store(out + 16, _mm_shuffle_epi8(red, red1), _mm_shuffle_epi8(green, green1), _mm_shuffle_epi8(blue, blue1));
  store(out + 32, _mm_shuffle_epi8(red, red2), _mm_shuffle_epi8(green, green2), _mm_shuffle_epi8(blue, blue2));
}

// R = Y + 1.402 Cr, G = Y - 0.34414 Cb - 0.71414 Cr, B = Y + 1.772 Cb, with 16 bits of fraction, each factor without its whole part; rounded.
GRAFT_JPEG_INLINE void StoreRgb(__m256i luma, __m256i cb, __m256i cr, uint8_t* out) {
  const __m256i one = _mm256_set1_epi16(1), middle = _mm256_set1_epi16(128);
  cb = _mm256_sub_epi16(cb, middle);
  cr = _mm256_sub_epi16(cr, middle);
  const __m256i red = _mm256_mulhi_epi16(_mm256_add_epi16(cr, cr), _mm256_set1_epi16(26345));
  const __m256i blue = _mm256_mulhi_epi16(_mm256_add_epi16(cb, cb), _mm256_set1_epi16(-14942));
  const __m256i to_red = _mm256_add_epi16(_mm256_srai_epi16(_mm256_add_epi16(red, one), 1), cr);
  const __m256i to_blue = _mm256_add_epi16(_mm256_srai_epi16(_mm256_add_epi16(blue, one), 1), _mm256_add_epi16(cb, cb));
  // -0.34414 * 65536 and (1 - 0.71414) * 65536
  const __m256i factors = _mm256_set1_epi32(static_cast<int32_t>(18734u << 16 | (static_cast<uint32_t>(-22554) & 0xffff)));
  const __m256i half = _mm256_set1_epi32(1 << 15);
  const __m256i low = _mm256_madd_epi16(_mm256_unpacklo_epi16(cb, cr), factors), high = _mm256_madd_epi16(_mm256_unpackhi_epi16(cb, cr), factors);
  const __m256i green = _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(low, half), 16), _mm256_srai_epi32(_mm256_add_epi32(high, half), 16));
  const __m256i to_green = _mm256_sub_epi16(green, cr);
  StoreColours(ToBytes(_mm256_add_epi16(luma, to_red)), ToBytes(_mm256_add_epi16(luma, to_green)), ToBytes(_mm256_add_epi16(luma, to_blue)), out);
}

template <Chroma kChroma>
GRAFT_JPEG_TARGET void Line(const ComponentLines& lines, size_t from, size_t to, uint8_t* out) {
  for (size_t x = from; x < to; x += kStep) {
    __m256i cb[2], cr[2];
    LoadChroma<kChroma>(lines.at[0], lines.beside[0], x, cb);
    LoadChroma<kChroma>(lines.at[1], lines.beside[1], x, cr);
    StoreRgb(Load(lines.luma + x), cb[0], cr[0], out + 3 * x);
    StoreRgb(Load(lines.luma + x + 16), cb[1], cr[1], out + 3 * x + 48);
  }
}

}  // namespace

void ColourLine(Chroma chroma, const ComponentLines& lines, size_t from, size_t to, uint8_t* out) {
  if (chroma == Chroma::kFull) return Line<Chroma::kFull>(lines, from, to, out);
  if (chroma == Chroma::kHalfAcross) return Line<Chroma::kHalfAcross>(lines, from, to, out);
  return Line<Chroma::kHalfBoth>(lines, from, to, out);
}

}  // namespace graft

#endif
