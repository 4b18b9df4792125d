// int8 with AVX-VNNI, for processors without AVX-512.

#include "kernels.h"

namespace graft {
const Kernels *Int8AvxVnni() { return nullptr; }
}  // namespace graft
