#include "frame.h"

#include <cstring>

namespace graft {

const uint8_t kZigzag[64 + kEndOfBlock] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
};

namespace {

// The body of one segment, without its length.
struct Segment {
  const uint8_t* at;
  size_t length;
};

// DQT, of 8 bits a number.
bool ReadQuant(Segment segment, Frame* frame) {
  for (; segment.length >= 65; segment.at += 65, segment.length -= 65) {
    const int table = segment.at[0];
    if (table > 3) return false;
    for (int i = 0; i < 64; i++) {
      if (segment.at[1 + i] == 0) return false;
      frame->quant[table][kZigzag[i]] = segment.at[1 + i];
    }
    frame->has_quant[table] = true;
  }
  return segment.length == 0;
}

bool ReadHuffman(Segment segment, Frame* frame) {
  while (segment.length >= 17) {
    const int kind = segment.at[0] >> 4, table = segment.at[0] & 15;
    size_t count = 0;
    for (int i = 0; i < 16; i++) count += segment.at[1 + i];
    if (kind > 1 || table > 3 || 17 + count > segment.length) return false;
    HuffmanTable* into = kind == 0 ? &frame->dc[table] : &frame->ac[table];
    if (!BuildHuffman(segment.at + 1, segment.at + 17, count, kind == 0, into)) return false;
    segment.at += 17 + count;
    segment.length -= 17 + count;
  }
  return segment.length == 0;
}

bool ReadSizes(Segment segment, Frame* frame) {
  if (segment.length != 15 || segment.at[0] != 8 || segment.at[5] != 3 || frame->width != 0) return false;
  frame->height = segment.at[1] << 8 | segment.at[2];
  frame->width = segment.at[3] << 8 | segment.at[4];
  for (int i = 0; i < 3; i++) {
    const uint8_t* from = segment.at + 6 + 3 * i;
    frame->components[i] = {from[0], from[1] >> 4, from[1] & 15, from[2], 0, 0};
    if (from[2] > 3) return false;
  }
  const Component* each = frame->components;
  if (each[1].across != 1 || each[1].down != 1 || each[2].across != 1 || each[2].down != 1) return false;
  const int across = each[0].across, down = each[0].down;
  return frame->width > 0 && frame->height > 0 && ((across == 1 && down == 1) || (across == 2 && (down == 1 || down == 2)));
}

// SOS of all three components at once.
bool ReadScan(Segment segment, Frame* frame) {
  if (segment.length != 10 || segment.at[0] != 3 || frame->width == 0) return false;
  for (int i = 0; i < 3; i++) {
    Component& component = frame->components[i];
    const uint8_t id = segment.at[1 + 2 * i], tables = segment.at[2 + 2 * i];
    component.dc = tables >> 4;
    component.ac = tables & 15;
    if (id != component.id || component.dc > 3 || component.ac > 3) return false;
    if (!frame->dc[component.dc].is_there || !frame->ac[component.ac].is_there || !frame->has_quant[component.quant]) return false;
  }
  return segment.at[7] == 0 && segment.at[8] == 63 && segment.at[9] == 0;
}

// What says that colours are YCbCr, as libjpeg reads it (jdapimin.c).
struct Colours {
  bool has_jfif = false;
  bool has_adobe = false;

  // False: Adobe's marker says that they are something else.
  bool Read(uint8_t marker, Segment segment) {
    if (marker == 0xe0 && segment.length >= 14 && std::memcmp(segment.at, "JFIF", 5) == 0) has_jfif = true;
    if (marker != 0xee || segment.length < 12 || std::memcmp(segment.at, "Adobe", 5) != 0) return true;
    has_adobe = true;
    return segment.at[11] == 1;
  }

  bool AreYcc(const Frame& frame) const {
    const Component* each = frame.components;
    return has_jfif || has_adobe || (each[0].id == 1 && each[1].id == 2 && each[2].id == 3);
  }
};

}  // namespace

bool ReadFrame(const uint8_t* bytes, size_t length, Frame* frame) {
  if (length < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return false;
  Colours colours;
  for (size_t at = 2; at + 4 <= length;) {
    if (bytes[at] != 0xff) return false;
    const uint8_t marker = bytes[at + 1];
    const size_t size = static_cast<size_t>(bytes[at + 2]) << 8 | bytes[at + 3];
    if (size < 2 || at + 2 + size > length) return false;
    const Segment segment{bytes + at + 4, size - 2};
    at += 2 + size;
    if (marker == 0xdb) {
      if (!ReadQuant(segment, frame)) return false;
    } else if (marker == 0xc4) {
      if (!ReadHuffman(segment, frame)) return false;
    } else if (marker == 0xc0 || marker == 0xc1) {
      if (!ReadSizes(segment, frame)) return false;
    } else if (marker == 0xdd) {
      if (segment.length != 2) return false;
      frame->restart_interval = segment.at[0] << 8 | segment.at[1];
    } else if (marker == 0xda) {
      frame->data = at;
      return ReadScan(segment, frame) && colours.AreYcc(*frame);
    } else if ((marker & 0xf0) != 0xe0 && marker != 0xfe) {
      return false;
    }
    if (!colours.Read(marker, segment)) return false;
  }
  return false;
}

}  // namespace graft
