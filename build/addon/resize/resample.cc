#include "resample.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#if (defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__)))
#define GRAFT_AVX2 1
#include <immintrin.h>
#endif

namespace graft {
namespace {

// Weights of 23 bits go into products of 16 bits in two parts.
constexpr int kLowBits = 15;

void LineAcross(const uint8_t* line, int32_t channels, const Taps& taps, int32_t from, uint8_t* out) {
  for (int32_t x = from; x < taps.outputs; x++) {
    const int32_t* weights = taps.weights + static_cast<size_t>(x) * taps.most;
    for (int32_t c = 0; c < channels; c++) {
      const uint8_t* at = line + static_cast<size_t>(taps.first[x]) * channels + c;
      uint32_t sum = kHalf;
      for (int32_t k = 0; k < taps.count[x]; k++, at += channels) sum += static_cast<uint32_t>(*at) * static_cast<uint32_t>(weights[k]);
      out[x * channels + c] = ToByte(sum);
    }
  }
}

void LineDown(const uint8_t* lines, size_t stride, const int32_t* weights, int32_t count, uint32_t* sums, uint8_t* out) {
  for (size_t i = 0; i < stride; i++) sums[i] = kHalf;
  for (int32_t k = 0; k < count; k++) {
    const uint32_t weight = static_cast<uint32_t>(weights[k]);
    const uint8_t* line = lines + k * stride;
    for (size_t i = 0; i < stride; i++) sums[i] += line[i] * weight;
  }
  for (size_t i = 0; i < stride; i++) out[i] = ToByte(sums[i]);
}

#ifdef GRAFT_AVX2

bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}

// Four pixels of three channels are one step. Each half of a vector holds two of them, as pairs of one channel: r0 r1 g0 g1 b0 b1 and nothing.
constexpr int kStep = 4;

inline int32_t StepsOf(const Taps& taps) { return (taps.most + kStep - 1) / kStep; }

// The weights of each output in that order, in low and high parts, filled up with zeros: [output][step][low 16, high 16].
std::vector<int16_t> ArrangeWeights(const Taps& taps) {
  std::vector<int16_t> arranged(static_cast<size_t>(taps.outputs) * StepsOf(taps) * 32, 0);
  for (int32_t x = 0; x < taps.outputs; x++) {
    for (int32_t k = 0; k < taps.count[x]; k++) {
      const int32_t weight = taps.weights[static_cast<size_t>(x) * taps.most + k];
      int16_t* step = arranged.data() + (static_cast<size_t>(x) * StepsOf(taps) + k / kStep) * 32;
      const int32_t lane = (k % kStep / 2) * 8 + k % 2;
      for (int32_t c = 0; c < 3; c++) {
        step[lane + 2 * c] = static_cast<int16_t>(weight & ((1 << kLowBits) - 1));
        step[16 + lane + 2 * c] = static_cast<int16_t>(weight >> kLowBits);
      }
    }
  }
  return arranged;
}

// As LineAcross, for three channels. Reads 16 bytes for each step of 12, so the last outputs, whose steps would pass `end`, are left: gives the first of those.
__attribute__((target("avx2"))) int32_t ColourLineAvx2(const uint8_t* line, const uint8_t* end, const Taps& taps, const std::vector<int16_t>& arranged, uint8_t* out) {
  const __m256i pairs = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, 6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m128i half = _mm_set1_epi32(static_cast<int32_t>(kHalf));
  for (int32_t x = 0; x < taps.outputs; x++) {
    const uint8_t* at = line + static_cast<size_t>(taps.first[x]) * 3;
    const int32_t steps = (taps.count[x] + kStep - 1) / kStep;
    if (steps > 0 && end - at < 12 * static_cast<ptrdiff_t>(steps - 1) + 16) return x;
    const int16_t* weights = arranged.data() + static_cast<size_t>(x) * StepsOf(taps) * 32;
    __m256i low = _mm256_setzero_si256();
    __m256i high = _mm256_setzero_si256();
    for (int32_t s = 0; s < steps; s++, at += 12, weights += 32) {
      const __m256i bytes = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
      const __m256i pixels = _mm256_shuffle_epi8(bytes, pairs);
      low = _mm256_add_epi32(low, _mm256_madd_epi16(pixels, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights))));
      high = _mm256_add_epi32(high, _mm256_madd_epi16(pixels, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights + 16))));
    }
    const __m256i both = _mm256_add_epi32(low, _mm256_slli_epi32(high, kLowBits));
    const __m128i sum = _mm_add_epi32(_mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1)), half);
    const __m128i shifted = _mm_srai_epi32(sum, kPrecision);
    out[x * 3] = static_cast<uint8_t>(_mm_extract_epi8(shifted, 0));
    out[x * 3 + 1] = static_cast<uint8_t>(_mm_extract_epi8(shifted, 4));
    out[x * 3 + 2] = static_cast<uint8_t>(_mm_extract_epi8(shifted, 8));
  }
  return taps.outputs;
}

