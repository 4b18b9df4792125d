#include "decode_lines.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "bit_reader.h"
#include "colour_line.h"
#include "idct.h"

#ifdef GRAFT_JPEG
#include <immintrin.h>
#endif

namespace graft {
namespace {

int32_t DivideUp(int32_t a, int32_t b) { return (a + b - 1) / b; }

}  // namespace

Shrunken SizeOf(const Frame& frame, int shrink) { return {DivideUp(frame.width, shrink), DivideUp(frame.height, shrink)}; }

#ifdef GRAFT_JPEG

namespace {

// In front of a line and behind it: repeated ends, and what vectors read past it.
constexpr size_t kMargin = 32, kPast = 64;
constexpr int32_t kMostDc = 2047;

// The last two bands of blocks of a component; a band is one line of MCUs.
struct Plane {
  int block;  // pixels of a block's side
  int across, down;  // blocks of an MCU
  size_t stride;
  int32_t band;  // lines
  std::vector<uint8_t> bytes;

  void Start(int mcus) {
    band = block * down;
    stride = kMargin + static_cast<size_t>(mcus) * across * block + kPast;
    bytes.assign(2 * band * stride, 0);
  }
  uint8_t* Line(int32_t y) { return bytes.data() + static_cast<size_t>(y % (2 * band)) * stride + kMargin; }
};

// The value that an entry of `look` says or announces.
GRAFT_JPEG_INLINE int32_t ValueOf(int32_t entry, BitReader* reader) {
  reader->Skip(entry & 0x7f);
  if ((entry & kValueFollows) == 0 || entry >> 16 == 0) return (entry & kValueFollows) == 0 ? entry >> 16 : 0;
  return reader->Value(entry >> 16);
}

// One block's coefficients; false: there are no such codes, or too many numbers.
GRAFT_JPEG_INLINE bool ReadBlock(BitReader* from, const HuffmanTable& dc, const HuffmanTable& ac, int32_t* predicted, int16_t* out, bool* is_flat) {
  BitReader reader = *from;
  const __m256i zero = _mm256_setzero_si256();
  for (int i = 0; i < 4; i++) _mm256_store_si256(reinterpret_cast<__m256i*>(out) + i, zero);
  reader.Fill();
  int32_t entry = dc.look[reader.Peek(kLook)];
  if (entry == 0) entry = reader.LongEntry(dc, true);
  if (entry == 0) return false;
  *predicted += ValueOf(entry, &reader);
  if (*predicted > kMostDc || *predicted < -kMostDc) return false;
  out[0] = static_cast<int16_t>(*predicted);
  int k = 1;
  do {
    if (reader.Count() < 32) reader.Fill();
    const uint32_t bits = reader.Peek(kLook);
    const Pair pair = ac.pairs[bits];
    if (pair.bits != 0) {
      k += pair.forward[0];
      out[kZigzag[k - 1]] = pair.values[0];
      // What follows the last coefficient belongs to the next block.
      if (k >= 64) {
        reader.Skip(pair.first_bits);
        break;
      }
      k += pair.forward[1];
      out[kZigzag[k - 1]] = pair.values[1];
      reader.Skip(pair.bits);
      continue;
    }
    entry = ac.look[bits];
    k += entry >> 8 & 0xff;
    if (entry == 0) {
      entry = reader.LongEntry(ac, false);
      if (entry == 0) return false;
      k += entry >> 8 & 0xff;
    }
    out[kZigzag[k - 1]] = static_cast<int16_t>(ValueOf(entry, &reader));
  } while (k < 64);
  *from = reader;
  *is_flat = k == 1 + kEndOfBlock;
  return k == 64 || k > kEndOfBlock;
}

class Decoder {
 public:
  Decoder(const uint8_t* bytes, size_t length, const Frame& frame, int shrink, Reach columns, Reach lines, LineSink* sink)
      : frame_(frame), reader_(bytes + frame.data, bytes + length), columns_(columns), lines_(lines), sink_(sink), size_(SizeOf(frame, shrink)) {
    const int block = 8 / shrink, across = frame.components[0].across, down = frame.components[0].down;
    // Chroma's blocks stay larger where that spares bringing them to full size (libjpeg, jdmaster.c).
    int chroma = block;
    while (chroma < 8 && across * block % (2 * chroma) == 0 && down * block % (2 * chroma) == 0) chroma *= 2;
    mcus_ = DivideUp(frame.width, 8 * across);
    bands_ = DivideUp(frame.height, 8 * down);
    half_across_ = across * block / chroma;
    half_down_ = down * block / chroma;
    chroma_width_ = DivideUp(frame.width * chroma, 8 * across);
    chroma_height_ = DivideUp(frame.height * chroma, 8 * down);
    for (int c = 0; c < 3; c++) {
      planes_[c] = {c == 0 ? block : chroma, frame.components[c].across, frame.components[c].down, 0, 0, {}};
      planes_[c].Start(mcus_);
      for (int i = 0; i < 64; i++) quant_[c][i] = frame.quant[frame.components[c].quant][i];
    }
    line_.assign(3 * (static_cast<size_t>(size_.width) + kPast), 0);
    first_mcu_ = std::max(0, columns.from - 2) / (across * block);
    last_mcu_ = std::min(mcus_, DivideUp(columns.to + 2, across * block));
  }

