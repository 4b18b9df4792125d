// The kernels of float32 and bfloat16, written over T: how 16 numbers are read, multiplied and written. Sums are float32. Included by a file inside its own
// namespace and with its instructions switched on; nothing here may be a function that other files share.

constexpr int kLanes = 16, kRows = 8;
constexpr int64_t kBytes = T::kBytes, kNear = 24 * 1024, kNearPixels = 12 * 1024;
constexpr bool kMakesWider = T::kWidens;

inline __m512 Within(__m512 value, __m512 low, __m512 high) { return _mm512_min_ps(_mm512_max_ps(value, low), high); }

struct Finish {
  __m512 low, high, scale;
};

inline Finish FinishOf(const Convolution &step) {
  return {_mm512_set1_ps(step.bounds.low_float), _mm512_set1_ps(step.bounds.high_float), _mm512_set1_ps(step.added_scale)};
}

template <int kMany, int kVectors, bool kAdds>
void TileOf(const uint8_t *in, ptrdiff_t pixel, const Convolution &step, const KernelBlock &block, const Finish &finish, uint8_t *out, ptrdiff_t out_pixel, const uint8_t *added,
            ptrdiff_t added_pixel) {
  constexpr int kSecond = kVectors > 1 ? kLanes : 0, kThird = kVectors > 2 ? 2 * kLanes : 0;
  const __m512 b0 = _mm512_loadu_ps(block.bias), b1 = _mm512_loadu_ps(block.bias + kSecond), b2 = _mm512_loadu_ps(block.bias + kThird);
  __m512 GRAFT_ALL_SUMS;
#define GRAFT_START(m) (s##m##0 = b0, s##m##1 = b1, s##m##2 = b2)
  GRAFT_START(0), GRAFT_START(1), GRAFT_START(2), GRAFT_START(3), GRAFT_START(4), GRAFT_START(5), GRAFT_START(6), GRAFT_START(7);
#undef GRAFT_START
  const uint8_t *weights = block.weights;
  const int32_t steps = block.steps;
  for (int32_t tap = 0; tap < step.tap_count; tap++) {
    const uint8_t *from = in + step.taps[tap] + block.offset;
    for (int32_t k = 0; k < steps; k++, from += 4, weights += kVectors * 64) {
      const typename T::Weights w0 = T::LoadWeights(weights), w1 = T::LoadWeights(weights + kSecond * 4), w2 = T::LoadWeights(weights + kThird * 4);
#define GRAFT_DOT(m)                                          \
  {                                                           \
    const typename T::Weights x = T::Spread(from + m * pixel); \
    s##m##0 = T::Dot(s##m##0, x, w0);                         \
    if (kVectors > 1) s##m##1 = T::Dot(s##m##1, x, w1);       \
    if (kVectors > 2) s##m##2 = T::Dot(s##m##2, x, w2);       \
  }
      GRAFT_ROWS(GRAFT_DOT)
#undef GRAFT_DOT
    }
  }
  const auto store = [&](int m, int v, __m512 value) GRAFT_INLINE {
    if (kAdds) value = _mm512_fmadd_ps(T::Load(added + m * added_pixel + v * kLanes * T::kBytes), finish.scale, value);
    T::Store(out + m * out_pixel + v * kLanes * T::kBytes, Within(value, finish.low, finish.high));
  };
#define GRAFT_STORE(m)                       \
  {                                          \
    store(m, 0, s##m##0);                    \
    if (kVectors > 1) store(m, 1, s##m##1);  \
    if (kVectors > 2) store(m, 2, s##m##2);  \
  }
  GRAFT_ROWS(GRAFT_STORE)
#undef GRAFT_STORE
}

// Numbers of one thread. (Windows has no aligned_alloc.)
struct Scratch {
  static constexpr std::align_val_t kAlignment{64};
  uint8_t *data = nullptr;
  size_t bytes = 0;
  ~Scratch() { ::operator delete(data, kAlignment); }
  uint8_t *Take(size_t least) {
    if (least > bytes) {
      ::operator delete(data, kAlignment);
      data = nullptr;
      bytes = 0;
      data = static_cast<uint8_t *>(::operator new(least, kAlignment));
      bytes = least;
    }
    return data;
  }
};

template <bool kWider>
class Inputs;

// As float32, tap after tap: each is made wider once for all output channels.
template <>
class Inputs<true> {
 public:
  Inputs(const Convolution &step, const uint8_t *in, ptrdiff_t in_pixel, int64_t pixels) : step_(step) {
    static thread_local Scratch scratch;
    int32_t length = 0;
    for (int32_t b = 0; b < step.block_count; b++) {
      const int32_t end = int32_t(step.blocks[b].offset / 4) + step.blocks[b].steps;
      length = end > length ? end : length;
    }
    pixel_ = ptrdiff_t(length + kLanes - 1) / kLanes * kLanes * 4;
    const size_t taps_bytes = (size_t(step.tap_count) * sizeof(ptrdiff_t) + 63) / 64 * 64;
    uint8_t *memory = scratch.Take(taps_bytes + size_t(pixel_) * size_t(pixels) * size_t(step.tap_count));
    ptrdiff_t *taps = reinterpret_cast<ptrdiff_t *>(memory);
    data_ = memory + taps_bytes;
    for (int32_t tap = 0; tap < step.tap_count; tap++) {
      taps[tap] = pixel_ * pixels * tap;
      for (int64_t p = 0; p < pixels; p++) Widen(in + step.taps[tap] + p * in_pixel, memory + taps_bytes + taps[tap] + p * pixel_, length);
    }
    step_.taps = taps;
  }
  const Convolution &step() const { return step_; }
  const uint8_t *data() const { return data_; }
  ptrdiff_t pixel() const { return pixel_; }

 private:
  static void Widen(const uint8_t *from, uint8_t *to, int32_t length) {
    int32_t at = 0;
    for (; at + kLanes <= length; at += kLanes) _mm512_storeu_ps(to + at * 4, T::Load(from + at * T::kBytes));
    for (; at < length; at++) {
      const float one = T::LoadOne(from + at * T::kBytes);
      __builtin_memcpy(to + at * 4, &one, 4);
    }
  }

  Convolution step_;
  const uint8_t *data_;
  ptrdiff_t pixel_;
};

#include "convolution_walk.inl"

// kMany neighbouring outputs of one block of channels: an input that several see is read once.
template <int kWidth, int kStride, int kMany>
inline __attribute__((always_inline)) void DepthwiseTile(const Depthwise &step, const uint8_t *in, ptrdiff_t row, ptrdiff_t pixel, const float *weights,
                                                         const float *bias, uint8_t *out, ptrdiff_t out_pixel, const uint8_t *added, ptrdiff_t added_pixel, int part) {
  typename T::Wide sums[kMany];
  for (int m = 0; m < kMany; m++) sums[m] = T::LoadWide(bias);
  for (int32_t y = 0; y < step.size[0]; y++, weights += kWidth * T::kWide) {
    const uint8_t *line = in + int64_t(y) * step.dilations[0] * row;
#pragma GCC unroll 32
    for (int x = 0; x < (kMany - 1) * kStride + kWidth; x++) {
      const typename T::Wide value = T::LoadNumbers(line + x * pixel);
#pragma GCC unroll 8
      for (int m = 0; m < kMany; m++) {
        const int tap = x - m * kStride;
        if (tap >= 0 && tap < kWidth) sums[m] = T::MultiplyAdd(value, weights + tap * T::kWide, sums[m]);
      }
    }
  }
  for (int m = 0; m < kMany; m++) {
    if (added != nullptr) sums[m] = T::AddScaled(sums[m], T::LoadNumbers(added + m * added_pixel), step.added_scale);
    T::StoreNumbers(out + m * out_pixel, sums[m], step.bounds, part);
  }
}

inline void DepthwiseAny(const Depthwise &step, const uint8_t *in, ptrdiff_t row, ptrdiff_t pixel, const float *weights, const float *bias, uint8_t *out,
                         const uint8_t *added, int part) {
  typename T::Wide sum = T::LoadWide(bias);
  for (int32_t y = 0; y < step.size[0]; y++) {
    for (int32_t x = 0; x < step.size[1]; x++, weights += T::kWide) {
      sum = T::MultiplyAdd(T::LoadNumbers(in + int64_t(y) * step.dilations[0] * row + int64_t(x) * step.dilations[1] * pixel), weights, sum);
    }
  }
  if (added != nullptr) sum = T::AddScaled(sum, T::LoadNumbers(added), step.added_scale);
  T::StoreNumbers(out, sum, step.bounds, part);
}

template <int kWidth, int kStride>
inline void DepthwiseLine(const Depthwise &step, const uint8_t *in, ptrdiff_t row, ptrdiff_t pixel, const float *weights, const float *bias, uint8_t *out,
                          ptrdiff_t out_pixel, const uint8_t *added, ptrdiff_t added_pixel, int32_t width, int part) {
  constexpr int kMany = T::kOutputs;
  int32_t x = 0;
  for (; x + kMany <= width; x += kMany) {
    DepthwiseTile<kWidth, kStride, kMany>(step, in + int64_t(x) * kStride * pixel, row, pixel, weights, bias, out + x * out_pixel, out_pixel,
                                          added == nullptr ? nullptr : added + x * added_pixel, added_pixel, part);
  }
  for (; x < width; x++) {
    DepthwiseTile<kWidth, kStride, 1>(step, in + int64_t(x) * kStride * pixel, row, pixel, weights, bias, out + x * out_pixel, out_pixel,
                                      added == nullptr ? nullptr : added + x * added_pixel, added_pixel, part);
  }
}

void DepthwiseFloat(const Depthwise &step, const View &in, const View *added, const View &out, int32_t images) {
  const float *all = reinterpret_cast<const float *>(step.weights);
  const ptrdiff_t block = ptrdiff_t(step.size[0]) * step.size[1] * T::kWide;
  const ptrdiff_t added_pixel = added == nullptr ? 0 : added->pixel;
  for (int32_t image = 0; image < images; image++) {
    for (int32_t first = 0; first < out.stride; first += T::kWide) {
      const int part = out.stride - first < T::kWide ? out.stride - first : T::kWide;
      const float *weights = all + first / T::kWide * block, *bias = step.bias + first;
      const ptrdiff_t offset = ptrdiff_t(first) * T::kBytes;
      for (int32_t y = 0; y < out.height; y++) {
        const uint8_t *from = in.data + image * in.image + (int64_t(y) * step.strides[0] - step.pads[0]) * in.row - step.pads[1] * in.pixel + offset;
        uint8_t *to = out.data + image * out.image + y * out.row + offset;
        const uint8_t *more = added == nullptr ? nullptr : added->data + image * added->image + y * added->row + offset;
        const bool slides = step.dilations[1] == 1;
        if (slides && step.size[1] == 3 && step.strides[1] == 1) DepthwiseLine<3, 1>(step, from, in.row, in.pixel, weights, bias, to, out.pixel, more, added_pixel, out.width, part);
        else if (slides && step.size[1] == 3 && step.strides[1] == 2) DepthwiseLine<3, 2>(step, from, in.row, in.pixel, weights, bias, to, out.pixel, more, added_pixel, out.width, part);
        else if (slides && step.size[1] == 5 && step.strides[1] == 1) DepthwiseLine<5, 1>(step, from, in.row, in.pixel, weights, bias, to, out.pixel, more, added_pixel, out.width, part);
        else if (slides && step.size[1] == 5 && step.strides[1] == 2) DepthwiseLine<5, 2>(step, from, in.row, in.pixel, weights, bias, to, out.pixel, more, added_pixel, out.width, part);
        else {
          for (int32_t x = 0; x < out.width; x++) {
            DepthwiseAny(step, from + int64_t(x) * step.strides[1] * in.pixel, in.row, in.pixel, weights, bias, to + x * out.pixel,
                         more == nullptr ? nullptr : more + x * added_pixel, part);
          }
        }
      }
    }
  }
}

void InputFloat(const Input &step, const void *from, const View &out, int32_t images) {
  const int32_t numbers = out.width * out.channels;
  const bool is_tight = out.stride == out.channels;
  for (int64_t line = 0; line < int64_t(images) * out.height; line++) {
    uint8_t *to = out.data + line / out.height * out.image + line % out.height * out.row;
    const uint8_t *bytes = static_cast<const uint8_t *>(from) + line * numbers;
    const float *floats = static_cast<const float *>(from) + line * numbers;
    int32_t at = 0, phase = 0;
    for (; is_tight && at + kLanes <= numbers; at += kLanes) {
      const __m512 x = step.takes_uint8 ? _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + at)))) : _mm512_loadu_ps(floats + at);
      T::Store(to + at * T::kBytes, _mm512_add_ps(_mm512_mul_ps(x, _mm512_loadu_ps(step.a + phase)), _mm512_loadu_ps(step.b + phase)));
      phase = phase + kLanes == step.period ? 0 : phase + kLanes;
    }
    for (; at < numbers; at++) {
      const int32_t c = at % out.channels;
      const float product = (step.takes_uint8 ? float(bytes[at]) : floats[at]) * step.a[c];
      T::StoreOne(to + int64_t(is_tight ? at : at / out.channels * out.stride + c) * T::kBytes, product + step.b[c]);
    }
  }
}

