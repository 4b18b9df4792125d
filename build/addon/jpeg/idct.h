// The inverse cosine transform in the whole numbers of libjpeg's "islow" (jidctint.c) and of its reduced sizes (jidctred.c): Loeffler, Ligtenberg and
// Moschytz, ICASSP 1989, with 13 bits of fraction. Same numbers, so the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd.h"

#ifdef GRAFT_JPEG

namespace graft {

// One block of 64 coefficients, line by line, times its quantisation table, to `size` x `size` bytes around 128; size 8, 4, 2 or 1. `is_flat`: all but the
// first are zero.
// `peak` (8 numbers) becomes the largest magnitude that came up: above kLargestPeak libjpeg's arithmetic in 16 bits gives other numbers.
void InverseDct(int size, const int16_t* coefficients, const int32_t* quant, bool is_flat, uint8_t* out, size_t stride, int32_t* peak);

constexpr int32_t kLargestPeak = 16383;

}  // namespace graft

#endif
