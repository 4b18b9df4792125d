// Huffman codes of a baseline JPEG (ITU-T T.81, annexes C and F.2.2), a whole coefficient in one look where code and value are short.
#pragma once

#include <cstddef>
#include <cstdint>

namespace graft {

constexpr int kLook = 11;
// What "the rest is zero" adds to the place: beyond every place.
constexpr int kEndOfBlock = 128;

constexpr int kValueFollows = 0x80;

struct Pair {
  int16_t values[2];
  // Places forward from the last coefficient to the first of them, and from there to the second: 0 where that is none.
  uint8_t forward[2];
  // Of both, and of the first alone.
  uint8_t bits, first_bits;
};

struct HuffmanTable {
  bool is_there = false;
  // By the next kLook bits: value << 16 | places forward << 8 | bits of code and value. Where they hold the code and not all of the value: bits of the
  // value << 16 | places forward << 8 | kValueFollows | bits of the code. 0: a longer code.
  int32_t look[1 << kLook];
  // Of coefficients but the first: two at once, where the bits hold both; else the first twice; no bits: neither.
  Pair pairs[1 << kLook];
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

// What a symbol says, as in `look`; 0: it has no meaning in such a file.
inline int32_t EntryOf(int symbol, int length, bool is_dc) {
  const int size = is_dc ? symbol : symbol & 15, run = is_dc ? 0 : symbol >> 4;
  if (size > (is_dc ? 11 : 10) || (!is_dc && size == 0 && run != 0 && run != 15)) return 0;
  const int forward = !is_dc && size == 0 && run == 0 ? kEndOfBlock : run + 1;
  return size << 16 | forward << 8 | kValueFollows | length;
}

}  // namespace graft
