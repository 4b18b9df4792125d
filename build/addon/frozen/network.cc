#include "network.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <ctime>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>

#include "arrange.h"
#include "program.h"
#include "workers.h"

namespace graft {
namespace {

// Images that go through the network together on one thread: their weights are read once for all of them.
constexpr int kUnit = 16;
// What a few steps hold of their images at a time: half of a core's second cache.
constexpr int64_t kNearBytes = 768 * 1024;
// The same of a band: its lines are read soon after they are written.
constexpr int64_t kBandBytes = 512 * 1024;
constexpr size_t kSlack = 256;

// Of this thread's work, without what others take from it where the system tells.
double ThreadMicroseconds() {
#if defined(CLOCK_THREAD_CPUTIME_ID)
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) * 1e6 + double(now.tv_nsec) / 1e3;
#else
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
#endif
}

struct Tensor {
  TensorRow row;
  int32_t stride;  // numbers a pixel
  int32_t top = 0, bottom = 0, left = 0, right = 0;
  int64_t bytes;   // of one image with its edge
  ptrdiff_t pixel, line, origin;
  // Within one segment, it is held for as many images as go together there; else for a whole unit.
  bool is_local = true;
  int first = -1, last = -1;  // steps
  int whole = -1;             // the last step that writes into it
  int64_t place = 0;          // in the unit's or the segment's memory
};

struct Step {
  StepRow row;
  ArrangedConvolution convolution_data;
  ArrangedDepthwise depthwise_data;
  Aligned table, a, b;
  std::vector<ptrdiff_t> taps;
  Convolution convolution;
  Depthwise depthwise;
  Input input;
  Pointwise pointwise;
  Pool pool;
};

// Steps from..to (without) for `group` images at a time; where one image alone is too large, in bands of `band` lines of the last step (0: whole).
struct Segment {
  int from, to, group;
  int64_t bytes;  // of its own memory
  int32_t band;
};

class RunnableNetwork : public Network {
 public:
  RunnableNetwork(const Program &program, const Kernels &kernels) : kernels_(kernels), precision_(program.precision) {
    for (const TensorRow &row : program.tensors) tensors_.push_back(Tensor{row, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    for (const StepRow &row : program.steps) steps_.emplace_back().row = row;
    SetUses();
    SetEdges();
    SetSegments();
    SetPlaces();
    for (Step &step : steps_) Prepare(step);
    time_.assign(steps_.size(), 0);
  }

  size_t InputSize() const override { return Numbers(steps_.front().row.input); }
  size_t OutputSize() const override { return Numbers(steps_.back().row.output); }
  bool TakesUint8() const override { return steps_.front().row.takes_uint8; }

  void Run(const void *from, int rows, float *to, int threads) override { RunRows(from, rows, to, threads, nullptr); }

  void RunWatched(const void *from, int rows, float *to, int threads, const Watch &watch) override {
    CheckWatch(watch, rows);
    RunRows(from, rows, to, threads, &watch);
  }

  size_t WatchedChannels() const override {
    size_t total = 0;
    for (size_t i = 1; i < tensors_.size(); i++) total += 3 * size_t(tensors_[i].row.channels);
    return total;
  }

  std::vector<double> Profile() override {
    std::lock_guard<std::mutex> lock(mutex_);
    is_timed_ = true;
    std::vector<double> times(time_.size(), 0);
    times.swap(time_);
    return times;
  }

 private:
  void RunRows(const void *from, int rows, float *to, int threads, const Watch *watch) {
    const int most = std::max(1, std::min(threads, rows));
    const int unit = std::min(kUnit, (rows + most - 1) / most);
    const int units = (rows + unit - 1) / unit;
    std::atomic<int> next{0};
    RunOnThreads(std::min(most, units), [&](int) {
      std::unique_ptr<Memory> memory = TakeMemory(unit);
      for (int i = next++; i < units; i = next++) RunUnit(from, i * unit, std::min(unit, rows - i * unit), to, *memory, watch, rows);
      GiveBack(std::move(memory));
    });
  }

  struct Memory {
    Aligned unit, segment;
    int images;
    explicit Memory(size_t unit_bytes, size_t segment_bytes, int count) : unit(unit_bytes + 2 * kSlack), segment(segment_bytes + 2 * kSlack), images(count) {}
  };

  size_t Numbers(int32_t tensor) const {
    const TensorRow &row = tensors_[size_t(tensor)].row;
    return size_t(row.height) * size_t(row.width) * size_t(row.channels);
  }

  void SetUses() {
    for (int i = 0; i < int(steps_.size()); i++) {
      const StepRow &row = steps_[size_t(i)].row;
      Tensor &out = tensors_[size_t(row.output)];
      if (out.first == -1) out.first = i;
      out.last = std::max(out.last, i);
      out.whole = i;
      if (i > 0) Use(row.input, i);
      if (row.second != -1 && row.kind != StepKind::kInput) Use(row.second, i);
    }
  }

  void Use(int32_t tensor, int step) {
    Tensor &used = tensors_[size_t(tensor)];
    used.last = std::max(used.last, step);
  }

  // How far readers look beyond a tensor's edges, and whether its pixels may lie close by each other.
  void SetEdges() {
    const int32_t input = steps_.front().row.output;
    bool only_convolved = tensors_[size_t(input)].row.channels <= 4;
    for (const Step &step : steps_) {
      const StepRow &row = step.row;
      if (row.kind == StepKind::kInput) continue;
      const bool is_convolution = row.kind == StepKind::kConvolution;
      if ((row.input == input && (!is_convolution || row.dilations[1] != 1)) || row.second == input) only_convolved = false;
      if (!is_convolution && row.kind != StepKind::kDepthwise) continue;
      Tensor &in = tensors_[size_t(row.input)];
      const TensorRow &out = tensors_[size_t(row.output)].row;
      const auto end = [&](size_t axis, int32_t outputs, int32_t inputs) {
        return std::max(0, (outputs - 1) * row.strides[axis] + (row.size[axis] - 1) * row.dilations[axis] + 1 - row.pads[axis] - inputs);
      };
      in.top = std::max(in.top, row.pads[0]);
      in.left = std::max(in.left, row.pads[1]);
      in.bottom = std::max(in.bottom, end(0, out.height, in.row.height));
      in.right = std::max(in.right, end(1, out.width, in.row.width));
    }
    const int32_t bytes = kernels_.arrangement.bytes;
    for (Tensor &tensor : tensors_) {
      const bool is_tight = &tensor == &tensors_[size_t(input)] && only_convolved;
      tensor.stride = is_tight ? tensor.row.channels : (tensor.row.channels + 15) / 16 * 16;
      tensor.pixel = ptrdiff_t(tensor.stride) * bytes * (tensor.row.is_wide ? 2 : 1);
      tensor.line = tensor.pixel * (tensor.left + tensor.row.width + tensor.right);
      tensor.origin = tensor.top * tensor.line + tensor.left * tensor.pixel;
      tensor.bytes = int64_t(tensor.line) * (tensor.top + tensor.row.height + tensor.bottom);
    }
  }

  // Where a step leaves one tensor only, all before it can be done for a few images at a time: a segment ends where that one is small beside
  // the largest since the last end.
  void SetSegments() {
    const int count = int(steps_.size());
    int from = 0;
    int64_t largest = 0;
    for (int i = 0; i < count; i++) {
      const StepRow &row = steps_[size_t(i)].row;
      const Tensor &out = tensors_[size_t(row.output)];
      const int64_t read = i == 0 ? 0 : tensors_[size_t(row.input)].bytes;
      largest = std::max(largest, read + (out.row.is_float ? 0 : out.bytes));
      const bool is_alone = std::none_of(tensors_.begin(), tensors_.end(), [&](const Tensor &each) {
        return &each != &out && each.first != -1 && each.first <= i && each.last > i;
      });
      const bool is_last = i == count - 1;
      if (!is_last && !(is_alone && out.last > i && out.first == i && out.bytes * 3 <= largest)) continue;
      const int32_t lines = out.row.height;
      // An even number: two lines cost less than twice one in some kernels.
      const int32_t band = largest <= kNearBytes || !CanBeBanded(from, i + 1) ? 0 : std::max<int32_t>(2, int32_t(lines * kBandBytes / largest) / 2 * 2);
      segments_.push_back({from, i + 1, int(std::clamp<int64_t>(kNearBytes / std::max<int64_t>(largest, 1), 1, kUnit)), 0, band < lines ? band : 0});
      from = i + 1;
      largest = 0;
    }
    for (const Segment &segment : segments_) {
      for (Tensor &tensor : tensors_) {
        if (tensor.first >= segment.from && tensor.first < segment.to && tensor.last >= segment.to) tensor.is_local = false;
      }
    }
  }

  // Several steps, each of which makes a tensor of its own line by line.
  bool CanBeBanded(int from, int to) const {
    if (to - from < 2) return false;
    return std::all_of(steps_.begin() + from, steps_.begin() + to, [](const Step &step) {
      const StepKind kind = step.row.kind;
      return kind == StepKind::kInput || kind == StepKind::kConvolution || kind == StepKind::kDepthwise || kind == StepKind::kAdd;
    });
  }

  // Memory of tensors that are not needed at the same time is shared. A segment reads and writes what is held for a whole unit part by part, and so
  // does one in bands with all that it holds.
  void SetPlaces() {
    const auto segment_of = [&](int step) {
      return int(std::find_if(segments_.begin(), segments_.end(), [&](const Segment &each) { return step < each.to; }) - segments_.begin());
    };
    unit_bytes_ = PlaceTensors([](const Tensor &tensor) { return !tensor.is_local; }, segment_of, kUnit);
    for (Segment &segment : segments_) {
      const auto is_own = [&](const Tensor &tensor) { return tensor.is_local && tensor.first >= segment.from && tensor.first < segment.to; };
      const auto time_of = [&](int step) { return segment.band != 0 ? 0 : step; };
      segment.bytes = PlaceTensors(is_own, time_of, segment.group);
      segment_bytes_ = std::max(segment_bytes_, segment.bytes);
    }
  }

  // `time_of` a step: two tensors that are needed at the same time, the ends included, do not share.
  template <typename Belongs, typename TimeOf>
  int64_t PlaceTensors(const Belongs &belongs, const TimeOf &time_of, int images) {
    std::vector<Tensor *> placed;
    int64_t most = 0;
    const auto size_of = [&](const Tensor &tensor) { return (tensor.bytes * images + 63) / 64 * 64 + 64; };
    for (Tensor &tensor : tensors_) {
      if (tensor.first == -1 || tensor.row.is_float || !belongs(tensor)) continue;
      int64_t at = 0;
      for (bool moved = true; moved;) {
        moved = false;
        for (const Tensor *other : placed) {
          const bool meets = at < other->place + size_of(*other) && other->place < at + size_of(tensor);
          if (!meets || time_of(other->last) < time_of(tensor.first) || time_of(tensor.last) < time_of(other->first)) continue;
          at = other->place + size_of(*other);
          moved = true;
        }
      }
      tensor.place = at;
      placed.push_back(&tensor);
      most = std::max(most, at + size_of(tensor));
    }
    return most;
  }

  static ptrdiff_t LowerOf(const Tensor &tensor) { return tensor.row.is_wide ? ptrdiff_t(tensor.stride) : 0; }

  Bounds BoundsOf(const StepRow &row) const {
    return {row.low, row.high, tensors_[size_t(row.output)].row.zero_point, row.low_float, row.high_float};
  }

  void Prepare(Step &step) {
    const StepRow &row = step.row;
    const Tensor &in = tensors_[size_t(row.input)], &out = tensors_[size_t(row.output)];
    const int32_t added_zero = row.second == -1 ? 0 : tensors_[size_t(row.second)].row.zero_point;
    switch (row.kind) {
      case StepKind::kInput: {
        const int32_t channels = out.row.channels, period = channels * 16;
        step.a = Aligned(size_t(period) * 4);
        step.b = Aligned(size_t(period) * 4);
        for (int32_t i = 0; i < period; i++) {
          std::memcpy(step.a.data() + i * 4, row.weights + i % channels * 4, 4);
          std::memcpy(step.b.data() + i * 4, row.bias + i % channels * 4, 4);
        }
        step.input = {reinterpret_cast<const float *>(step.a.data()), reinterpret_cast<const float *>(step.b.data()), period, row.takes_uint8};
        return;
      }
      case StepKind::kConvolution: {
        const bool is_tight = in.stride == in.row.channels && in.row.channels <= 4 && in.row.channels % 16 != 0;
        step.convolution_data = ArrangeConvolution(row, precision_, kernels_.arrangement, in.row.channels, out.row.channels, is_tight);
        for (int32_t y = 0; y < row.size[0]; y++) {
          for (int32_t x = 0; x < (is_tight ? 1 : row.size[1]); x++) {
            step.taps.push_back((y * row.dilations[0] - row.pads[0]) * in.line + (x * row.dilations[1] - row.pads[1]) * in.pixel);
          }
        }
        const auto &data = step.convolution_data;
        const bool is_pointwise = row.size[0] == 1 && row.size[1] == 1 && row.strides[0] == 1 && row.strides[1] == 1;
        step.convolution = {step.taps.data(), int32_t(step.taps.size()), data.blocks.data(), int32_t(data.blocks.size()), {row.strides[0], row.strides[1]},
                            is_pointwise, BoundsOf(row), row.scales[0], added_zero, data.weight_bytes,
                            LowerOf(in), row.second == -1 ? 0 : LowerOf(tensors_[size_t(row.second)]), LowerOf(out)};
        return;
      }
      case StepKind::kDepthwise: {
        if (row.size[0] > kMostDepthwiseHeight) throw std::runtime_error("Expected a depthwise kernel of at most 16 lines.");
        step.depthwise_data = ArrangeDepthwise(row, precision_, kernels_.arrangement, in.row.channels);
        auto &data = step.depthwise_data;
        step.depthwise = {data.weights.data(), reinterpret_cast<const float *>(data.bias.data()), reinterpret_cast<const float *>(data.multipliers.data()),
                          {row.size[0], row.size[1]}, {row.strides[0], row.strides[1]}, {row.dilations[0], row.dilations[1]}, {row.pads[0], row.pads[1]},
                          BoundsOf(row), row.scales[0], added_zero};
        return;
      }
      case StepKind::kAdd:
      case StepKind::kMultiply:
      case StepKind::kLookup: {
        const auto kind = row.kind == StepKind::kAdd ? Pointwise::kAdd : row.kind == StepKind::kMultiply ? Pointwise::kMultiply : Pointwise::kLookup;
        if (row.weights != nullptr) {
          step.table = Aligned(256);
          std::memcpy(step.table.data(), row.weights, 256);
        }
        const bool is_spread = row.kind == StepKind::kMultiply && Numbers(row.second) < Numbers(row.input);
        step.pointwise = {kind, row.weights == nullptr ? nullptr : step.table.data(), row.channel_offset, {row.scales[0], row.scales[1]},
                          {in.row.zero_point, added_zero}, BoundsOf(row), is_spread};
        return;
      }
      case StepKind::kMaxPool:
      case StepKind::kAveragePool:
        step.pool = {row.kind == StepKind::kMaxPool, {row.size[0], row.size[1]}, {row.strides[0], row.strides[1]}, {row.pads[0], row.pads[1]},
                     row.scales[0], in.row.zero_point, BoundsOf(row)};
        return;
      case StepKind::kOutput:
        return;
    }
  }

  std::unique_ptr<Memory> TakeMemory(int images) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto &each : idle_) {
      if (each->images < images) continue;
      std::unique_ptr<Memory> taken = std::move(each);
      idle_.erase(std::find_if(idle_.begin(), idle_.end(), [](const auto &one) { return one == nullptr; }));
      return taken;
    }
    // Places in the unit's memory are for whole units.
    return std::make_unique<Memory>(size_t(unit_bytes_), size_t(segment_bytes_), kUnit);
  }

