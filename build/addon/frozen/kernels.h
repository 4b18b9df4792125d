// What one precision's kernels on one kind of processor can do. Each works on the same steps of several images one after the other.

#ifndef GRAFT_FROZEN_KERNELS_H_
#define GRAFT_FROZEN_KERNELS_H_

#include <cstddef>
#include <cstdint>

namespace graft {

// Images in memory: pixel (0, 0) of the first, steps in bytes. Channels are padded to `stride` numbers a pixel; around an image lie as many pixels as its
// readers look beyond its edges, filled with what stands for 0. Of numbers of 12 bits a pixel's upper 8 stand first, then the lower 4 of all of them.
struct View {
  uint8_t *data;
  int32_t height, width, channels, stride;
  ptrdiff_t pixel, row, image;
};

// Of numbers of 12 bits.
constexpr int kLowerBits = 4;

// A part of a convolution's output channels, with the inputs that it reads.
struct KernelBlock {
  int32_t first;        // channel
  int32_t vectors;      // of output channels
  int32_t steps;        // of inputs, a tap
  ptrdiff_t offset;     // of its first input channel, bytes
  const uint8_t *weights;
  const float *bias;         // or int32, arranged as the sums
  const float *multipliers;  // arranged as the sums
};

struct Bounds {
  int32_t low, high, zero_point;
  float low_float, high_float;
};

struct Convolution {
  const ptrdiff_t *taps;  // from the place of an output's first input, bytes
  int32_t tap_count;
  const KernelBlock *blocks;
  int32_t block_count;
  int32_t strides[2];
  bool is_pointwise;  // 1 x 1 and no strides: pixels are alike
  Bounds bounds;
  float added_scale;
  int32_t added_zero_point;
  size_t weight_bytes;
  // Of the tensors that it reads, adds and makes: how many bytes behind a number's upper 8 bits its lower ones stand; 0: it has 8.
  ptrdiff_t in_lower, added_lower, out_lower;
};

struct Depthwise {
  const uint8_t *weights;
  const float *bias, *multipliers;
  int32_t size[2], strides[2], dilations[2], pads[2];
  Bounds bounds;
  float added_scale;
  int32_t added_zero_point;
};

struct Input {
  // a[c] and b[c], over and over: as many as `period`, which is a multiple of the channels and of a vector.
  const float *a, *b;
  int32_t period;
  bool takes_uint8;
};

// Add and multiply take two, a lookup one.
struct Pointwise {
  enum Kind { kAdd, kMultiply, kLookup } kind;
  const uint8_t *table;  // null in float programs: numbers are copied
  int32_t channel_offset;
  float scales[2];
  int32_t zero_points[2];
  Bounds bounds;
  bool is_spread;  // the second is one pixel
};

struct Pool {
  bool is_maximum;
  int32_t size[2], strides[2], pads[2];
  float scale;
  int32_t zero_point;
  Bounds bounds;
};

// Lines of a depthwise kernel: those of int8 take as many rows at a time, in groups of four.
constexpr int32_t kMostDepthwiseHeight = 16;

// How a kernel's numbers are to be arranged.
struct Arrangement {
  int32_t lanes;            // numbers of a vector of sums
  int32_t most_vectors;     // of a block
  int32_t inputs_at_once;   // that one instruction multiplies and sums
  int32_t bytes;            // of a number
  int32_t read_bytes;       // of a number as a convolution multiplies it, weights too
  // True: number n of vector v of V is channel (n / 4) * 4 V + 4 v + n % 4, so that packing the sums to bytes puts them in order. False: v * lanes + n.
  bool is_woven;
  // Depthwise weights in blocks of two vectors: channels with even numbers, then those with odd ones.
  bool pairs_depthwise;
};

struct Kernels {
  const char *name;
  Arrangement arrangement;
  void (*convolution)(const Convolution &, const View &in, const View *added, const View &out, int32_t images);
  void (*depthwise)(const Depthwise &, const View &in, const View *added, const View &out, int32_t images);
  void (*input)(const Input &, const void *from, const View &out, int32_t images);
  void (*pointwise)(const Pointwise &, const View &first, const View *second, const View &out, int32_t images);
  void (*pool)(const Pool &, const View &in, const View &out, float *numbers, int32_t images);
  void (*output)(float scale, int32_t zero_point, const View &in, float *numbers, int32_t images);
};

// null: not compiled for this kind of processor. Whether it has the instructions is asked elsewhere (cpu.h).
const Kernels *Int8Avx512();
const Kernels *Int8AvxVnni();
const Kernels *Float32Avx512();
// The same numbers with the processor's own products of bfloat16, and with those of float32.
const Kernels *Bfloat16Avx512();
const Kernels *Bfloat16Avx512Wide();
// Whether those of bfloat16 are worth it here: there are processors where they take four times as long as those of float32.
bool HasFastBfloat16();

}  // namespace graft

#endif  // GRAFT_FROZEN_KERNELS_H_
