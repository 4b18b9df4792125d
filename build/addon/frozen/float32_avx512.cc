// float32 with AVX-512.

#include "kernels.h"

namespace graft {
const Kernels *Float32Avx512() { return nullptr; }
const Kernels *Bfloat16Avx512() { return nullptr; }
}  // namespace graft