  void GiveBack(std::unique_ptr<Memory> memory) {
    std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(memory));
  }

  // Where a call's numbers are, and which of its images are at hand.
  struct Call {
    const void *from;
    int start, image, images;
    float *to;
    Memory *memory;
    const Watch *watch;  // null: nobody looks
    int rows;            // of all units
  };

  // Lines of a step's output: those in between.
  struct Lines {
    int32_t begin, end;
  };

  void RunUnit(const void *from, int start, int images, float *to, Memory &memory, const Watch *watch, int rows) {
    for (const Segment &segment : segments_) {
      for (int image = 0; image < images; image += segment.group) {
        const Call call{from, start, image, std::min(segment.group, images - image), to, &memory, watch, rows};
        if (segment.band != 0 && watch == nullptr) {
          RunInBands(segment, call);
          continue;
        }
        for (int s = segment.from; s < segment.to; s++) {
          RunTimed(s, call, {0, HeightOf(s)});
          if (watch != nullptr) See(s, call);
        }
      }
    }
  }

  void CheckWatch(const Watch &watch, int rows) const {
    if (precision_ != Precision::kFloat32) throw std::runtime_error("Expected a program in float32: others are not watched.");
    const int32_t *place = watch.places;
    for (const Picks &each : watch.picks) {
      const bool is_there = each.tensor > 0 && size_t(each.tensor) < tensors_.size() && tensors_[size_t(each.tensor)].whole != -1;
      if (!is_there || each.count < 0) throw std::runtime_error("Expected picks of a tensor that the program makes.");
      if (each.length != 1 && each.length != tensors_[size_t(each.tensor)].row.channels) throw std::runtime_error("Expected picks of one number or of all channels.");
    }
    for (const Picks &each : watch.picks) {
      const int64_t places = int64_t(Numbers(each.tensor)) / each.length;
      for (int64_t i = 0; i < int64_t(rows) * each.count; i++, place++) {
        if (*place < 0 || *place >= places) throw std::runtime_error("Expected places within an image.");
      }
    }
  }

