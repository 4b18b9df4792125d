#include "products.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "plain_vectors.h"
#include "workers.h"

namespace graft {
namespace {

// Of one set: inputs side by side.
constexpr int kPanel = 8, kRows = 4, kVectors = kPanel / Four::kNumbers;
// Of many sets: sets side by side, so many at a time that their windows stay near.
constexpr int kSets = 16, kPairs = 4;

// Below so many products another thread does not pay.
constexpr int64_t kFewProducts = 1 << 17;

size_t Place(int32_t inputs, int32_t i, int32_t j) { return size_t(i) * size_t(inputs) - size_t(i) * size_t(i > 0 ? i - 1 : 0) / 2 + size_t(j - i); }

// (panels, count, kPanel), filled up with zeros.
std::vector<float> InPanels(const float *windows, int64_t count, int32_t inputs) {
  const int32_t panels = (inputs + kPanel - 1) / kPanel;
  std::vector<float> packed(size_t(panels) * size_t(count) * kPanel, 0);
  for (int32_t panel = 0; panel < panels; panel++) {
    const int32_t first = panel * kPanel, length = std::min(kPanel, inputs - first);
    for (int64_t w = 0; w < count; w++) std::copy_n(windows + w * inputs + first, length, packed.data() + (panel * count + w) * kPanel);
  }
  return packed;
}

// Of kRows inputs with the kPanel inputs of a panel.
void SumTile(const float *rows, const float *panel, int64_t count, float *sums) {
  Four::Numbers held[kRows][kVectors];
  for (auto &row : held) std::fill_n(row, kVectors, Four::Zero());
  for (int64_t w = 0; w < count; w++, rows += kPanel, panel += kPanel) {
    for (int v = 0; v < kVectors; v++) {
      const Four::Numbers numbers = Four::Load(panel + v * Four::kNumbers);
      for (int i = 0; i < kRows; i++) held[i][v] = Four::Add(held[i][v], Four::Multiply(Four::All(rows[i]), numbers));
    }
  }
  for (int i = 0; i < kRows; i++) {
    for (int v = 0; v < kVectors; v++) Four::Store(sums + i * kPanel + v * Four::kNumbers, held[i][v]);
  }
}

void AddOfOneSet(const float *windows, int64_t count, int32_t inputs, float *to, int threads) {
  const std::vector<float> packed = InPanels(windows, count, inputs);
  const int32_t panels = (inputs + kPanel - 1) / kPanel;
  std::atomic<int32_t> next{0};
  RunOnThreads(std::min(threads, int(panels)), [&](int) {
    float sums[kRows * kPanel];
    for (int32_t mine = next++; mine < panels; mine = next++) {
      for (int32_t row = mine * kPanel; row < std::min((mine + 1) * kPanel, inputs); row += kRows) {
        for (int32_t panel = mine; panel < panels; panel++) {
          SumTile(packed.data() + mine * count * kPanel + row % kPanel, packed.data() + panel * count * kPanel, count, sums);
          for (int32_t i = row; i < std::min(row + kRows, inputs); i++) {
            for (int32_t j = std::max(i, panel * kPanel); j < std::min((panel + 1) * kPanel, inputs); j++) {
              to[Place(inputs, i, j)] += sums[(i - row) * kPanel + j - panel * kPanel];
            }
          }
        }
      }
    }
  });
}

// Of V::kNumbers sets from `windows` on: of input i with kCount inputs from j on.
template <typename V, int kCount>
void AddPairs(const float *windows, int64_t count, int32_t inputs, int32_t sets, int32_t i, int32_t j, float *to) {
  typename V::Numbers held[kCount];
  for (auto &each : held) each = V::Zero();
  const float *first = windows + size_t(i) * sets, *second = windows + size_t(j) * sets;
  const size_t window = size_t(inputs) * size_t(sets);
  for (int64_t w = 0; w < count; w++, first += window, second += window) {
    const typename V::Numbers numbers = V::Load(first);
    for (int n = 0; n < kCount; n++) held[n] = V::Add(held[n], V::Multiply(numbers, V::Load(second + size_t(n) * sets)));
  }
  float *place = to + Place(inputs, i, j) * sets;
  for (int n = 0; n < kCount; n++, place += sets) V::Store(place, V::Add(V::Load(place), held[n]));
}

template <typename V>
void AddOfSets(const float *windows, int64_t count, int32_t inputs, int32_t sets, float *to) {
  for (int32_t i = 0; i < inputs; i++) {
    int32_t j = i;
    for (; j + kPairs <= inputs; j += kPairs) AddPairs<V, kPairs>(windows, count, inputs, sets, i, j, to);
    for (; j < inputs; j++) AddPairs<V, 1>(windows, count, inputs, sets, i, j, to);
  }
}

void AddOfManySets(const float *windows, int64_t count, int32_t inputs, int32_t sets, float *to, int threads) {
  const int32_t parts = (sets + kSets - 1) / kSets;
  std::atomic<int32_t> next{0};
  RunOnThreads(std::min(threads, int(parts)), [&](int) {
    for (int32_t part = next++; part < parts; part = next++) {
      const int32_t end = std::min((part + 1) * kSets, sets);
      int32_t set = part * kSets;
      for (; set + Four::kNumbers <= end; set += Four::kNumbers) AddOfSets<Four>(windows + set, count, inputs, sets, to + set);
      for (; set < end; set++) AddOfSets<One>(windows + set, count, inputs, sets, to + set);
    }
  });
}

}  // namespace

size_t SumsOf(int32_t inputs) { return Place(inputs, inputs - 1, inputs - 1) + 1 + size_t(inputs); }

void AddProducts(const float *windows, int64_t count, int32_t inputs, int32_t sets, float *to, int threads) {
  const int64_t products = count * inputs * inputs / 2 * sets;
  const int used = products < kFewProducts ? 1 : threads;
  if (sets == 1) AddOfOneSet(windows, count, inputs, to, used);
  else AddOfManySets(windows, count, inputs, sets, to, used);
  const size_t numbers = size_t(inputs) * size_t(sets);
  float *sums = to + (SumsOf(inputs) - size_t(inputs)) * size_t(sets);
  for (int64_t w = 0; w < count; w++, windows += numbers) {
    for (size_t k = 0; k < numbers; k++) sums[k] += windows[k];
  }
}

}  // namespace graft
