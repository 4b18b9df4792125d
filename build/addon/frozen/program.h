// A frozen network as src-main/learning/engine/frozen/encode-frozen.ts writes it: steps over images, channels last.

#ifndef GRAFT_FROZEN_PROGRAM_H_
#define GRAFT_FROZEN_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace graft {

enum class Precision : int32_t { kFloat32, kBfloat16, kInt8 };

enum class StepKind : int32_t {
  kInput,
  kConvolution,
  kDepthwise,
  kAdd,
  kMultiply,
  kLookup,
  kMaxPool,
  kAveragePool,
  kOutput,
};

struct TensorRow {
  int32_t height, width, channels, zero_point;
  bool is_float;
  float scale;
  bool is_wide;  // 12 bits, int8 programs

};

struct StepRow {
  StepKind kind;
  int32_t input, second, output;  // second: of two inputs, or what is added; -1: none
  int32_t size[2], strides[2], dilations[2], pads[2];
  int32_t groups;
  int32_t low, high;            // as whole numbers, int8 programs
  float low_float, high_float;  // the same words as numbers, float programs
  const uint8_t *weights, *bias, *multipliers;
  float scales[2];
  int32_t channel_offset;
  bool takes_uint8;
};

struct Program {
  Precision precision;
  std::vector<TensorRow> tensors;
  std::vector<StepRow> steps;
};

// Reads and checks every number: sizes, places of tensors, how shapes follow from each other, that each array lies within the bytes. Throws
// std::runtime_error. What it returns points into `bytes`.
Program ReadProgram(const uint8_t *bytes, size_t length);

}  // namespace graft

#endif  // GRAFT_FROZEN_PROGRAM_H_
