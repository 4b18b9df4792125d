#include "huffman.h"

#include <cstring>

namespace graft {
namespace {

// Entries of all bits that begin with one code.
void FillLook(uint32_t code, int length, int symbol, bool is_dc, HuffmanTable* table) {
  const int size = is_dc ? symbol : symbol & 15;
  const int run = is_dc ? 0 : symbol >> 4;
  int forward = run + 1;
  if (!is_dc && size == 0) {
    if (run != 0 && run != 15) return;
    if (run == 0) forward = kEndOfBlock;
  }
  const int total = length + size;
  if (total > kLook || size > 11) return;
  const int rest = kLook - total;
  for (uint32_t bits = 0; bits < 1u << size; bits++) {
    const uint32_t value = static_cast<uint32_t>(Extend(bits, size));
    const int32_t entry = static_cast<int32_t>(value << 16 | static_cast<uint32_t>(forward) << 8 | static_cast<uint32_t>(total));
    const uint32_t first = (code << size | bits) << rest;
    for (uint32_t i = 0; i < 1u << rest; i++) table->look[first + i] = entry;
  }
}

}  // namespace

bool BuildHuffman(const uint8_t counts[16], const uint8_t* symbols, size_t length, bool is_dc, HuffmanTable* table) {
  std::memset(table->look, 0, sizeof table->look);
  size_t at = 0;
  uint32_t code = 0;
  for (int bits = 1; bits <= 16; bits++, code <<= 1) {
    table->largest[bits] = -1;
    table->offset[bits] = static_cast<int32_t>(at) - static_cast<int32_t>(code);
    for (int i = 0; i < counts[bits - 1]; i++, code++, at++) {
      // The code of all ones stands for nothing.
      if (at >= length || at >= 256 || code + 1 >= 1u << bits) return false;
      table->symbols[at] = symbols[at];
      table->largest[bits] = static_cast<int32_t>(code);
      if (bits <= kLook) FillLook(code, bits, symbols[at], is_dc, table);
    }
  }
  table->is_there = true;
  return true;
}

}  // namespace graft
