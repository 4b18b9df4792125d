#include "huffman.h"

#include <cstring>

namespace graft {
namespace {

// Entries of all bits that begin with one code.
void FillLook(uint32_t code, int length, int symbol, bool is_dc, HuffmanTable* table) {
  const int32_t entry = EntryOf(symbol, length, is_dc);
  if (entry == 0) return;
  const int size = entry >> 16, rest = kLook - length;
  for (uint32_t bits = 0; bits < 1u << rest; bits++) {
    int32_t* look = &table->look[code << rest | bits];
    *look = entry;
    if (size > rest) continue;
    const uint32_t value = static_cast<uint32_t>(Extend(bits >> (rest - size), size));
    *look = static_cast<int32_t>(value << 16) | (entry & 0xff00) | (length + size);
  }
}

bool IsWhole(int32_t entry) { return entry != 0 && (entry & kValueFollows) == 0; }

void FillPairs(HuffmanTable* table) {
  constexpr uint32_t kAll = (1u << kLook) - 1;
  for (uint32_t bits = 0; bits <= kAll; bits++) {
    Pair& pair = table->pairs[bits] = Pair{};
    const int32_t first = table->look[bits];
    if (!IsWhole(first)) continue;
    const int length = first & 0x7f;
    const int16_t value = static_cast<int16_t>(first >> 16);
    const uint8_t forward = static_cast<uint8_t>(first >> 8), used = static_cast<uint8_t>(length);
    pair = {{value, value}, {forward, 0}, used, used};
    // The bits behind it are zeros here, where others may come: only what needs none of them counts.
    const int32_t second = table->look[bits << length & kAll];
    if (forward == kEndOfBlock || !IsWhole(second) || length + (second & 0x7f) > kLook) continue;
    pair.values[1] = static_cast<int16_t>(second >> 16);
    pair.forward[1] = static_cast<uint8_t>(second >> 8);
    pair.bits = static_cast<uint8_t>(length + (second & 0x7f));
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
  if (!is_dc) FillPairs(table);
  table->is_there = true;
  return true;
}

}  // namespace graft
