// The sums of a tile, up to eight pixels by three vectors, as variables of their own: of an array the compiler keeps a second copy in memory.

#ifndef GRAFT_FROZEN_UNROLL_H_
#define GRAFT_FROZEN_UNROLL_H_

#define GRAFT_INLINE __attribute__((always_inline))

// Of one pixel.
#define GRAFT_SUMS(m) s##m##0, s##m##1, s##m##2

// What `row` makes of each pixel that the tile has; kMany is how many.
#define GRAFT_ROWS(row)        \
  row(0);                      \
  if (kMany > 1) { row(1); }   \
  if (kMany > 2) { row(2); }   \
  if (kMany > 3) { row(3); }   \
  if (kMany > 4) { row(4); }   \
  if (kMany > 5) { row(5); }   \
  if (kMany > 6) { row(6); }   \
  if (kMany > 7) { row(7); }

#define GRAFT_ALL_SUMS GRAFT_SUMS(0), GRAFT_SUMS(1), GRAFT_SUMS(2), GRAFT_SUMS(3), GRAFT_SUMS(4), GRAFT_SUMS(5), GRAFT_SUMS(6), GRAFT_SUMS(7)

#endif  // GRAFT_FROZEN_UNROLL_H_
