// The bits of entropy-coded data, without stuffed zeros, up to the next marker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "huffman.h"
#include "simd.h"

#ifdef GRAFT_JPEG

namespace graft {

class BitReader {
 public:
  BitReader(const uint8_t* from, const uint8_t* end) : at_(from), end_(end) {}

  // At least 56 bits, zeros behind the last ones.
  GRAFT_JPEG_INLINE void Fill() {
    if (end_ - at_ >= 8) {
      uint64_t next;
      std::memcpy(&next, at_, 8);
      const bool has_ff = (((~next) - 0x0101010101010101u) & next & 0x8080808080808080u) != 0;
      if (!has_ff) {
        // The bits behind the last whole byte are kept: they are the ones that come next.
        bits_ |= __builtin_bswap64(next) >> count_;
        at_ += (63 - count_) >> 3;
        count_ |= 56;
        return;
      }
    }
    // By value: what lies in registers stays there.
    *this = FilledSlowly(*this);
  }

  GRAFT_JPEG_INLINE int Count() const { return count_; }
  GRAFT_JPEG_INLINE uint32_t Peek(int length) const { return static_cast<uint32_t>(bits_ >> (64 - length)); }
  GRAFT_JPEG_INLINE void Skip(int length) {
    bits_ <<= length;
    count_ -= length;
  }

  // What a code says that is too long for `look`, and 0 where there is none.
  GRAFT_JPEG_INLINE int32_t LongEntry(const HuffmanTable& table, bool is_dc) const { return LongEntryOf(bits_, table, is_dc); }

  // Of one bit or more.
  GRAFT_JPEG_INLINE int32_t Value(int size) {
    const uint32_t bits = Peek(size);
    Skip(size);
    return Extend(bits, size);
  }

  // Whether bits were read that are not in the data.
  bool IsBehind() const { return padded_ > count_; }

  // Goes past the marker that has to come now. False: other data come first, or bits were read that are not there.
  bool Marker(uint8_t wanted) {
    while (count_ <= 56 && padded_ == 0) FillByte();
    const int left = count_ - padded_;
    if (left < 0 || left > 7) return false;
    while (end_ - at_ >= 2 && at_[0] == 0xff && at_[1] == 0xff) at_++;
    if (end_ - at_ < 2 || at_[0] != 0xff || at_[1] != wanted) return false;
    at_ += 2;
    bits_ = 0;
    count_ = 0;
    padded_ = 0;
    return true;
  }

 private:
  __attribute__((noinline)) static BitReader FilledSlowly(BitReader reader) {
    while (reader.count_ <= 56) reader.FillByte();
    return reader;
  }

  __attribute__((noinline)) static int32_t LongEntryOf(uint64_t bits, const HuffmanTable& table, bool is_dc) {
    for (int length = kLook + 1; length <= 16; length++) {
      const int32_t code = static_cast<int32_t>(bits >> (64 - length));
      if (code <= table.largest[length]) return EntryOf(table.symbols[(table.offset[length] + code) & 0xff], length, is_dc);
    }
    return 0;
  }

  void FillByte() {
    uint64_t byte = 0;
    if (end_ - at_ >= 1 && at_[0] != 0xff) {
      byte = *at_++;
    } else if (end_ - at_ >= 2 && at_[1] == 0) {
      byte = 0xff;
      at_ += 2;
    } else {
      padded_ += 8;
    }
    bits_ |= byte << (56 - count_);
    count_ += 8;
  }

  const uint8_t* at_;
  const uint8_t* end_;
  // The next bit is the highest.
  uint64_t bits_ = 0;
  int count_ = 0;
  // Zeros among them that are not in the data. They are the last ones.
  int padded_ = 0;
};

}  // namespace graft

#endif
