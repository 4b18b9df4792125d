// int8 with AVX-VNNI, for processors without AVX-512.

#include "kernels.h"
#include "unroll.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,avxvnni")
#endif

#define GRAFT_DOT256 _mm256_dpbusd_avx_epi32
#define GRAFT_APART256 8

namespace graft {
namespace {

#include "vector256.inl"
#include "int8_kernels.inl"
#include "int8_steps.inl"

void DepthwiseInt8(const Depthwise &step, const View &in, const View *added, const View &out, int32_t images) {
  DepthwisePart(step, in, added, out, images, 0, out.stride);
}

constexpr Kernels kKernels = {"avx-vnni", {V::kLanes, V::kVectors, 4, 1, 1, true, false}, Convolve, DepthwiseInt8, InputInt8, PointwiseInt8, PoolInt8, OutputInt8};

}  // namespace

const Kernels *Int8AvxVnni() { return &kKernels; }

}  // namespace graft
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
namespace graft {
const Kernels *Int8AvxVnni() { return nullptr; }
}  // namespace graft
#endif
