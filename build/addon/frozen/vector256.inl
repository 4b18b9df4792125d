// Vectors of 256 bits. GRAFT_DOT256: how the including file's processor multiplies bytes; GRAFT_APART256: between the quarters of a block of channels.

struct V {
  using Ints = __m256i;
  using Floats = __m256;
  static constexpr int kLanes = 8;
  static constexpr int kVectors = 3;
  static constexpr int kRows = 4;
#ifdef GRAFT_APART256
  static constexpr int kApart = GRAFT_APART256;
#else
  static constexpr int kApart = 16;
#endif

  static inline Ints Load(const void *from) { return _mm256_loadu_si256(static_cast<const __m256i *>(from)); }
  static inline Floats LoadFloats(const float *from) { return _mm256_loadu_ps(from); }
  static inline Ints Spread(int32_t value) { return _mm256_set1_epi32(value); }
  static inline Ints SpreadByte(int32_t value) { return _mm256_set1_epi8(char(value)); }
  static inline Floats SpreadFloat(float value) { return _mm256_set1_ps(value); }
  static inline Ints Dot(Ints sum, Ints bytes, Ints weights) { return GRAFT_DOT256(sum, bytes, weights); }
  static inline Floats ToFloat(Ints value) { return _mm256_cvtepi32_ps(value); }
  static inline Floats Multiply(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  static inline Floats AddFloats(Floats a, Floats b) { return _mm256_add_ps(a, b); }
  static inline Floats Divide(Floats a, Floats b) { return _mm256_div_ps(a, b); }
  static inline Ints Round(Floats value) { return _mm256_cvtps_epi32(value); }
  // Of what is no number the second.
  static inline Floats LeastFloats(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  static inline Floats MostFloats(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  static inline Ints Add(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
  static inline Ints Subtract(Ints a, Ints b) { return _mm256_sub_epi32(a, b); }
  static inline Ints Raised(Ints value) { return _mm256_slli_epi32(value, kLowerBits); }
  static inline Ints Upper(Ints value) { return _mm256_srli_epi32(value, kLowerBits); }
  static inline Ints Lower(Ints value) { return _mm256_and_si256(value, Spread((1 << kLowerBits) - 1)); }
  static inline Ints Least(Ints a, Ints b) { return _mm256_min_epi32(a, b); }
  static inline Ints Most(Ints a, Ints b) { return _mm256_max_epi32(a, b); }
  static inline Ints MultiplyInts(Ints a, Ints b) { return _mm256_mullo_epi32(a, b); }
  static inline void StoreFloats(float *to, Floats value) { _mm256_storeu_ps(to, value); }

  // kLanes bytes as numbers and back, in their order; numbers outside of 0..255 become the nearest end.
  static inline Ints LoadBytes(const uint8_t *from) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(from))); }
  static inline void StoreBytes(uint8_t *to, Ints numbers) {
    const Ints words = _mm256_packs_epi32(numbers, numbers);
    const Ints bytes = _mm256_packus_epi16(words, words);
    const Ints order = _mm256_setr_epi32(0, 4, 0, 4, 0, 4, 0, 4);
    _mm_storel_epi64(reinterpret_cast<__m128i *>(to), _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(bytes, order)));
  }

  static inline Ints Bounded(Ints bytes, Ints low, Ints high, bool has_bounds) {
    return has_bounds ? _mm256_min_epu8(_mm256_max_epu8(bytes, low), high) : bytes;
  }

  // Sums of one pixel, woven, to bytes in the order of channels.
  template <int kMany>
  static inline void Store(uint8_t *to, const Ints *sums, Ints low, Ints high, bool has_bounds) {
    if (kMany == 1) {
      const Ints words = _mm256_packs_epi32(sums[0], sums[0]);
      const Ints bytes = Bounded(_mm256_packus_epi16(words, words), low, high, has_bounds);
      const Ints order = _mm256_setr_epi32(0, 4, 0, 4, 0, 4, 0, 4);
      _mm_storel_epi64(reinterpret_cast<__m128i *>(to), _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(bytes, order)));
    } else if (kMany == 2) {
      const Ints words = _mm256_packs_epi32(sums[0], sums[kMany - 1]);
      const Ints bytes = Bounded(_mm256_packus_epi16(words, words), low, high, has_bounds);
      _mm_storeu_si128(reinterpret_cast<__m128i *>(to), _mm256_castsi256_si128(_mm256_permute4x64_epi64(bytes, 0x08)));
    } else {
      const Ints words = _mm256_packs_epi32(sums[0], sums[kMany > 1 ? 1 : 0]);
      const Ints last = _mm256_packs_epi32(sums[kMany - 1], sums[kMany - 1]);
      const Ints bytes = Bounded(_mm256_packus_epi16(words, last), low, high, has_bounds);
      const Ints ordered = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 0, 0));
      _mm_storeu_si128(reinterpret_cast<__m128i *>(to), _mm256_castsi256_si128(ordered));
      _mm_storel_epi64(reinterpret_cast<__m128i *>(to + 16), _mm256_extracti128_si256(ordered, 1));
    }
  }

  // The same way back: bytes of one pixel as numbers of woven vectors.
  template <int kMany>
  static inline void Woven(const uint8_t *from, Ints *numbers) {
    for (int v = 0; v < kMany; v++) {
      int32_t first, second;
      __builtin_memcpy(&first, from + 4 * v, 4);
      __builtin_memcpy(&second, from + 4 * (kMany + v), 4);
      numbers[v] = _mm256_cvtepu8_epi32(_mm_setr_epi32(first, second, 0, 0));
    }
  }

  static inline void WeaveFour(Ints a, Ints b, Ints c, Ints d, Ints *woven) {
    const Ints ab_low = _mm256_unpacklo_epi8(a, b), ab_high = _mm256_unpackhi_epi8(a, b);
    const Ints cd_low = _mm256_unpacklo_epi8(c, d), cd_high = _mm256_unpackhi_epi8(c, d);
    woven[0] = _mm256_unpacklo_epi16(ab_low, cd_low);
    woven[1] = _mm256_unpackhi_epi16(ab_low, cd_low);
    woven[2] = _mm256_unpacklo_epi16(ab_high, cd_high);
    woven[3] = _mm256_unpackhi_epi16(ab_high, cd_high);
  }

  // `part`: how many of the bytes are wanted, 16 or 32.
  static inline void StoreFour(uint8_t *to, const Ints *sums, Ints low, Ints high, bool has_bounds, int part) {
    const Ints first = _mm256_packs_epi32(sums[0], sums[1]), second = _mm256_packs_epi32(sums[2], sums[3]);
    const Ints bytes = Bounded(_mm256_packus_epi16(first, second), low, high, has_bounds);
    if (part == 32) _mm256_storeu_si256(reinterpret_cast<__m256i *>(to), bytes);
    else _mm_storeu_si128(reinterpret_cast<__m128i *>(to), _mm256_castsi256_si128(bytes));
  }

  static inline void WovenFour(const uint8_t *from, Ints *numbers, int part) {
    const Ints bytes = part == 32 ? Load(from) : _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i *>(from)));
    const Ints zero = _mm256_setzero_si256();
    const Ints low = _mm256_unpacklo_epi8(bytes, zero), high = _mm256_unpackhi_epi8(bytes, zero);
    numbers[0] = _mm256_unpacklo_epi16(low, zero);
    numbers[1] = _mm256_unpackhi_epi16(low, zero);
    numbers[2] = _mm256_unpacklo_epi16(high, zero);
    numbers[3] = _mm256_unpackhi_epi16(high, zero);
  }
};
