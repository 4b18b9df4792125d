// Chroma at half size is brought to full size and YCbCr to RGB in the whole numbers of libjpeg (jdsample.c's "fancy" upsampling, jdcolor.c).
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd.h"

#ifdef GRAFT_JPEG

namespace graft {

// One line of each component. `beside`: chroma's line above or below, where it is half as high; else the same as `at`. At chroma's ends its last values are
// repeated once, and every line may be read 48 bytes past what is asked for.
struct ComponentLines {
  const uint8_t* luma;
  const uint8_t* at[2];
  const uint8_t* beside[2];
};

enum class Chroma { kFull, kHalfAcross, kHalfBoth };

// Columns from..to (from a multiple of 32), red, green and blue by turns from out[3 * from] on; up to 32 columns more are written.
void ColourLine(Chroma chroma, const ComponentLines& lines, size_t from, size_t to, uint8_t* out);

}  // namespace graft

#endif
