// Weights in the order in which kernels read them.

#ifndef GRAFT_FROZEN_ARRANGE_H_
#define GRAFT_FROZEN_ARRANGE_H_

#include <cstdint>
#include <vector>

#include "kernels.h"
#include "program.h"

namespace graft {

// Numbers at a place that vectors can be read from.
class Aligned {
 public:
  explicit Aligned(size_t bytes) : held_(bytes + kAlignment + kSlack, 0) {}
  Aligned() : Aligned(0) {}
  uint8_t *data() { return held_.data() + (kAlignment - reinterpret_cast<uintptr_t>(held_.data()) % kAlignment) % kAlignment; }

 private:
  static constexpr size_t kAlignment = 64, kSlack = 64;
  std::vector<uint8_t> held_;
};

struct ArrangedConvolution {
  Aligned weights, bias, multipliers;
  std::vector<KernelBlock> blocks;
  size_t weight_bytes;
};

// `is_tight`: the pixels of a row lie close by each other, so that a row of the kernel is one tap.
ArrangedConvolution ArrangeConvolution(const StepRow &step, Precision precision, const Arrangement &arrangement, int32_t inputs, int32_t outputs, bool is_tight);

struct ArrangedDepthwise {
  Aligned weights, bias, multipliers;
};

ArrangedDepthwise ArrangeDepthwise(const StepRow &step, Precision precision, const Arrangement &arrangement, int32_t channels);

}  // namespace graft

#endif  // GRAFT_FROZEN_ARRANGE_H_
