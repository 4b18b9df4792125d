// The int8 kernels, written over vectors of V::kLanes sums. Included by one file for each kind of processor, inside its own namespace and with its
// instructions switched on; nothing here may be a function that other files share.
//
// vpdpbusd multiplies four bytes without sign by four with sign and adds the products to a 32-bit sum. Convolutions are products of matrices: a tile of
// up to kRows pixels by V::kVectors vectors of output channels stays in registers, for each four inputs a pixel's bytes are spread over a vector.

constexpr int kRows = V::kRows;

struct Finish {
  const float *multipliers;
  typename V::Ints zero_point, low, high;
  bool has_zero_point, has_bounds;
  // Of results of 12 bits: how far behind the upper 8 the lower 4 go, and `low` and `high` are numbers rather than bytes.
  ptrdiff_t lower;
  typename V::Floats added_scale;
  typename V::Ints added_zero_point;
};

template <typename Step>
inline Finish FinishFor(const Step &step, ptrdiff_t lower) {
  Finish finish;
  finish.multipliers = nullptr;
  finish.zero_point = V::Spread(step.bounds.zero_point);
  finish.lower = lower;
  finish.low = finish.lower != 0 ? V::Spread(step.bounds.low) : V::SpreadByte(step.bounds.low);
  finish.high = finish.lower != 0 ? V::Spread(step.bounds.high) : V::SpreadByte(step.bounds.high);
  finish.has_zero_point = step.bounds.zero_point != 0;
  finish.has_bounds = step.bounds.low > 0 || step.bounds.high < 255;
  finish.added_scale = V::SpreadFloat(step.added_scale);
  finish.added_zero_point = V::Spread(step.added_zero_point);
  return finish;
}

inline Finish FinishOf(const Convolution &step) { return FinishFor(step, step.out_lower); }
inline Finish FinishOf(const Depthwise &step) { return FinishFor(step, 0); }

// Sums to whole numbers around the zero point; `added`: the numbers of the tensor that is added, null where none is.
inline typename V::Ints Scaled(typename V::Ints sum, typename V::Floats multiplier, const typename V::Ints *added, const Finish &finish) {
  typename V::Floats value = V::Multiply(V::ToFloat(sum), multiplier);
  if (added != nullptr) {
    const typename V::Floats more = V::Multiply(V::ToFloat(V::Subtract(*added, finish.added_zero_point)), finish.added_scale);
    value = V::AddFloats(value, more);
  }
  const typename V::Ints rounded = V::Round(value);
  return finish.has_zero_point ? V::Add(rounded, finish.zero_point) : rounded;
}

// Numbers of one pixel, woven, to where they are held.
template <int kVectors>
inline __attribute__((always_inline)) void StoreRow(uint8_t *to, const typename V::Ints *row, const Finish &finish) {
  if (finish.lower == 0) return V::template Store<kVectors>(to, row, finish.low, finish.high, finish.has_bounds);
  typename V::Ints upper[3], lower[3];
  for (int v = 0; v < kVectors; v++) {
    const typename V::Ints number = V::Least(V::Most(row[v], finish.low), finish.high);
    upper[v] = V::Upper(number);
    lower[v] = V::Lower(number);
  }
  V::template Store<kVectors>(to, upper, finish.low, finish.high, false);
  V::template Store<kVectors>(to + finish.lower, lower, finish.low, finish.high, false);
}

// The same way back.
template <int kVectors>
inline __attribute__((always_inline)) void AddedRow(const uint8_t *from, ptrdiff_t lower, typename V::Ints *row) {
  V::template Woven<kVectors>(from, row);
  if (lower == 0) return;
  typename V::Ints more[3];
  V::template Woven<kVectors>(from + lower, more);
  for (int v = 0; v < kVectors; v++) row[v] = V::Add(V::Raised(row[v]), more[v]);
}

