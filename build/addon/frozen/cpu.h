// What the processor that runs this has.

#ifndef GRAFT_FROZEN_CPU_H_
#define GRAFT_FROZEN_CPU_H_

#include <string>
#include <vector>

#include "kernels.h"

namespace graft {

// The best kernels of each precision (float32, bfloat16, int8) that this processor runs; null: none. `without`: instructions, by the names that Linux
// gives them, that are taken as missing.
void KernelsOfThisProcessor(const std::vector<std::string> &without, const Kernels *kernels[3]);

}  // namespace graft

#endif  // GRAFT_FROZEN_CPU_H_