  // What a step has made, where it is whole by now.
  void See(int s, const Call &call) {
    const int32_t made = steps_[size_t(s)].row.output;
    const Tensor &tensor = tensors_[size_t(made)];
    if (tensor.whole != s) return;
    size_t before = 0;
    for (int32_t i = 1; i < made; i++) before += 3 * size_t(tensors_[size_t(i)].row.channels);
    const size_t channels = WatchedChannels();
    const size_t first = size_t(call.start + call.image);
    View view = tensor.row.is_float ? GivenView(made, call.to + first * OutputSize()) : ViewOf(made, call.image, *call.memory);
    for (int i = 0; i < call.images; i++, view.data += view.image) {
      const size_t row = first + size_t(i);
      SeeChannels(view, call.watch->channels + row * channels + before);
      const int32_t *places = call.watch->places;
      float *picked = call.watch->picked;
      for (const Picks &each : call.watch->picks) {
        const size_t count = size_t(each.count), numbers = count * size_t(each.length);
        if (each.tensor == made) CopyPicked(view, places + row * count, each.count, each.length, picked + row * numbers);
        places += size_t(call.rows) * count;
        picked += size_t(call.rows) * numbers;
      }
    }
  }

  // An image of numbers that lie close by each other.
  View GivenView(int32_t i, float *numbers) const {
    const TensorRow &row = tensors_[size_t(i)].row;
    const ptrdiff_t pixel = ptrdiff_t(row.channels) * ptrdiff_t(sizeof(float));
    return {reinterpret_cast<uint8_t *>(numbers), row.height, row.width, row.channels, row.channels, pixel, pixel * row.width, pixel * row.width * row.height};
  }

