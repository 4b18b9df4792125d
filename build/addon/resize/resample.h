// The sums of src-main/data/resize.ts, bit for bit. Portable C++, and AVX2 where the processor has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace graft {

constexpr int kPrecision = 22;
constexpr uint32_t kHalf = 1u << (kPrecision - 1);

// Sums wrap as 32-bit numbers do in resize.ts.
inline uint8_t ToByte(uint32_t sum) { return static_cast<uint8_t>(static_cast<int32_t>(sum) >> kPrecision); }

// Where the outputs along one axis come from: output i is the sum of weights[i * most + k] * input[first[i] + k] over k < count[i], in units of 2^-22.
struct Taps {
  int32_t outputs;
  int32_t most;
  const int32_t* first;
  const int32_t* count;
  const int32_t* weights;
};

// Reads what resize-apart.ts packs. False: lengths or places do not fit an axis of `inputs`.
bool ReadTaps(const int32_t* packed, size_t length, int32_t inputs, Taps* taps);

// Brings lines to another width, one by one.
class Across {
 public:
  Across(const Taps& taps, int32_t channels);
  // Reads nothing at `end` or behind it; lines of three channels are done faster where 16 bytes lie behind what is read of them.
  void Line(const uint8_t* line, const uint8_t* end, uint8_t* out) const;

 private:
  const Taps taps_;
  const int32_t channels_;
  // Weights in the order that vectors need; empty: there are none here.
  std::vector<int16_t> arranged_;
};

// Brings lines of `stride` bytes to another height; `lines` begins with line `top` of the picture.
void Down(const uint8_t* lines, int32_t top, size_t stride, const Taps& taps, uint8_t* out);

// The lines that an axis looks at: from, and to without the last; both 0: none.
struct Reach {
  int32_t from;
  int32_t to;
};
Reach ReachOf(const Taps& taps);

// Brings (height, width, channels) bytes to (down.outputs, across.outputs, channels); `across` null: the width stays. False: out of memory.
bool Resample(const uint8_t* data, int32_t width, int32_t height, int32_t channels, const Taps* across, const Taps& down, uint8_t* out);

}  // namespace graft
