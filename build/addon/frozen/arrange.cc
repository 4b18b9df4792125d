#include "arrange.h"

#include <algorithm>
#include <cstring>

namespace graft {
namespace {

// To nearest, ties to even, as TensorFlow does; in the upper half.
uint32_t Bfloat16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u;
}

// Copies one weight of the program to where a kernel reads it.
class WeightCopy {
 public:
  // `bytes`: of a number that is written.
  WeightCopy(const uint8_t *from, Precision precision, int32_t bytes) : from_(from), precision_(precision), bytes_(bytes) {}

  void operator()(uint8_t *to, int64_t index, int64_t source) const {
    if (precision_ == Precision::kInt8) {
      to[index] = from_[source];
      return;
    }
    float value;
    std::memcpy(&value, from_ + source * 4, 4);
    uint32_t bits = Bfloat16(value);
    if (precision_ == Precision::kFloat32) std::memcpy(&bits, &value, 4);
    if (bytes_ == 2) bits >>= 16;
    std::memcpy(to + index * bytes_, &bits, size_t(bytes_));
  }

 private:
  const uint8_t *from_;
  Precision precision_;
  int32_t bytes_;
};

int32_t UpTo(int32_t value, int32_t multiple) { return (value + multiple - 1) / multiple * multiple; }

void CopyWords(uint8_t *to, int64_t index, const uint8_t *from, int64_t source) { std::memcpy(to + index * 4, from + source * 4, 4); }

}  // namespace

ArrangedConvolution ArrangeConvolution(const StepRow &step, Precision precision, const Arrangement &a, int32_t inputs, int32_t outputs, bool is_tight) {
  ArrangedConvolution made;
  const int32_t group_inputs = inputs / step.groups, group_outputs = outputs / step.groups;
  const int32_t height = step.size[0], width = step.size[1];
  const int32_t taps = is_tight ? height : height * width;
  const int32_t padded = UpTo(outputs, 16);
  // Every part of the output channels, with the input channels of its groups.
  struct Part {
    int32_t first, vectors, from, steps;
  };
  std::vector<Part> parts;
  int64_t total = 0;
  for (int32_t first = 0; first < padded;) {
    const int32_t left = (padded - first) / a.lanes;
    // 4 vectors are better as 2 + 2 than as 3 + 1.
    const int32_t vectors = left == a.most_vectors + 1 && a.most_vectors > 2 ? a.most_vectors - 1 : std::min(left, a.most_vectors);
    const int32_t last = std::min(first + vectors * a.lanes, outputs) - 1;
    int32_t from = std::min(first, outputs - 1) / group_outputs * group_inputs;
    const int32_t end = (std::max(last, std::min(first, outputs - 1)) / group_outputs + 1) * group_inputs;
    from = from / a.inputs_at_once * a.inputs_at_once;
    const int32_t length = is_tight ? width * inputs : end - from;
    parts.push_back({first, vectors, is_tight ? 0 : from, (length + a.inputs_at_once - 1) / a.inputs_at_once});
    total += int64_t(taps) * parts.back().steps * vectors * a.lanes * a.inputs_at_once * a.read_bytes;
    first += vectors * a.lanes;
  }
  made.weights = Aligned(size_t(total));
  made.bias = Aligned(size_t(padded) * 4);
  made.multipliers = Aligned(size_t(padded) * 4);
  made.weight_bytes = size_t(total);
  const WeightCopy copy(step.weights, precision, a.read_bytes);
  uint8_t *weights = made.weights.data();
  for (const Part &part : parts) {
    const int32_t block = part.vectors * a.lanes;
    for (int32_t v = 0; v < part.vectors; v++) {
      for (int32_t n = 0; n < a.lanes; n++) {
        const int32_t channel = part.first + (a.is_woven ? n / 4 * 4 * part.vectors + 4 * v + n % 4 : v * a.lanes + n);
        if (channel >= outputs) continue;
        const int64_t place = v * a.lanes + n;
        CopyWords(made.bias.data(), part.first + place, step.bias, channel);
        if (step.multipliers != nullptr) CopyWords(made.multipliers.data(), part.first + place, step.multipliers, channel);
        const int32_t group_start = channel / group_outputs * group_inputs;
        for (int32_t tap = 0; tap < height * width; tap++) {
          for (int32_t i = 0; i < group_inputs; i++) {
            // Which number of the tap's inputs it meets.
            const int32_t row = is_tight ? tap / width : tap;
            const int32_t k = is_tight ? tap % width * inputs + group_start + i : group_start + i - part.from;
            const int64_t index = ((int64_t(row) * part.steps + k / a.inputs_at_once) * block + place) * a.inputs_at_once + k % a.inputs_at_once;
            copy(weights, index, (int64_t(tap) * group_inputs + i) * outputs + channel);
          }
        }
      }
    }
    made.blocks.push_back({part.first, part.vectors, part.steps, ptrdiff_t(part.from) * a.read_bytes, weights,
                           reinterpret_cast<const float *>(made.bias.data()) + part.first,
                           reinterpret_cast<const float *>(made.multipliers.data()) + part.first});
    weights += int64_t(taps) * part.steps * block * a.inputs_at_once * a.read_bytes;
  }
  return made;
}

ArrangedDepthwise ArrangeDepthwise(const StepRow &step, Precision precision, const Arrangement &a, int32_t channels) {
  ArrangedDepthwise made;
  const int32_t height = step.size[0], width = step.size[1];
  const int32_t block = a.is_woven ? 4 * a.lanes : a.pairs_depthwise ? 2 * a.lanes : a.lanes;
  const int32_t groups = a.is_woven ? (height + 3) / 4 : height;
  const int32_t deep = a.is_woven ? 4 : 1;
  const int32_t padded = UpTo(channels, block);
  // Sums of float32, so are the weights that they are made with.
  const Precision held = precision == Precision::kInt8 ? precision : Precision::kFloat32;
  made.weights = Aligned(size_t(padded) * width * groups * deep * (held == Precision::kInt8 ? 1 : 4));
  made.bias = Aligned(size_t(padded) * 4);
  made.multipliers = Aligned(size_t(padded) * 4);
  const WeightCopy copy(step.weights, held, 4);
  for (int32_t channel = 0; channel < channels; channel++) {
    const int32_t b = channel / block, c = channel % block;
    // Woven: in each 16 bytes of a vector four channels of each of its quarters follow each other.
    const int32_t place = a.is_woven ? c % 16 / 4 * a.lanes + c / 16 * 4 + c % 4 : a.pairs_depthwise ? c % 2 * a.lanes + c / 2 : c;
    CopyWords(made.bias.data(), int64_t(b) * block + place, step.bias, channel);
    if (step.multipliers != nullptr) CopyWords(made.multipliers.data(), int64_t(b) * block + place, step.multipliers, channel);
    for (int32_t y = 0; y < height; y++) {
      for (int32_t x = 0; x < width; x++) {
        const int64_t tap = a.is_woven ? int64_t(x) * groups + y / deep : int64_t(y) * width + x;
        const int64_t index = ((int64_t(b) * width * groups + tap) * block + place) * deep + (a.is_woven ? y % deep : 0);
        copy(made.weights.data(), index, (int64_t(y) * width + x) * channels + channel);
      }
    }
  }
  return made;
}

}  // namespace graft