  // Chroma of so little is not brought to full size in the same way.
  bool IsUsual() const { return half_across_ == 1 || (chroma_width_ > 2 && planes_[1].block > 1); }

  GRAFT_JPEG_TARGET bool Run() {
    int until_restart = frame_.restart_interval, restarts = 0;
    for (int band = 0; band < bands_; band++) {
      const bool is_seen = (band + 1) * planes_[0].band + 2 > lines_.from && band * planes_[0].band - 2 < lines_.to;
      for (int mcu = 0; mcu < mcus_; mcu++) {
        if (frame_.restart_interval > 0 && until_restart-- == 0) {
          if (!reader_.Marker(static_cast<uint8_t>(0xd0 + restarts++ % 8))) return false;
          std::fill(predicted_, predicted_ + 3, 0);
          until_restart = frame_.restart_interval - 1;
        }
        if (!ReadMcu(band, mcu, is_seen && mcu >= first_mcu_ && mcu < last_mcu_)) return false;
      }
      if (reader_.IsBehind()) return false;
      if (is_seen) RepeatEnds(band);
      Emit(band == bands_ - 1 ? size_.height : (band + 1) * planes_[0].band - (half_down_ - 1));
    }
    return reader_.Marker(0xd9) && *std::max_element(peak_, peak_ + 8) <= kLargestPeak;
  }

 private:
  GRAFT_JPEG_INLINE bool ReadMcu(int band, int mcu, bool is_seen) {
    for (int c = 0; c < 3; c++) {
      const Component& component = frame_.components[c];
      Plane& plane = planes_[c];
      for (int i = 0; i < plane.across * plane.down; i++) {
        const int x = i % plane.across, y = i / plane.across;
        bool is_flat = false;
        if (!ReadBlock(&reader_, frame_.dc[component.dc], frame_.ac[component.ac], &predicted_[c], block_, &is_flat)) return false;
        if (!is_seen) continue;
        uint8_t* out = plane.Line(band * plane.band + y * plane.block) + (static_cast<size_t>(mcu) * plane.across + x) * plane.block;
        InverseDct(plane.block, block_, quant_[c], is_flat, out, plane.stride, peak_);
      }
    }
    return true;
  }

  void RepeatEnds(int band) {
    if (half_across_ == 1) return;
    for (int c = 1; c < 3; c++) {
      for (int32_t y = band * planes_[c].band; y < (band + 1) * planes_[c].band; y++) {
        uint8_t* line = planes_[c].Line(y);
        line[-1] = line[0];
        line[chroma_width_] = line[chroma_width_ - 1];
      }
    }
  }

  // Lines that are complete, up to `end`.
  void Emit(int32_t end) {
    const Chroma chroma = half_across_ == 1 ? Chroma::kFull : half_down_ == 1 ? Chroma::kHalfAcross : Chroma::kHalfBoth;
    const size_t from = static_cast<size_t>(columns_.from) / 32 * 32;
    for (; next_ < end; next_++) {
      if (next_ < lines_.from || next_ >= lines_.to) continue;
      const int32_t at = next_ / half_down_;
      const int32_t beside = half_down_ == 1 ? at : std::clamp(next_ % 2 == 0 ? at - 1 : at + 1, 0, chroma_height_ - 1);
      const ComponentLines lines{planes_[0].Line(next_), {planes_[1].Line(at), planes_[2].Line(at)}, {planes_[1].Line(beside), planes_[2].Line(beside)}};
      ColourLine(chroma, lines, from, columns_.to, line_.data());
      sink_->Take(next_, line_.data(), line_.data() + line_.size());
    }
  }

  const Frame& frame_;
  BitReader reader_;
  const Reach columns_, lines_;
  LineSink* const sink_;
  const Shrunken size_;
  int mcus_, bands_, half_across_, half_down_, first_mcu_, last_mcu_;
  int32_t chroma_width_, chroma_height_;
  Plane planes_[3];
  int32_t next_ = 0;
  int32_t predicted_[3] = {0, 0, 0};
  std::vector<uint8_t> line_;
  // The last one is for what lies beyond the block.
  alignas(32) int16_t block_[64 + 16];
  alignas(32) int32_t quant_[3][64];
  alignas(32) int32_t peak_[8] = {0};
};

}  // namespace

bool DecodeLines(const uint8_t* bytes, size_t length, const Frame& frame, int shrink, Reach columns, Reach lines, LineSink* sink) {
  Decoder decoder(bytes, length, frame, shrink, columns, lines, sink);
  if (!decoder.IsUsual() || !decoder.Run()) return false;
  sink->Finish();
  return true;
}

#endif

}  // namespace graft
