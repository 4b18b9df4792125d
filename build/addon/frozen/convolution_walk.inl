// How a convolution's pixels are gone through, tile by tile. Included inside a namespace that says: kRows, pixels of a tile at the most; kBytes, of a number;
// kMakesWider; Finish and FinishOf(step), what is done with sums; TileOf<pixels, vectors, adds>; kNear and kNearPixels, the bytes of weights that stay in the
// nearest cache, and those of pixels beside them.

using TileFunction = void (*)(const uint8_t *, ptrdiff_t, const Convolution &, const KernelBlock &, const Finish &, uint8_t *, ptrdiff_t, const uint8_t *, ptrdiff_t);

template <int kVectors, bool kAdds>
TileFunction TileFor(int rows) {
  static constexpr TileFunction kTiles[] = {
      TileOf<1, kVectors, kAdds>, TileOf<2, kVectors, kAdds>, TileOf<3, kVectors, kAdds>, TileOf<4, kVectors, kAdds>,
      TileOf<(kRows > 4 ? 5 : 4), kVectors, kAdds>, TileOf<(kRows > 5 ? 6 : 4), kVectors, kAdds>,
      TileOf<(kRows > 6 ? 7 : 4), kVectors, kAdds>, TileOf<(kRows > 7 ? 8 : 4), kVectors, kAdds>};
  return kTiles[rows - 1];
}

inline TileFunction TileFor(int rows, int vectors, bool adds) {
  if (vectors == 1) return adds ? TileFor<1, true>(rows) : TileFor<1, false>(rows);
  if (vectors == 2) return adds ? TileFor<2, true>(rows) : TileFor<2, false>(rows);
  return adds ? TileFor<3, true>(rows) : TileFor<3, false>(rows);
}

struct Run {
  const uint8_t *in;
  ptrdiff_t in_pixel;
  uint8_t *out;
  ptrdiff_t out_pixel;
  const uint8_t *added;
  ptrdiff_t added_pixel;
  int64_t pixels;
};

// The inputs of some pixels, as tiles read them.
template <bool kWider>
class Inputs;

// As they are held.
template <>
class Inputs<false> {
 public:
  Inputs(const Convolution &step, const uint8_t *in, ptrdiff_t in_pixel, int64_t) : step_(step), data_(in), pixel_(in_pixel) {}
  const Convolution &step() const { return step_; }
  const uint8_t *data() const { return data_; }
  ptrdiff_t pixel() const { return pixel_; }

 private:
  const Convolution &step_;
  const uint8_t *data_;
  ptrdiff_t pixel_;
};

inline void ConvolveRun(const Convolution &step, const Finish &finish, const Run &run, int64_t at_once) {
  for (int64_t start = 0; start < run.pixels; start += at_once) {
    const int64_t end = start + at_once < run.pixels ? start + at_once : run.pixels;
    const Inputs<kMakesWider> inputs(step, run.in + start * run.in_pixel, run.in_pixel, end - start);
    for (int32_t b = 0; b < step.block_count; b++) {
      const KernelBlock &block = step.blocks[b];
      const ptrdiff_t first = ptrdiff_t(block.first) * kBytes;
      // Alike as far as they go: 7 + 7 rather than 8 + 6.
      int64_t tiles = (end - start + kRows - 1) / kRows;
      for (int64_t p = start; p < end; tiles--) {
        const int rows = int((end - p + tiles - 1) / tiles);
        TileFor(rows, block.vectors, run.added != nullptr)(
            inputs.data() + (p - start) * inputs.pixel(), inputs.pixel(), inputs.step(), block, finish, run.out + p * run.out_pixel + first, run.out_pixel,
            run.added == nullptr ? nullptr : run.added + p * run.added_pixel + first, run.added_pixel);
        p += rows;
      }
    }
  }
}

// Weights that fit stay in the nearest cache while all pixels go by; of larger ones a part stays while as many pixels as fit in the second do.
void Convolve(const Convolution &step, const View &in, const View *added, const View &out, int32_t images) {
  const Finish finish = FinishOf(step);
  const int64_t bytes_a_pixel = in.pixel * (step.is_pointwise ? 1 : step.tap_count) + out.pixel;
  int64_t at_once = (int64_t(step.weight_bytes) <= kNear ? kNearPixels : 256 * 1024) / bytes_a_pixel;
  at_once = at_once < 4 * kRows ? 4 * kRows : at_once / kRows * kRows;
  const auto is_one = [](const View &view) { return view.row == view.pixel * view.width && view.image == view.row * view.height; };
  if (step.is_pointwise && is_one(in) && is_one(out) && (added == nullptr || is_one(*added))) {
    const int64_t pixels = int64_t(images) * out.height * out.width;
    const Run run{in.data, in.pixel, out.data, out.pixel, added == nullptr ? nullptr : added->data, added == nullptr ? 0 : added->pixel, pixels};
    return ConvolveRun(step, finish, run, at_once);
  }
  for (int32_t image = 0; image < images; image++) {
    for (int32_t y = 0; y < out.height; y++) {
      const Run run{in.data + image * in.image + int64_t(y) * step.strides[0] * in.row,
                    step.strides[1] * in.pixel,
                    out.data + image * out.image + y * out.row,
                    out.pixel,
                    added == nullptr ? nullptr : added->data + image * added->image + y * added->row,
                    added == nullptr ? 0 : added->pixel,
                    out.width};
      ConvolveRun(step, finish, run, at_once);
    }
  }
}
