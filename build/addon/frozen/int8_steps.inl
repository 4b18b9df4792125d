// The int8 steps beside convolutions, over vectors of V. Included as int8_kernels.inl is. Vectors reach beyond the end of a row where its numbers are no
// multiple of them: buffers have room for it (network.cc), and what is written there is written again by the next row or never read.

void InputInt8(const Input &step, const void *from, const View &out, int32_t images) {
  const int32_t numbers = out.width * out.channels;
  const bool is_tight = out.stride == out.channels;
  for (int64_t line = 0; line < int64_t(images) * out.height; line++) {
    uint8_t *to = out.data + line / out.height * out.image + line % out.height * out.row;
    const uint8_t *bytes = static_cast<const uint8_t *>(from) + line * numbers;
    const float *floats = static_cast<const float *>(from) + line * numbers;
    int32_t at = 0, phase = 0;
    for (; is_tight && at + V::kLanes <= numbers; at += V::kLanes) {
      const typename V::Floats x = step.takes_uint8 ? V::ToFloat(V::LoadBytes(bytes + at)) : V::LoadFloats(floats + at);
      const typename V::Floats y = V::AddFloats(V::Multiply(x, V::LoadFloats(step.a + phase)), V::LoadFloats(step.b + phase));
      // Bounded before they are whole numbers: one far outside would have none of 32 bits.
      V::StoreBytes(to + at, V::Round(V::LeastFloats(V::MostFloats(y, V::SpreadFloat(0)), V::SpreadFloat(255))));
      phase = phase + V::kLanes == step.period ? 0 : phase + V::kLanes;
    }
    for (; at < numbers; at++) {
      const int32_t c = at % out.channels;
      const float x = step.takes_uint8 ? float(bytes[at]) : floats[at];
      const float product = x * step.a[c];
      const float rounded = __builtin_rintf(product + step.b[c]);
      to[is_tight ? at : at / out.channels * out.stride + c] = uint8_t(rounded > 0 ? rounded < 255 ? rounded : 255 : 0);
    }
  }
}

inline void StoreBounded(uint8_t *to, typename V::Floats value, const Bounds &bounds) {
  const typename V::Ints number = V::Add(V::Round(value), V::Spread(bounds.zero_point));
  V::StoreBytes(to, V::Least(V::Most(number, V::Spread(bounds.low)), V::Spread(bounds.high)));
}

inline void PointwiseLine(const Pointwise &step, const uint8_t *first, const uint8_t *second, uint8_t *to, int32_t numbers) {
  const typename V::Ints z1 = V::Spread(step.zero_points[0]), z2 = V::Spread(step.zero_points[1]);
  const typename V::Floats s1 = V::SpreadFloat(step.scales[0]), s2 = V::SpreadFloat(step.scales[1]);
  for (int32_t at = 0; at < numbers; at += V::kLanes) {
    const typename V::Ints a = V::Subtract(V::LoadBytes(first + at), z1), b = V::Subtract(V::LoadBytes(second + at), z2);
    const typename V::Floats value = step.kind == Pointwise::kAdd ? V::AddFloats(V::Multiply(V::ToFloat(a), s1), V::Multiply(V::ToFloat(b), s2))
                                                                  : V::Multiply(V::ToFloat(V::MultiplyInts(a, b)), s1);
    StoreBounded(to + at, value, step.bounds);
  }
}

void PointwiseInt8(const Pointwise &step, const View &first, const View *second, const View &out, int32_t images) {
  for (int32_t image = 0; image < images; image++) {
    for (int32_t y = 0; y < first.height; y++) {
      const uint8_t *a = first.data + image * first.image + y * first.row;
      uint8_t *to = out.data + image * out.image + y * out.row;
      if (step.kind == Pointwise::kLookup) {
        for (int32_t x = 0; x < first.width; x++) {
          const uint8_t *pixel = a + x * first.pixel;
          uint8_t *target = to + x * out.pixel + step.channel_offset;
          for (int32_t c = 0; c < first.channels; c++) target[c] = step.table[pixel[c]];
        }
      } else if (step.is_spread || first.stride % V::kLanes != 0) {
        for (int32_t x = 0; x < first.width; x++) {
          const uint8_t *b = step.is_spread ? second->data + image * second->image : second->data + image * second->image + y * second->row + x * second->pixel;
          PointwiseLine(step, a + x * first.pixel, b, to + x * out.pixel, first.channels);
        }
      } else {
        PointwiseLine(step, a, second->data + image * second->image + y * second->row, to, first.width * first.stride);
      }
    }
  }
}