  int32_t HeightOf(int s) const { return tensors_[size_t(steps_[size_t(s)].row.output)].row.height; }

  // Every step goes as far as the next lines of the last one need it.
  void RunInBands(const Segment &segment, const Call &call) {
    std::vector<int32_t> done(steps_.size(), 0), needed(steps_.size(), 0);
    const int32_t height = HeightOf(segment.to - 1);
    for (int32_t line = segment.band; done[size_t(segment.to - 1)] < height; line += segment.band) {
      std::fill(needed.begin(), needed.end(), 0);
      needed[size_t(segment.to - 1)] = std::min(line, height);
      for (int s = segment.to - 1; s > segment.from; s--) {
        const StepRow &row = steps_[size_t(s)].row;
        for (int32_t tensor : {row.input, row.second}) {
          if (tensor == -1) continue;
          const int maker = tensors_[size_t(tensor)].first;
          if (maker < segment.from) continue;
          needed[size_t(maker)] = std::max(needed[size_t(maker)], LinesFor(row, tensor, needed[size_t(s)]));
        }
      }
      for (int s = segment.from; s < segment.to; s++) {
        const size_t at = size_t(s);
        if (needed[at] <= done[at]) continue;
        RunTimed(s, call, {done[at], needed[at]});
        done[at] = needed[at];
      }
    }
  }

