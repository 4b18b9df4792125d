#include "program.h"

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

namespace graft {
namespace {

constexpr int32_t kMagic = 0x314e4647;
constexpr size_t kHeader = 8, kTensor = 8, kStep = 32;
// A side, a number of channels, a kernel: far above any network, and small enough that no product of three overflows 64 bits.
constexpr int32_t kMostSide = 1 << 16;
constexpr int64_t kMostNumbers = int64_t{1} << 31;
// Of the longest sum in an int8 step, and of what it is after its multiplier: both are kept in 32 bits.
constexpr double kMostSum = 2147483647.0;

[[noreturn]] void Refuse(const std::string &what) { throw std::runtime_error("Expected a frozen program. Received: " + what + "."); }

void Check(bool holds, const char *what) {
  if (!holds) Refuse(what);
}

float AsFloat(int32_t word) {
  float value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

class Reader {
 public:
  Reader(const uint8_t *bytes, size_t length) : bytes_(bytes), length_(length) {}

  Program Read() {
    Check(length_ >= kHeader * 4, "too few bytes");
    Check(Word(0) == kMagic, "bytes of another kind");
    Check(Word(1) >= 0 && Word(1) <= 2, "a precision that is not known");
    Check(Word(2) > 0 && Word(2) <= kMostSide && Word(3) > 1 && Word(3) <= kMostSide, "a number of tensors or steps out of range");
    const size_t words = kHeader + size_t(Word(2)) * kTensor + size_t(Word(3)) * kStep;
    Check(Word(4) > 0 && Word(5) >= 0 && size_t(Word(4)) >= words * 4 && size_t(Word(4)) % 64 == 0, "data in a wrong place");
    Check(size_t(Word(4)) + size_t(Word(5)) <= length_, "fewer bytes than it says");
    data_ = bytes_ + Word(4);
    data_length_ = size_t(Word(5));
    program_.precision = Precision(Word(1));
    for (int32_t i = 0; i < Word(2); i++) ReadTensor(kHeader + size_t(i) * kTensor);
    made_.assign(program_.tensors.size(), 0);
    for (int32_t i = 0; i < Word(3); i++) ReadStep(kHeader + size_t(Word(2)) * kTensor + size_t(i) * kStep, i == 0, i == Word(3) - 1);
    return program_;
  }

 private:
  int32_t Word(size_t at) const {
    int32_t word;
    std::memcpy(&word, bytes_ + at * 4, 4);
    return word;
  }

  bool IsInteger() const { return program_.precision == Precision::kInt8; }

  static int32_t Highest(const TensorRow &row) { return row.is_wide ? 4095 : 255; }

  void ReadTensor(size_t at) {
    TensorRow row{Word(at), Word(at + 1), Word(at + 2), Word(at + 3), Word(at + 4) != 0, AsFloat(Word(at + 5)), Word(at + 6) != 0};
    for (int32_t side : {row.height, row.width, row.channels}) Check(side > 0 && side <= kMostSide, "a tensor's side out of range");
    Check(int64_t(row.height) * row.width * row.channels < kMostNumbers, "a tensor that is too large");
    Check(!row.is_wide || (IsInteger() && !row.is_float), "12 bits of another format");
    Check(row.zero_point >= 0 && row.zero_point <= (IsInteger() ? Highest(row) : 0), "a zero point out of range");
    Check(std::isfinite(row.scale) && row.scale > 0, "a scale that is no positive number");
    program_.tensors.push_back(row);
  }

  const TensorRow &Tensor(int32_t i) const {
    Check(i >= 0 && size_t(i) < program_.tensors.size(), "a tensor that is not there");
    return program_.tensors[size_t(i)];
  }

  // Something that an earlier step made.
  const TensorRow &Given(int32_t i) const {
    const TensorRow &row = Tensor(i);
    Check(made_[size_t(i)] != 0 && !row.is_float, "a step that reads what no step has made");
    return row;
  }

  const uint8_t *Data(int32_t at, int64_t bytes) const {
    Check(at >= 0 && at % 64 == 0 && bytes >= 0 && uint64_t(at) + uint64_t(bytes) <= data_length_, "an array beyond the end");
    return data_ + at;
  }

  void ReadStep(size_t at, bool is_first, bool is_last) {
    StepRow step{};
    Check(Word(at) >= 0 && Word(at) <= int32_t(StepKind::kOutput), "a step that is not known");
    step.kind = StepKind(Word(at));
    Check((step.kind == StepKind::kInput) == is_first, "an input in a wrong place");
    step.input = Word(at + 1);
    // The others have no second input, whatever stands there.
    const bool has_second = step.kind == StepKind::kConvolution || step.kind == StepKind::kDepthwise || step.kind == StepKind::kAdd || step.kind == StepKind::kMultiply;
    step.second = has_second ? Word(at + 2) : -1;
    step.output = Word(at + 3);
    for (size_t i = 0; i < 2; i++) {
      step.size[i] = Word(at + 4 + i);
      step.strides[i] = Word(at + 6 + i);
      step.dilations[i] = Word(at + 8 + i);
      step.pads[i] = Word(at + 10 + i);
      step.scales[i] = AsFloat(Word(at + 18 + i));
      Check(std::isfinite(step.scales[i]), "a scale that is no number");
    }
    step.groups = Word(at + 12);
    step.low = Word(at + 13);
    step.high = Word(at + 14);
    step.low_float = AsFloat(step.low);
    step.high_float = AsFloat(step.high);
    step.channel_offset = Word(at + 20);
    step.takes_uint8 = Word(at + 21) != 0;
    const TensorRow &out = Tensor(step.output);
    const bool gives_float = is_last && (step.kind == StepKind::kOutput || step.kind == StepKind::kAveragePool);
    Check(out.is_float == gives_float, "numbers of a wrong kind");
    Check(step.kind == StepKind::kLookup || made_[size_t(step.output)] == 0, "a tensor that is made twice");
    CheckWide(step, out);
    CheckStep(step, at, out);
    made_[size_t(step.output)] = 1;
    program_.steps.push_back(step);
  }

  // Convolutions make numbers of 12 bits and add them to others; those of one place read them.
  void CheckWide(const StepRow &step, const TensorRow &out) const {
    const bool is_convolution = step.kind == StepKind::kConvolution;
    const bool reads = is_convolution && step.size[0] == 1 && step.size[1] == 1;
    Check(!out.is_wide || is_convolution, "12 bits that a step does not make");
    Check(reads || !Tensor(step.input).is_wide, "12 bits that a step does not read");
    Check(step.second == -1 || is_convolution || !Tensor(step.second).is_wide, "12 bits that a step does not add");
  }

  void CheckStep(StepRow &step, size_t at, const TensorRow &out) {
    if (step.kind == StepKind::kInput) {
      const TensorRow &in = Tensor(step.input);
      Check(in.is_float && made_[size_t(step.input)] == 0, "an input of a wrong kind");
      CheckSame(in, out);
      step.weights = Data(Word(at + 15), int64_t(out.channels) * 4);
      step.bias = Data(Word(at + 16), int64_t(out.channels) * 4);
      return;
    }
    const TensorRow &in = Given(step.input);
    if (step.kind == StepKind::kConvolution || step.kind == StepKind::kDepthwise) return CheckKernel(step, at, in, out);
    if (step.kind == StepKind::kMaxPool || step.kind == StepKind::kAveragePool) {
      CheckWindows(step, in, out, true);
      Check(in.channels == out.channels, "pooling that changes channels");
      if (step.kind == StepKind::kAveragePool) CheckBounds(step, out);
      return;
    }
    if (step.kind == StepKind::kAdd || step.kind == StepKind::kMultiply) {
      const TensorRow &second = Given(step.second);
      CheckSame(in, out);
      const bool is_spread = step.kind == StepKind::kMultiply && second.height == 1 && second.width == 1 && second.channels == in.channels;
      if (!is_spread) CheckSame(second, out);
      return CheckBounds(step, out);
    }
    if (step.kind == StepKind::kLookup) {
      Check(in.height == out.height && in.width == out.width, "a lookup that changes the size");
      Check(step.channel_offset >= 0 && int64_t(step.channel_offset) + in.channels <= out.channels, "channels out of range");
      step.weights = IsInteger() ? Data(Word(at + 15), 256) : nullptr;
      return;
    }
    CheckSame(in, out);
  }

  static void CheckSame(const TensorRow &a, const TensorRow &b) {
    Check(a.height == b.height && a.width == b.width && a.channels == b.channels, "shapes that do not fit");
  }

  void CheckBounds(const StepRow &step, const TensorRow &out) const {
    if (IsInteger()) return Check(step.low >= 0 && step.low <= step.high && step.high <= Highest(out), "bounds out of range");
    Check(step.low_float <= step.high_float, "bounds that are no numbers");
  }

  static void CheckWindows(const StepRow &step, const TensorRow &in, const TensorRow &out, bool is_pool) {
    const int32_t inputs[] = {in.height, in.width}, outputs[] = {out.height, out.width};
    for (size_t i = 0; i < 2; i++) {
      Check(step.size[i] > 0 && step.size[i] <= kMostSide && step.strides[i] > 0 && step.strides[i] <= kMostSide, "a window out of range");
      Check(step.dilations[i] > 0 && step.dilations[i] <= kMostSide && step.pads[i] >= 0 && step.pads[i] <= kMostSide, "a window out of range");
      const int64_t reach = int64_t(step.size[i] - 1) * step.dilations[i];
      Check(reach <= kMostSide, "a window out of range");
      const int64_t end = int64_t(outputs[i] - 1) * step.strides[i] + reach + 1 - step.pads[i];
      // What lies beyond the end is an edge like that before the beginning: not wider than the window.
      Check(step.pads[i] <= reach && end <= inputs[i] + reach, "windows beyond the input");
      if (is_pool) Check(step.dilations[i] == 1 && step.pads[i] < step.size[i] && end - step.size[i] < inputs[i], "a pool beyond the input");
    }
  }

  void CheckKernel(StepRow &step, size_t at, const TensorRow &in, const TensorRow &out) {
    const bool is_depthwise = step.kind == StepKind::kDepthwise;
    CheckWindows(step, in, out, false);
    Check(step.groups > 0 && in.channels % step.groups == 0 && out.channels % step.groups == 0, "groups that do not fit");
    if (is_depthwise) Check(in.channels == out.channels, "a depthwise kernel that changes channels");
    const int64_t inputs = is_depthwise ? 1 : in.channels / step.groups;
    const int64_t places = int64_t(step.size[0]) * step.size[1] * inputs;
    Check(places * out.channels < kMostNumbers, "a kernel that is too large");
    const int64_t width = IsInteger() ? 1 : 4;
    step.weights = Data(Word(at + 15), places * out.channels * width);
    step.bias = Data(Word(at + 16), int64_t(out.channels) * 4);
    if (step.second != -1) CheckSame(Given(step.second), out);
    CheckBounds(step, out);
    if (!IsInteger()) return;
    step.multipliers = Data(Word(at + 17), int64_t(out.channels) * 4);
    CheckSums(step, places, out.channels, Highest(in));
  }

  // The largest sum of each channel has to fit.
  static void CheckSums(const StepRow &step, int64_t places, int32_t channels, int32_t highest) {
    std::vector<double> largest(size_t(channels), 0.0);
    const int8_t *weights = reinterpret_cast<const int8_t *>(step.weights);
    for (int64_t p = 0; p < places; p++) {
      for (int32_t c = 0; c < channels; c++) largest[size_t(c)] += double(highest) * std::abs(int(weights[p * channels + c]));
    }
    for (int32_t c = 0; c < channels; c++) {
      int32_t bias;
      float multiplier;
      std::memcpy(&bias, step.bias + size_t(c) * 4, 4);
      std::memcpy(&multiplier, step.multipliers + size_t(c) * 4, 4);
      const double sum = largest[size_t(c)] + std::fabs(double(bias));
      Check(sum < kMostSum && std::isfinite(multiplier), "a sum of more than 32 bits");
      Check(sum * std::fabs(double(multiplier)) + 65536.0 * std::fabs(double(step.scales[0])) < kMostSum / 2, "a sum of more than 32 bits");
    }
  }

  const uint8_t *bytes_;
  size_t length_;
  const uint8_t *data_ = nullptr;
  size_t data_length_ = 0;
  Program program_{};
  std::vector<char> made_;
};

}  // namespace

Program ReadProgram(const uint8_t *bytes, size_t length) { return Reader(bytes, length).Read(); }

}  // namespace graft
