#include "watch.h"

#include <cstring>
#include <limits>

namespace graft {
namespace {

// Sums of a line in float32, of the lines in double precision: a channel of a large image has more numbers than one float32 sum holds well.
void SeeLine(const float *pixel, const View &image, float *smallest, float *largest, float *sums) {
  const int32_t channels = image.channels;
  const ptrdiff_t step = image.pixel / ptrdiff_t(sizeof(float));
  for (int32_t x = 0; x < image.width; x++, pixel += step) {
    for (int32_t c = 0; c < channels; c++) {
      const float value = pixel[c];
      smallest[c] = value < smallest[c] ? value : smallest[c];
      largest[c] = value > largest[c] ? value : largest[c];
      sums[c] += value;
    }
  }
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
    std::memset(mean, 0, channels * sizeof(float));
    SeeLine(reinterpret_cast<const float *>(image.data + y * image.row), image, smallest, largest, mean);
    for (size_t c = 0; c < channels; c++) totals[c] += double(mean[c]);
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