  // How many lines of one of its inputs a step needs for its first `lines`.
  int32_t LinesFor(const StepRow &row, int32_t tensor, int32_t lines) const {
    const int32_t height = tensors_[size_t(tensor)].row.height;
    if (lines == 0) return 0;
    if (tensor != row.input || (row.kind != StepKind::kConvolution && row.kind != StepKind::kDepthwise)) return std::min(lines, height);
    return std::clamp((lines - 1) * row.strides[0] + (row.size[0] - 1) * row.dilations[0] + 1 - row.pads[0], 1, height);
  }

  void RunTimed(int s, const Call &call, const Lines &lines) {
    if (!is_timed_) return RunStep(s, call, lines);
    const double before = ThreadMicroseconds();
    RunStep(s, call, lines);
    const double took = ThreadMicroseconds() - before;
    std::lock_guard<std::mutex> lock(mutex_);
    time_[size_t(s)] += took;
  }

  View ViewOf(int32_t i, int image, Memory &memory) {
    const Tensor &tensor = tensors_[size_t(i)];
    uint8_t *start = tensor.is_local ? memory.segment.data() + tensor.place : memory.unit.data() + tensor.place + image * tensor.bytes;
    const TensorRow &row = tensor.row;
    return {start + kSlack + tensor.origin, row.height, row.width, row.channels, tensor.stride, tensor.pixel, tensor.line, ptrdiff_t(tensor.bytes)};
  }