__attribute__((target("avx2"))) void LineDownAvx2(const uint8_t* lines, size_t stride, const int32_t* weights, int32_t count, uint8_t* out) {
  size_t i = 0;
  for (; i + 8 <= stride; i += 8) {
    __m256i sum = _mm256_set1_epi32(static_cast<int32_t>(kHalf));
    for (int32_t k = 0; k < count; k++) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(lines + k * stride + i));
      sum = _mm256_add_epi32(sum, _mm256_mullo_epi32(_mm256_cvtepu8_epi32(bytes), _mm256_set1_epi32(weights[k])));
    }
    alignas(32) int32_t sums[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(sums), _mm256_srai_epi32(sum, kPrecision));
    for (int32_t j = 0; j < 8; j++) out[i + j] = static_cast<uint8_t>(sums[j]);
  }
  for (; i < stride; i++) {
    uint32_t sum = kHalf;
    for (int32_t k = 0; k < count; k++) sum += lines[k * stride + i] * static_cast<uint32_t>(weights[k]);
    out[i] = ToByte(sum);
  }
}

#endif

}  // namespace

bool ReadTaps(const int32_t* packed, size_t length, int32_t inputs, Taps* taps) {
  if (length < 2) return false;
  const int64_t outputs = packed[0];
  const int64_t most = packed[1];
  if (outputs < 1 || most < 1 || outputs > INT32_MAX / 4 || most > INT32_MAX / 4) return false;
  if (static_cast<uint64_t>(2 + outputs * (2 + most)) != length) return false;
  *taps = {static_cast<int32_t>(outputs), static_cast<int32_t>(most), packed + 2, packed + 2 + outputs, packed + 2 + 2 * outputs};
  for (int32_t i = 0; i < taps->outputs; i++) {
    if (taps->first[i] < 0 || taps->count[i] < 0 || taps->count[i] > taps->most) return false;
    if (static_cast<int64_t>(taps->first[i]) + taps->count[i] > inputs) return false;
    for (int32_t k = 0; k < taps->count[i]; k++) {
      const int32_t weight = taps->weights[static_cast<size_t>(i) * taps->most + k];
      if (weight < 0 || weight > 1 << kPrecision) return false;
    }
  }
  return true;
}

Across::Across(const Taps& taps, int32_t channels) : taps_(taps), channels_(channels) {
#ifdef GRAFT_AVX2
  if (channels == 3 && HasAvx2()) arranged_ = ArrangeWeights(taps);
#endif
}

void Across::Line(const uint8_t* line, const uint8_t* end, uint8_t* out) const {
  int32_t done = 0;
#ifdef GRAFT_AVX2
  if (!arranged_.empty()) done = ColourLineAvx2(line, end, taps_, arranged_, out);
#endif
  (void)end;
  LineAcross(line, channels_, taps_, done, out);
}

void Down(const uint8_t* lines, int32_t top, size_t stride, const Taps& taps, uint8_t* out) {
  std::vector<uint32_t> sums(stride);
  for (int32_t y = 0; y < taps.outputs; y++) {
    const int32_t* weights = taps.weights + static_cast<size_t>(y) * taps.most;
    const uint8_t* from = taps.count[y] == 0 ? lines : lines + static_cast<size_t>(taps.first[y] - top) * stride;
    uint8_t* to = out + static_cast<size_t>(y) * stride;
#ifdef GRAFT_AVX2
    if (HasAvx2()) {
      LineDownAvx2(from, stride, weights, taps.count[y], to);
      continue;
    }
#endif
    LineDown(from, stride, weights, taps.count[y], sums.data(), to);
  }
}

Reach ReachOf(const Taps& taps) {
  Reach reach{INT32_MAX, 0};
  for (int32_t i = 0; i < taps.outputs; i++) {
    if (taps.count[i] == 0) continue;
    reach.from = std::min(reach.from, taps.first[i]);
    reach.to = std::max(reach.to, taps.first[i] + taps.count[i]);
  }
  return reach.to == 0 ? Reach{0, 0} : reach;
}

bool Resample(const uint8_t* data, int32_t width, int32_t height, int32_t channels, const Taps* across, const Taps& down, uint8_t* out) {
  const size_t stride = static_cast<size_t>(across == nullptr ? width : across->outputs) * channels;
  try {
    const Reach reach = ReachOf(down);
    const uint8_t* lines = data + static_cast<size_t>(reach.from) * stride;
    std::vector<uint8_t> narrowed;
    if (across != nullptr) {
      const Across narrow(*across, channels);
      const size_t length = static_cast<size_t>(width) * channels;
      narrowed.resize(static_cast<size_t>(reach.to - reach.from) * stride);
      for (int32_t y = reach.from; y < reach.to; y++) {
        narrow.Line(data + y * length, data + height * length, narrowed.data() + static_cast<size_t>(y - reach.from) * stride);
      }
      lines = narrowed.data();
    }
    Down(lines, reach.from, stride, down, out);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace graft
