// Huffman codes of a baseline JPEG (ITU-T T.81, annexes C and F.2.2), a whole coefficient in one look where code and value are short.
#pragma once

#include <cstddef>
#include <cstdint>

namespace graft {

constexpr int kLook = 11;
// What "the rest is zero" adds to the place: beyond every place.
constexpr int kEndOfBlock = 128;

struct HuffmanTable {
  bool is_there = false;
  // By the next kLook bits: value << 16 | places forward << 8 | bits of code and value; 0: a longer one.
  int32_t look[1 << kLook];
  // By length: the largest code (-1: none), and what is added to a code for its place among the symbols.
  int32_t largest[17];
  int32_t offset[17];
  uint8_t symbols[256];
};

// Of DHT: how many codes of 1..16 bits, then their symbols. False: no such code.
bool BuildHuffman(const uint8_t counts[16], const uint8_t* symbols, size_t length, bool is_dc, HuffmanTable* table);

// The signed value that `size` bits stand for (F.2.2.1, EXTEND).
inline int32_t Extend(uint32_t bits, int32_t size) {
  const int32_t value = static_cast<int32_t>(bits);
  return size != 0 && bits >> (size - 1) == 0 ? value - (1 << size) + 1 : value;
}

}  // namespace graft
