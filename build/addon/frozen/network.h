// A program that is ready to run.

#ifndef GRAFT_FROZEN_NETWORK_H_
#define GRAFT_FROZEN_NETWORK_H_

#include <memory>
#include <vector>

#include "kernels.h"
#include "watch.h"

namespace graft {

class Network {
 public:
  virtual ~Network() = default;
  // Numbers of an input, and of an output.
  virtual size_t InputSize() const = 0;
  virtual size_t OutputSize() const = 0;
  virtual bool TakesUint8() const = 0;
  // `from`: uint8 or float32, (rows, ...).
  virtual void Run(const void *from, int rows, float *to, int threads) = 0;
  // The same, and what is seen on the way, of a program in float32. Throws std::runtime_error for tensors, places or lengths that are not there.
  virtual void RunWatched(const void *from, int rows, float *to, int threads, const Watch &watch) = 0;
  // Numbers that a watched run writes of an image's channels.
  virtual size_t WatchedChannels() const = 0;
  // Microseconds of each step since the last time this was asked, all threads together; measured from the first time on.
  virtual std::vector<double> Profile() = 0;
};

// Throws std::runtime_error for bytes that are no program. `kernels`: of its precision.
std::unique_ptr<Network> LoadNetwork(const uint8_t *bytes, size_t length, const Kernels *const kernels[3]);

}  // namespace graft

#endif  // GRAFT_FROZEN_NETWORK_H_
