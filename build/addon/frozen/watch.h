// What is seen of the values on their way through a network, of each image by itself.

#ifndef GRAFT_FROZEN_WATCH_H_
#define GRAFT_FROZEN_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.h"

namespace graft {

// Numbers that are copied from a tensor: from each of `count` places of an image on `length` numbers, which is 1 or the tensor's channels. A place counts
// in such lengths, channels last.
struct Picks {
  int32_t tensor, count, length;
};

struct Watch {
  std::vector<Picks> picks;
  const int32_t *places;  // (rows, count) of each pick, one pick after the other
  float *picked;          // (rows, count, length) of each pick, one after the other
  float *channels;        // (rows, tensors but the first, [smallest, largest, mean], channels)

  size_t Places() const;
  size_t Picked() const;
};

// Of one image in float32: the smallest, the largest and the mean number of each channel, one row after the other.
void SeeChannels(const View &image, float *to);

// `places`: `count` of them, each checked.
void CopyPicked(const View &image, const int32_t *places, int32_t count, int32_t length, float *to);

}  // namespace graft

#endif  // GRAFT_FROZEN_WATCH_H_
