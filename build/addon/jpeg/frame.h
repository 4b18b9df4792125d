// What stands before the entropy-coded data of a JPEG.
#pragma once

#include <cstddef>
#include <cstdint>

#include "huffman.h"

namespace graft {

struct Component {
  uint8_t id;
  int across, down;  // sampling factors
  int quant, dc, ac;  // tables
};

struct Frame {
  int width, height;
  Component components[3];
  bool has_quant[4];
  // In the order of the picture, not in zigzag.
  uint16_t quant[4][64];
  HuffmanTable dc[4], ac[4];
  int restart_interval;
  // Of the entropy-coded data in the file.
  size_t data;
};

// Places of the coefficients in their zigzag order; 64 for all that lie beyond the block.
extern const uint8_t kZigzag[64 + kEndOfBlock];

// Reads the head of a file of the common kind: sequential, 8 bits, YCbCr with chroma at full or half size, all of it in one scan. False: of another
// kind, or damaged, which is not said here. `frame` is made of zeros.
bool ReadFrame(const uint8_t* bytes, size_t length, Frame* frame);

}  // namespace graft
