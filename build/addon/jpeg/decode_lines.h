// From the entropy-coded data of a JPEG to lines of red, green and blue, in the bytes of libjpeg's "islow" transform with fancy upsampling.
#pragma once

#include <cstddef>
#include <cstdint>

#include "frame.h"
#include "line_sink.h"
#include "simd.h"

namespace graft {

// Of a picture that is shrunk by 1, 2, 4 or 8 while it is decoded.
struct Shrunken {
  int32_t width;
  int32_t height;
};
Shrunken SizeOf(const Frame& frame, int shrink);

#ifdef GRAFT_JPEG

// Only `columns` and `lines` of the picture are worked out, and lines given to the sink; all of the file is read. False: it is damaged, or has numbers that
// libjpeg would treat in another way.
bool DecodeLines(const uint8_t* bytes, size_t length, const Frame& frame, int shrink, Reach columns, Reach lines, LineSink* sink);

#endif

}  // namespace graft
