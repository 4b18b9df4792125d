// Weights in the order in which kernels read them.

#ifndef GRAFT_FROZEN_ARRANGE_H_
#define GRAFT_FROZEN_ARRANGE_H_

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "kernels.h"
#include "program.h"

namespace graft {

// Zeros at a place that vectors can be read from. What is never touched of many takes no memory: a place for many images costs what few use.
class Aligned {
 public:
  explicit Aligned(size_t bytes) : held_(static_cast<uint8_t *>(std::calloc(bytes + kAlignment + kSlack, 1))) {
    if (held_ == nullptr) throw std::bad_alloc();
  }
  Aligned() : Aligned(0) {}
  uint8_t *data() { return held_.get() + (kAlignment - reinterpret_cast<uintptr_t>(held_.get()) % kAlignment) % kAlignment; }

 private:
  static constexpr size_t kAlignment = 64, kSlack = 64;
  struct Free {
    void operator()(uint8_t *held) const { std::free(held); }
  };
  std::unique_ptr<uint8_t, Free> held_;
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