// The inputs of one window that lie within the image.
struct Window {
  int32_t top, bottom, left, right;
};

inline Window WindowAt(const Pool &step, const View &in, int32_t y, int32_t x) {
  const int32_t top = y * step.strides[0] - step.pads[0], left = x * step.strides[1] - step.pads[1];
  const int32_t bottom = top + step.size[0], right = left + step.size[1];
  return {top < 0 ? 0 : top, bottom > in.height ? in.height : bottom, left < 0 ? 0 : left, right > in.width ? in.width : right};
}

inline void Maximum(const View &in, const uint8_t *image, const Window &window, int32_t c, uint8_t *to) {
  typename V::Ints most = V::Spread(0);
  for (int32_t y = window.top; y < window.bottom; y++) {
    for (int32_t x = window.left; x < window.right; x++) most = V::Most(most, V::LoadBytes(image + y * in.row + x * in.pixel + c));
  }
  V::StoreBytes(to, most);
}

inline typename V::Floats Average(const Pool &step, const View &in, const uint8_t *image, const Window &window, int32_t c) {
  typename V::Ints sum = V::Spread(0);
  for (int32_t y = window.top; y < window.bottom; y++) {
    for (int32_t x = window.left; x < window.right; x++) sum = V::Add(sum, V::LoadBytes(image + y * in.row + x * in.pixel + c));
  }
  const int32_t count = (window.bottom - window.top) * (window.right - window.left);
  const typename V::Ints centred = V::Subtract(sum, V::Spread(count * step.zero_point));
  return V::Divide(V::Multiply(V::ToFloat(centred), V::SpreadFloat(step.scale)), V::SpreadFloat(float(count)));
}

// `numbers`: where float32 results go, (images, height, width, channels); null: to `out`.
void PoolInt8(const Pool &step, const View &in, const View &out, float *numbers, int32_t images) {
  for (int32_t image = 0; image < images; image++) {
    const uint8_t *from = in.data + image * in.image;
    for (int32_t y = 0; y < out.height; y++) {
      for (int32_t x = 0; x < out.width; x++) {
        const Window window = WindowAt(step, in, y, x);
        for (int32_t c = 0; c < out.channels; c += V::kLanes) {
          if (numbers != nullptr) {
            float values[V::kLanes];
            V::StoreFloats(values, Average(step, in, from, window, c));
            const int32_t some = out.channels - c < V::kLanes ? out.channels - c : V::kLanes;
            float *to = numbers + ((int64_t(image) * out.height + y) * out.width + x) * out.channels + c;
            for (int32_t i = 0; i < some; i++) to[i] = values[i];
            continue;
          }
          uint8_t *to = out.data + image * out.image + y * out.row + x * out.pixel + c;
          if (step.is_maximum) Maximum(in, from, window, c, to);
          else StoreBounded(to, Average(step, in, from, window, c), step.bounds);
        }
      }
    }
  }
}

void OutputInt8(float scale, int32_t zero_point, const View &in, float *numbers, int32_t images) {
  for (int32_t image = 0; image < images; image++) {
    for (int32_t y = 0; y < in.height; y++) {
      for (int32_t x = 0; x < in.width; x++) {
        const uint8_t *from = in.data + image * in.image + y * in.row + x * in.pixel;
        for (int32_t c = 0; c < in.channels; c++) *numbers++ = float(int32_t(from[c]) - zero_point) * scale;
      }
    }
  }
}