void PointwiseFloat(const Pointwise &step, const View &first, const View *second, const View &out, int32_t images) {
  const __m512 low = _mm512_set1_ps(step.bounds.low_float), high = _mm512_set1_ps(step.bounds.high_float);
  const __m512 s1 = _mm512_set1_ps(step.scales[0]), s2 = _mm512_set1_ps(step.scales[1]);
  for (int32_t image = 0; image < images; image++) {
    for (int32_t y = 0; y < first.height; y++) {
      for (int32_t x = 0; x < first.width; x++) {
        const uint8_t *a = first.data + image * first.image + y * first.row + x * first.pixel;
        uint8_t *to = out.data + image * out.image + y * out.row + x * out.pixel;
        if (step.kind == Pointwise::kLookup) {
          __builtin_memcpy(to + int64_t(step.channel_offset) * T::kBytes, a, size_t(first.channels) * T::kBytes);
          continue;
        }
        const uint8_t *b = second->data + image * second->image + (step.is_spread ? 0 : y * second->row + x * second->pixel);
        for (int32_t c = 0; c < first.channels; c += kLanes) {
          const __m512 one = T::Load(a + c * T::kBytes), two = T::Load(b + c * T::kBytes);
          const __m512 value = step.kind == Pointwise::kAdd ? _mm512_add_ps(_mm512_mul_ps(one, s1), _mm512_mul_ps(two, s2)) : _mm512_mul_ps(_mm512_mul_ps(one, two), s1);
          T::Store(to + c * T::kBytes, Within(value, low, high));
        }
      }
    }
  }
}

