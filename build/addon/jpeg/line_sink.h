// Takes a picture line by line and brings it to another size on the way: a photograph is never in memory as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../resize/resample.h"

namespace graft {

class LineSink {
 public:
  virtual ~LineSink() = default;
  // Line y, three channels, from top to bottom. Nothing is read at `end` or behind it.
  virtual void Take(int32_t y, const uint8_t* line, const uint8_t* end) = 0;
  // After the last line.
  virtual void Finish() = 0;
};

// For a picture whose lines are the file's: across, then down.
class UprightSink : public LineSink {
 public:
  UprightSink(const Taps& across, const Taps& down, uint8_t* out);
  void Take(int32_t y, const uint8_t* line, const uint8_t* end) override;
  void Finish() override;

 private:
  const Taps down_;
  const Reach reach_;
  const size_t stride_;
  const Across across_;
  std::vector<uint8_t> narrowed_;
  uint8_t* out_;
};

// For one whose lines are the file's columns (EXIF orientations 5 to 8): what is across there is down in the file and comes first all the same.
class TurnedSink : public LineSink {
 public:
  // `columns`: of the file, as many as the picture has lines.
  TurnedSink(const Taps& across, const Taps& down, int32_t columns, uint8_t* out);
  void Take(int32_t y, const uint8_t* line, const uint8_t* end) override;
  void Finish() override {}

 private:
  void Put(int32_t x, const std::vector<uint32_t>& sums);

  const Taps across_;
  const Taps down_;
  const Reach reach_;
  const Across lower_;
  // By output: sums so far of one that has begun and not ended, else empty.
  std::vector<std::vector<uint32_t>> sums_;
  std::vector<uint8_t> line_, column_;
  uint8_t* out_;
};

}  // namespace graft