  // What lies around the images of a tensor stands for 0.
  void FillEdges(int32_t i, const View &view, int images) const {
    const Tensor &tensor = tensors_[size_t(i)];
    if (tensor.top + tensor.bottom + tensor.left + tensor.right == 0) return;
    const int value = tensor.row.zero_point;
    const size_t left = size_t(tensor.left * tensor.pixel), right = size_t(tensor.right * tensor.pixel);
    for (int image = 0; image < images; image++) {
      uint8_t *start = view.data + image * view.image - tensor.origin;
      std::memset(start, value, size_t(tensor.top * tensor.line));
      uint8_t *line = start + tensor.top * tensor.line;
      for (int32_t y = 0; y < tensor.row.height; y++, line += tensor.line) {
        std::memset(line, value, left);
        std::memset(line + tensor.line - right, value, right);
      }
      std::memset(line, value, size_t(tensor.bottom * tensor.line));
    }
  }

  // The same picture from a line on.
  static View FromLine(View view, int64_t line, int32_t height) {
    view.data += line * view.row;
    view.height = height;
    return view;
  }

  void RunStep(int s, const Call &call, const Lines &lines) {
    const Step &step = steps_[size_t(s)];
    const StepRow &row = step.row;
    const Tensor &made = tensors_[size_t(row.output)];
    const int images = call.images;
    const bool gives_float = made.row.is_float, is_part = lines.begin > 0 || lines.end < made.row.height;
    float *numbers = call.to + size_t(call.start + call.image) * OutputSize();
    View out = gives_float ? FloatView(row.output) : ViewOf(row.output, call.image, *call.memory);
    if (!gives_float && made.first == s && lines.begin == 0) FillEdges(row.output, out, images);
    if (is_part) out = FromLine(out, lines.begin, lines.end - lines.begin);
    if (row.kind == StepKind::kInput) {
      // One image where it is a part.
      const size_t width = row.takes_uint8 ? 1 : 4, line = size_t(made.row.width) * size_t(made.row.channels);
      const size_t first = size_t(call.start + call.image) * InputSize() + size_t(lines.begin) * line;
      return kernels_.input(step.input, static_cast<const uint8_t *>(call.from) + first * width, out, images);
    }
    View in = ViewOf(row.input, call.image, *call.memory);
    View other{};
    if (row.second != -1) other = ViewOf(row.second, call.image, *call.memory);
    if (is_part) {
      const bool has_windows = row.kind == StepKind::kConvolution || row.kind == StepKind::kDepthwise;
      in = FromLine(in, int64_t(lines.begin) * (has_windows ? row.strides[0] : 1), in.height);
      if (row.kind == StepKind::kAdd || row.kind == StepKind::kMultiply || row.kind == StepKind::kLookup) in.height = out.height;
      if (row.second != -1 && !step.pointwise.is_spread) other = FromLine(other, lines.begin, out.height);
    }
    const View *second = row.second == -1 ? nullptr : &other;
    switch (row.kind) {
      case StepKind::kConvolution:
        return kernels_.convolution(step.convolution, in, second, out, images);
      case StepKind::kDepthwise:
        return kernels_.depthwise(step.depthwise, in, second, out, images);
      case StepKind::kAdd:
      case StepKind::kMultiply:
      case StepKind::kLookup:
        return kernels_.pointwise(step.pointwise, in, second, out, images);
      case StepKind::kMaxPool:
      case StepKind::kAveragePool:
        return kernels_.pool(step.pool, in, out, gives_float ? numbers : nullptr, images);
      default:
        return kernels_.output(row.scales[0], tensors_[size_t(row.input)].row.zero_point, in, numbers, images);
    }
  }

  View FloatView(int32_t i) const {
    const TensorRow &row = tensors_[size_t(i)].row;
    return {nullptr, row.height, row.width, row.channels, row.channels, 0, 0, 0};
  }

  const Kernels &kernels_;
  Precision precision_;
  std::vector<Tensor> tensors_;
  std::deque<Step> steps_;
  std::vector<Segment> segments_;
  int64_t unit_bytes_ = 0, segment_bytes_ = 0;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Memory>> idle_;
  std::atomic<bool> is_timed_{false};
  std::vector<double> time_;
};

}  // namespace

std::unique_ptr<Network> LoadNetwork(const uint8_t *bytes, size_t length, const Kernels *const kernels[3]) {
  const Program program = ReadProgram(bytes, length);
  const Kernels *own = kernels[size_t(program.precision)];
  if (own == nullptr) throw std::runtime_error("Expected a precision that this processor has kernels for.");
  return std::make_unique<RunnableNetwork>(program, *own);
}

}  // namespace graft