// Inputs of 12 bits go in twice: the upper 8 bits first, whose sums are raised to their place, then the lower 4.
template <int kMany, int kVectors, bool kAdds>
void TileOf(const uint8_t *in, ptrdiff_t pixel, const Convolution &step, const KernelBlock &block, const Finish &finish, uint8_t *out, ptrdiff_t out_pixel,
            const uint8_t *added, ptrdiff_t added_pixel) {
  using Ints = typename V::Ints;
  constexpr int kSecond = kVectors > 1 ? V::kLanes : 0, kThird = kVectors > 2 ? 2 * V::kLanes : 0;
  const int32_t *bias = reinterpret_cast<const int32_t *>(block.bias);
  Ints b0 = V::Load(bias), b1 = V::Load(bias + kSecond), b2 = V::Load(bias + kThird);
  Ints GRAFT_ALL_SUMS;
  const bool is_wide = step.in_lower != 0;
  if (is_wide) b0 = b1 = b2 = V::Spread(0);
#define GRAFT_START(m) (s##m##0 = b0, s##m##1 = b1, s##m##2 = b2)
  GRAFT_START(0), GRAFT_START(1), GRAFT_START(2), GRAFT_START(3), GRAFT_START(4), GRAFT_START(5), GRAFT_START(6), GRAFT_START(7);
#undef GRAFT_START
  const int32_t steps = block.steps;
  const int passes = is_wide ? 2 : 1;
  for (int pass = 0; pass < passes; pass++) {
    const uint8_t *weights = block.weights, *numbers = in + block.offset + pass * step.in_lower;
    for (int32_t tap = 0; tap < step.tap_count; tap++) {
      const uint8_t *from = numbers + step.taps[tap];
      for (int32_t k = 0; k < steps; k++, from += 4, weights += kVectors * V::kLanes * 4) {
        const Ints w0 = V::Load(weights), w1 = V::Load(weights + kSecond * 4), w2 = V::Load(weights + kThird * 4);
#define GRAFT_DOT(m)                                      \
  {                                                       \
    int32_t four;                                         \
    __builtin_memcpy(&four, from + m * pixel, 4);         \
    const Ints x = V::Spread(four);                       \
    s##m##0 = V::Dot(s##m##0, x, w0);                     \
    if (kVectors > 1) s##m##1 = V::Dot(s##m##1, x, w1);   \
    if (kVectors > 2) s##m##2 = V::Dot(s##m##2, x, w2);   \
  }
        GRAFT_ROWS(GRAFT_DOT)
#undef GRAFT_DOT
      }
    }
    if (pass + 1 == passes) break;
    b0 = V::Load(bias), b1 = V::Load(bias + kSecond), b2 = V::Load(bias + kThird);
#define GRAFT_RAISE(m)                         \
  s##m##0 = V::Add(V::Raised(s##m##0), b0);     \
  s##m##1 = V::Add(V::Raised(s##m##1), b1);     \
  s##m##2 = V::Add(V::Raised(s##m##2), b2)
    GRAFT_ROWS(GRAFT_RAISE)
#undef GRAFT_RAISE
  }
  const typename V::Floats m0 = V::LoadFloats(block.multipliers), m1 = V::LoadFloats(block.multipliers + kSecond), m2 = V::LoadFloats(block.multipliers + kThird);
#define GRAFT_STORE(m)                                                                              \
  {                                                                                                 \
    Ints bytes[3];                                                                                  \
    if (kAdds) AddedRow<kVectors>(added + m * added_pixel, step.added_lower, bytes);                \
    Ints row[3];                                                                                    \
    row[0] = Scaled(s##m##0, m0, kAdds ? &bytes[0] : nullptr, finish);                              \
    if (kVectors > 1) row[1] = Scaled(s##m##1, m1, kAdds ? &bytes[1] : nullptr, finish);            \
    if (kVectors > 2) row[2] = Scaled(s##m##2, m2, kAdds ? &bytes[2] : nullptr, finish);            \
    StoreRow<kVectors>(out + m * out_pixel, row, finish);                                           \
  }
  GRAFT_ROWS(GRAFT_STORE)
#undef GRAFT_STORE
}

constexpr int64_t kBytes = 1, kNear = 24 * 1024, kNearPixels = 8 * 1024;
constexpr bool kMakesWider = false;

#include "convolution_walk.inl"

// Quarters of a block of channels lie as far from each other as in the widest vectors: a narrower kernel can do the rest of a row.
constexpr int kApart = V::kApart;

// Depthwise: for each column of pixels four rows of bytes are woven together, so that one vpdpbusd sums four taps of a channel. The sums then lie as
// packing them to bytes needs them.
struct Column {
  typename V::Ints quarter[4];
};

template <int kGroups>
inline __attribute__((always_inline)) void Weave(const uint8_t *const *rows, ptrdiff_t offset, Column *columns) {
  for (int g = 0; g < kGroups; g++) {
    const typename V::Ints a = V::Load(rows[g * 4] + offset), b = V::Load(rows[g * 4 + 1] + offset);
    const typename V::Ints c = V::Load(rows[g * 4 + 2] + offset), d = V::Load(rows[g * 4 + 3] + offset);
    V::WeaveFour(a, b, c, d, columns[g].quarter);
  }
}

// 3 x 3: a column is woven once and used by all outputs that see it.
template <int kStride>
inline __attribute__((always_inline)) void DepthwiseRow3(const uint8_t *const *rows, ptrdiff_t pixel, const uint8_t *weights, const int32_t *bias,
                                                         const float *multipliers, const Finish &finish, uint8_t *out, ptrdiff_t out_pixel, int32_t width, int part) {
  constexpr int kWidth = 3;
  typename V::Ints w[kWidth][4], start[4];
  typename V::Floats m[4];
  for (int q = 0; q < 4; q++) {
    start[q] = V::Load(bias + q * kApart);
    m[q] = V::LoadFloats(multipliers + q * kApart);
    for (int x = 0; x < kWidth; x++) w[x][q] = V::Load(weights + (x * 4 + q) * kApart * 4);
  }
  Column ring[kWidth];
  for (int x = 0; x < kWidth - kStride; x++) Weave<1>(rows, x * pixel, &ring[x]);
  for (int32_t x = 0; x < width; x++) {
    for (int k = kWidth - kStride; k < kWidth; k++) Weave<1>(rows, (int64_t(x) * kStride + k) * pixel, &ring[k]);
    typename V::Ints sums[4];
    for (int q = 0; q < 4; q++) {
      typename V::Ints sum = start[q];
#pragma GCC unroll 8
      for (int k = 0; k < kWidth; k++) sum = V::Dot(sum, ring[k].quarter[q], w[k][q]);
      sums[q] = Scaled(sum, m[q], nullptr, finish);
    }
    V::StoreFour(out + x * out_pixel, sums, finish.low, finish.high, finish.has_bounds, part);
    for (int k = 0; k + kStride < kWidth; k++) ring[k] = ring[k + kStride];
  }
}

// 3 x 3, strides 1, two lines of outputs at once: four woven rows hold what both see, the first in its upper three, the second in its lower three.
inline __attribute__((always_inline)) void DepthwiseRows3(const uint8_t *const *rows, ptrdiff_t pixel, const uint8_t *weights, const uint8_t *lower, const int32_t *bias,
                                                          const float *multipliers, const Finish &finish, uint8_t *out, ptrdiff_t out_pixel, ptrdiff_t out_row,
                                                          int32_t width, int part) {
  Column ring[3];
  for (int x = 0; x < 2; x++) Weave<1>(rows, x * pixel, &ring[x]);
  for (int32_t x = 0; x < width; x++) {
    Weave<1>(rows, (x + 2) * pixel, &ring[2]);
#pragma GCC unroll 2
    for (int line = 0; line < 2; line++) {
      const uint8_t *w = line == 0 ? weights : lower;
      typename V::Ints sums[4];
#pragma GCC unroll 4
      for (int q = 0; q < 4; q++) {
        typename V::Ints sum = V::Load(bias + q * kApart);
#pragma GCC unroll 4
        for (int k = 0; k < 3; k++) sum = V::Dot(sum, ring[k].quarter[q], V::Load(w + (k * 4 + q) * kApart * 4));
        sums[q] = Scaled(sum, V::LoadFloats(multipliers + q * kApart), nullptr, finish);
      }
      V::StoreFour(out + x * out_pixel + line * out_row, sums, finish.low, finish.high, finish.has_bounds, part);
    }
    ring[0] = ring[1];
    ring[1] = ring[2];
  }
}

// Any size and strides.
template <int kGroups>
inline __attribute__((always_inline)) void DepthwiseRowAny(const Depthwise &step, const uint8_t *const *rows, ptrdiff_t pixel, const uint8_t *weights, const int32_t *bias,
                                                           const float *multipliers, const Finish &finish, uint8_t *out, ptrdiff_t out_pixel, const uint8_t *added,
                                                           ptrdiff_t added_pixel, int32_t width, int part) {
  const int32_t columns = step.size[1];
  for (int32_t x = 0; x < width; x++) {
    typename V::Ints sums[4];
    for (int q = 0; q < 4; q++) sums[q] = V::Load(bias + q * kApart);
    const uint8_t *w = weights;
    for (int32_t k = 0; k < columns; k++, w += kGroups * 16 * kApart) {
      Column woven[kGroups];
      Weave<kGroups>(rows, (int64_t(x) * step.strides[1] + int64_t(k) * step.dilations[1]) * pixel, woven);
#pragma GCC unroll 4
      for (int g = 0; g < kGroups; g++) {
        for (int q = 0; q < 4; q++) sums[q] = V::Dot(sums[q], woven[g].quarter[q], V::Load(w + (g * 4 + q) * kApart * 4));
      }
    }
    typename V::Ints more[4];
    if (added != nullptr) V::WovenFour(added + x * added_pixel, more, part);
    for (int q = 0; q < 4; q++) sums[q] = Scaled(sums[q], V::LoadFloats(multipliers + q * kApart), added == nullptr ? nullptr : &more[q], finish);
    V::StoreFour(out + x * out_pixel, sums, finish.low, finish.high, finish.has_bounds, part);
  }
}

// 5 x 5, strides 1: a column is woven once and goes into the sums of the five outputs that see it.
inline void DepthwiseRow5(const uint8_t *const *rows, ptrdiff_t pixel, const uint8_t *weights, const int32_t *bias, const float *multipliers, const Finish &finish,
                          uint8_t *out, ptrdiff_t out_pixel, int32_t width, int part) {
  constexpr int kColumns = 5, kGroups = 2;
  typename V::Ints sums[kColumns][4];
  for (int k = 0; k < kColumns; k++) {
    for (int q = 0; q < 4; q++) sums[k][q] = V::Load(bias + q * kApart);
  }
  for (int32_t x = 0; x < width + kColumns - 1; x++) {
    Column woven[kGroups];
    Weave<kGroups>(rows, x * pixel, woven);
    // sums[k] is of output x - (4 - k): it sees this column as its column 4 - k.
#pragma GCC unroll 8
    for (int k = 0; k < kColumns; k++) {
#pragma GCC unroll 4
      for (int g = 0; g < kGroups; g++) {
#pragma GCC unroll 4
        for (int q = 0; q < 4; q++) {
          sums[k][q] = V::Dot(sums[k][q], woven[g].quarter[q], V::Load(weights + (((kColumns - 1 - k) * kGroups + g) * 4 + q) * kApart * 4));
        }
      }
    }
    if (x >= kColumns - 1) {
      typename V::Ints done[4];
      for (int q = 0; q < 4; q++) done[q] = Scaled(sums[0][q], V::LoadFloats(multipliers + q * kApart), nullptr, finish);
      V::StoreFour(out + (x - kColumns + 1) * out_pixel, done, finish.low, finish.high, finish.has_bounds, part);
    }
#pragma GCC unroll 8
    for (int k = 0; k + 1 < kColumns; k++) {
      for (int q = 0; q < 4; q++) sums[k][q] = sums[k + 1][q];
    }
    for (int q = 0; q < 4; q++) sums[kColumns - 1][q] = V::Load(bias + q * kApart);
  }
}

// 5 x 5, strides 2: an output sees columns 2x to 2x + 4, so that three sums are open at a time.
inline void DepthwiseRow5By2(const uint8_t *const *rows, ptrdiff_t pixel, const uint8_t *weights, const int32_t *bias, const float *multipliers, const Finish &finish,
                             uint8_t *out, ptrdiff_t out_pixel, int32_t width, int part) {
  constexpr int kGroups = 2, kOpen = 3;
  typename V::Ints sums[kOpen][4];
  // sums[i] is of output x + i, x being the oldest that is not done; column `at` of the image is its column k - 2i.
  const auto take = [&](int32_t at, int k) __attribute__((always_inline)) {
    Column woven[kGroups];
    Weave<kGroups>(rows, at * pixel, woven);
#pragma GCC unroll 8
    for (int i = 0; i < kOpen; i++) {
      const int column = k - 2 * i;
      if (column < 0 || column > 4) continue;
#pragma GCC unroll 4
      for (int g = 0; g < kGroups; g++) {
#pragma GCC unroll 4
        for (int q = 0; q < 4; q++) sums[i][q] = V::Dot(sums[i][q], woven[g].quarter[q], V::Load(weights + ((column * kGroups + g) * 4 + q) * kApart * 4));
      }
    }
  };
  for (int i = 0; i < kOpen; i++) {
    for (int q = 0; q < 4; q++) sums[i][q] = V::Load(bias + q * kApart);
  }
  take(0, 0);
  take(1, 1);
  take(2, 2);
  for (int32_t x = 0; x < width; x++) {
    take(x * 2 + 3, 3);
    take(x * 2 + 4, 4);
    typename V::Ints done[4];
    for (int q = 0; q < 4; q++) done[q] = Scaled(sums[0][q], V::LoadFloats(multipliers + q * kApart), nullptr, finish);
    V::StoreFour(out + x * out_pixel, done, finish.low, finish.high, finish.has_bounds, part);
    for (int q = 0; q < 4; q++) {
      sums[0][q] = sums[1][q];
      sums[1][q] = sums[2][q];
      sums[2][q] = V::Load(bias + q * kApart);
    }
  }
}

// Channels from `first` on, up to `end`.
void DepthwisePart(const Depthwise &step, const View &in, const View *added, const View &out, int32_t images, int32_t first, int32_t end) {
  const Finish finish = FinishOf(step);
  const int32_t groups = (step.size[0] + 3) / 4;
  constexpr int32_t kChannels = 4 * V::kLanes, kBlock = 4 * kApart;
  const ptrdiff_t block_bytes = ptrdiff_t(step.size[1]) * groups * 16 * kApart;
  const bool slides = step.dilations[1] == 1 && added == nullptr;
  const bool is_3 = slides && groups == 1 && step.size[1] == 3, is_5 = slides && groups == 2 && step.size[1] == 5;
  // Weights of a 3 x 3 kernel one row lower.
  alignas(64) uint8_t lower[3 * 16 * kApart];
  const uint8_t *rows[kMostDepthwiseHeight];
  for (; first < end; first += kChannels) {
    const int part = end - first < kChannels ? end - first : kChannels;
    const uint8_t *weights = step.weights + first / kBlock * block_bytes + first % kBlock / 16 * 16;
    const int32_t *bias = reinterpret_cast<const int32_t *>(step.bias) + first / kBlock * kBlock + first % kBlock / 16 * 4;
    const float *multipliers = step.multipliers + first / kBlock * kBlock + first % kBlock / 16 * 4;
    const bool by_two = is_3 && step.strides[1] == 1 && step.strides[0] == 1 && step.dilations[0] == 1 && step.size[0] == 3;
    if (by_two) {
      for (int i = 0; i < 12; i++) {
        for (int n = 0; n < V::kLanes; n++) {
          const uint8_t *from = weights + (i * kApart + n) * 4;
          uint8_t *to = lower + (i * kApart + n) * 4;
          to[0] = 0;
          to[1] = from[0];
          to[2] = from[1];
          to[3] = from[2];
        }
      }
    }
    for (int32_t image = 0; image < images; image++) {
      for (int32_t y = 0; y < out.height; y++) {
        const uint8_t *top = in.data + image * in.image + (int64_t(y) * step.strides[0] - step.pads[0]) * in.row - step.pads[1] * in.pixel + first;
        const bool is_pair = by_two && y + 1 < out.height;
        const int32_t last = step.size[0] - 1 + (is_pair ? 1 : 0);
        for (int32_t r = 0; r < groups * 4; r++) {
          // Weights of rows that are not there are 0; any bytes do.
          rows[r] = top + int64_t(r < last ? r : last) * step.dilations[0] * in.row;
        }
        uint8_t *to = out.data + image * out.image + y * out.row + first;
        const uint8_t *more = added == nullptr ? nullptr : added->data + image * added->image + y * added->row + first;
        const ptrdiff_t more_pixel = added == nullptr ? 0 : added->pixel;
        if (is_pair) {
          DepthwiseRows3(rows, in.pixel, weights, lower, bias, multipliers, finish, to, out.pixel, out.row, out.width, part);
          y++;
        } else if (is_3 && step.strides[1] == 1) DepthwiseRow3<1>(rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, out.width, part);
        else if (is_3 && step.strides[1] == 2) DepthwiseRow3<2>(rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, out.width, part);
        else if (is_5 && step.strides[1] == 1) DepthwiseRow5(rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, out.width, part);
        else if (is_5 && step.strides[1] == 2) DepthwiseRow5By2(rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, out.width, part);
        else if (groups == 1) DepthwiseRowAny<1>(step, rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, more, more_pixel, out.width, part);
        else if (groups == 2) DepthwiseRowAny<2>(step, rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, more, more_pixel, out.width, part);
        else if (groups == 3) DepthwiseRowAny<3>(step, rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, more, more_pixel, out.width, part);
        else DepthwiseRowAny<4>(step, rows, in.pixel, weights, bias, multipliers, finish, to, out.pixel, more, more_pixel, out.width, part);
      }
    }
  }
}
