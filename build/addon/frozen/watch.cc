#include "watch.h"

#include <cstring>
#include <limits>
#include <vector>

#include "plain_vectors.h"

namespace graft {
namespace {

// Of `kVectors` vectors of channels from `first` on of one line; they stay in registers. Sums of a line are float32, of the lines double: a channel of a
// large image has more numbers than one float32 holds the sum of.
template <typename V, int kVectors>
void SeeLine(const View &image, const uint8_t *line, int32_t first, float *smallest, float *largest, double *totals) {
  constexpr int kChannels = kVectors * V::kNumbers;
  typename V::Numbers least[kVectors], most[kVectors], sums[kVectors];
  for (int v = 0; v < kVectors; v++) {
    least[v] = V::Load(smallest + first + v * V::kNumbers);
    most[v] = V::Load(largest + first + v * V::kNumbers);
    sums[v] = V::Zero();
  }
  const uint8_t *pixel = line + size_t(first) * sizeof(float);
  for (int32_t x = 0; x < image.width; x++, pixel += image.pixel) {
    for (int v = 0; v < kVectors; v++) {
      const typename V::Numbers values = V::Load(reinterpret_cast<const float *>(pixel) + v * V::kNumbers);
      least[v] = V::Min(values, least[v]);
      most[v] = V::Max(values, most[v]);
      sums[v] = V::Add(sums[v], values);
    }
  }
  float numbers[kChannels];
  for (int v = 0; v < kVectors; v++) {
    V::Store(smallest + first + v * V::kNumbers, least[v]);
    V::Store(largest + first + v * V::kNumbers, most[v]);
    V::Store(numbers + v * V::kNumbers, sums[v]);
  }
  for (int c = 0; c < kChannels; c++) totals[first + c] += double(numbers[c]);
}

}  // namespace

size_t Watch::Places() const {
  size_t total = 0;
  for (const Picks &each : picks) total += size_t(each.count);
  return total;
}

size_t Watch::Picked() const {
  size_t total = 0;
  for (const Picks &each : picks) total += size_t(each.count) * size_t(each.length);
  return total;
}

void SeeChannels(const View &image, float *to) {
  const size_t channels = size_t(image.channels);
  float *smallest = to, *largest = to + channels, *mean = to + 2 * channels;
  std::vector<double> totals(channels, 0);
  for (size_t c = 0; c < channels; c++) {
    smallest[c] = std::numeric_limits<float>::infinity();
    largest[c] = -smallest[c];
  }
  for (int32_t y = 0; y < image.height; y++) {
    const uint8_t *line = image.data + y * image.row;
    int32_t c = 0;
    for (; c + 4 * Four::kNumbers <= image.channels; c += 4 * Four::kNumbers) SeeLine<Four, 4>(image, line, c, smallest, largest, totals.data());
    for (; c < image.channels; c++) SeeLine<One, 1>(image, line, c, smallest, largest, totals.data());
  }
  const double pixels = double(image.height) * double(image.width);
  for (size_t c = 0; c < channels; c++) mean[c] = float(totals[c] / pixels);
}

void CopyPicked(const View &image, const int32_t *places, int32_t count, int32_t length, float *to) {
  for (int32_t i = 0; i < count; i++, to += length) {
    const int64_t number = int64_t(places[i]) * length;
    const int64_t pixel = number / image.channels, channel = number % image.channels;
    const uint8_t *from = image.data + pixel / image.width * image.row + pixel % image.width * image.pixel;
    std::memcpy(to, from + channel * int64_t(sizeof(float)), size_t(length) * sizeof(float));
  }
}

}  // namespace graft