// `numbers`: where float32 results go, (images, height, width, channels); null: to `out`.
void PoolFloat(const Pool &step, const View &in, const View &out, float *numbers, int32_t images) {
  const __m512 low = _mm512_set1_ps(step.bounds.low_float), high = _mm512_set1_ps(step.bounds.high_float);
  for (int32_t image = 0; image < images; image++) {
    for (int32_t y = 0; y < out.height; y++) {
      const int32_t y0 = y * step.strides[0] - step.pads[0], top = y0 < 0 ? 0 : y0, bottom = y0 + step.size[0] > in.height ? in.height : y0 + step.size[0];
      for (int32_t x = 0; x < out.width; x++) {
        const int32_t x0 = x * step.strides[1] - step.pads[1], left = x0 < 0 ? 0 : x0, right = x0 + step.size[1] > in.width ? in.width : x0 + step.size[1];
        const __m512 count = _mm512_set1_ps(float((bottom - top) * (right - left)));
        for (int32_t c = 0; c < out.channels; c += kLanes) {
          const uint8_t *from = in.data + image * in.image + c * T::kBytes;
          __m512 value = step.is_maximum ? T::Load(from + top * in.row + left * in.pixel) : _mm512_setzero_ps();
          for (int32_t v = top; v < bottom; v++) {
            for (int32_t u = left; u < right; u++) {
              const __m512 each = T::Load(from + v * in.row + u * in.pixel);
              value = step.is_maximum ? _mm512_max_ps(value, each) : _mm512_add_ps(value, each);
            }
          }
          if (!step.is_maximum) value = Within(_mm512_div_ps(_mm512_mul_ps(value, _mm512_set1_ps(step.scale)), count), low, high);
          if (numbers == nullptr) {
            T::Store(out.data + image * out.image + y * out.row + x * out.pixel + c * T::kBytes, value);
            continue;
          }
          const int32_t some = out.channels - c < kLanes ? out.channels - c : kLanes;
          float *to = numbers + ((int64_t(image) * out.height + y) * out.width + x) * out.channels + c;
          _mm512_mask_storeu_ps(to, __mmask16((1u << some) - 1), value);
        }
      }
    }
  }
}

void OutputFloat(float scale, int32_t, const View &in, float *numbers, int32_t images) {
  for (int32_t image = 0; image < images; image++) {
    for (int32_t y = 0; y < in.height; y++) {
      for (int32_t x = 0; x < in.width; x++) {
        const uint8_t *from = in.data + image * in.image + y * in.row + x * in.pixel;
        for (int32_t c = 0; c < in.channels; c++) *numbers++ = T::LoadOne(from + c * T::kBytes) * scale;
      }
    }
  }
}
