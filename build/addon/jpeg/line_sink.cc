#include "line_sink.h"

#include <cstring>
#include <utility>

#include "simd.h"

#ifdef GRAFT_JPEG

namespace graft {
namespace {

constexpr int32_t kChannels = 3;
// Behind a line, so that vectors may read past it.
constexpr size_t kPast = 16;

GRAFT_JPEG_TARGET void Add(const uint8_t* line, uint32_t weight, size_t count, uint32_t* sums) {
  for (size_t i = 0; i < count; i++) sums[i] += line[i] * weight;
}

}  // namespace

UprightSink::UprightSink(const Taps& across, const Taps& down, uint8_t* out)
    : down_(down),
      reach_(ReachOf(down)),
      stride_(static_cast<size_t>(across.outputs) * kChannels),
      across_(across, kChannels),
      narrowed_(static_cast<size_t>(reach_.to - reach_.from) * stride_),
      out_(out) {}

void UprightSink::Take(int32_t y, const uint8_t* line, const uint8_t* end) {
  if (y >= reach_.from && y < reach_.to) across_.Line(line, end, narrowed_.data() + static_cast<size_t>(y - reach_.from) * stride_);
}

void UprightSink::Finish() { Down(narrowed_.data(), reach_.from, stride_, down_, out_); }

TurnedSink::TurnedSink(const Taps& across, const Taps& down, int32_t columns, uint8_t* out)
    : across_(across),
      down_(down),
      reach_(ReachOf(down)),
      lower_(down, kChannels),
      sums_(across.outputs),
      line_(static_cast<size_t>(columns) * kChannels + kPast),
      column_(static_cast<size_t>(down.outputs) * kChannels),
      out_(out) {}

void TurnedSink::Take(int32_t y, const uint8_t* line, const uint8_t*) {
  const size_t from = static_cast<size_t>(reach_.from) * kChannels, count = static_cast<size_t>(reach_.to - reach_.from) * kChannels;
  for (int32_t x = 0; x < across_.outputs; x++) {
    const int32_t k = y - across_.first[x];
    if (k < 0 || k >= across_.count[x]) continue;
    if (k == 0) sums_[x].assign(count, kHalf);
    Add(line + from, static_cast<uint32_t>(across_.weights[static_cast<size_t>(x) * across_.most + k]), count, sums_[x].data());
    if (k == across_.count[x] - 1) Put(x, std::exchange(sums_[x], {}));
  }
}

void TurnedSink::Put(int32_t x, const std::vector<uint32_t>& sums) {
  uint8_t* line = line_.data() + static_cast<size_t>(reach_.from) * kChannels;
  for (size_t i = 0; i < sums.size(); i++) line[i] = ToByte(sums[i]);
  lower_.Line(line_.data(), line_.data() + line_.size(), column_.data());
  for (int32_t y = 0; y < down_.outputs; y++) {
    std::memcpy(out_ + (static_cast<size_t>(y) * across_.outputs + x) * kChannels, column_.data() + y * kChannels, kChannels);
  }
}

}  // namespace graft

#endif
