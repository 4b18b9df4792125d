// How the inputs of a kernel go together: sums of their products over windows (second-moments.ts).

#ifndef GRAFT_FROZEN_PRODUCTS_H_
#define GRAFT_FROZEN_PRODUCTS_H_

#include <cstddef>
#include <cstdint>

namespace graft {

// Sums of one set of `inputs`: of the products of each pair (i, j >= i), the rows of an upper triangle one after the other, then of the inputs themselves.
size_t SumsOf(int32_t inputs);

// Adds `count` windows, (count, inputs, sets) numbers, to `to`, (SumsOf(inputs), sets). Each set of inputs goes by itself: a channel of a depthwise kernel.
// The number of threads changes no bit.
void AddProducts(const float *windows, int64_t count, int32_t inputs, int32_t sets, float *to, int threads);

}  // namespace graft

#endif  // GRAFT_FROZEN_PRODUCTS_H_
