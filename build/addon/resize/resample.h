// The sums of src-main/data/resize.ts, bit for bit. Portable C++, and AVX2 where the processor has it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace graft {

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

// Brings (height, width, channels) bytes to (down.outputs, across.outputs, channels); `across` null: the width stays. False: out of memory.
bool Resample(const uint8_t* data, int32_t width, int32_t height, int32_t channels, const Taps* across, const Taps& down, uint8_t* out);

}  // namespace graft
