#include "cpu.h"

#include <algorithm>

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#endif

namespace graft {
namespace {

using Names = std::vector<std::string>;

#if defined(__x86_64__) && defined(__GNUC__)

uint64_t EnabledStates() {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t(high) << 32 | low;
}

// Names as in /proc/cpuinfo. Registers count only where the system saves them.
Names Flags() {
  Names flags;
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0) return flags;
  const uint64_t states = EnabledStates();
  if ((states & 0x06) != 0x06 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return flags;
  const bool has_512 = (states & 0xe6) == 0xe6;
  const auto add = [&](bool has, const char *name) {
    if (has) flags.push_back(name);
  };
  add(b >> 5 & 1, "avx2");
  add(has_512 && (b >> 16 & 1), "avx512f");
  add(has_512 && (b >> 17 & 1), "avx512dq");
  add(has_512 && (b >> 30 & 1), "avx512bw");
  add(has_512 && (b >> 31 & 1), "avx512vl");
  add(has_512 && (c >> 11 & 1), "avx512_vnni");
  if (a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) {
    add(a >> 4 & 1, "avx_vnni");
    add(has_512 && (a >> 5 & 1), "avx512_bf16");
  }
  return flags;
}

#else

Names Flags() { return {}; }

#endif

bool Contains(const Names &names, const char *name) { return std::find(names.begin(), names.end(), name) != names.end(); }

}  // namespace

void KernelsOfThisProcessor(const Names &without, const Kernels *kernels[3]) {
  const Names flags = Flags();
  const auto has = [&](std::initializer_list<const char *> names) {
    return std::all_of(names.begin(), names.end(), [&](const char *name) { return Contains(flags, name) && !Contains(without, name); });
  };
  const bool has_512 = has({"avx2", "avx512f", "avx512dq", "avx512bw", "avx512vl"});
  kernels[0] = has_512 ? Float32Avx512() : nullptr;
  // Two names of our own, so that both kinds can be tried on one processor.
  const bool can_dot = !Contains(without, "bf16_dots"), can_widen = !Contains(without, "bf16_wide");
  const bool dots = can_dot && (!can_widen || HasFastBfloat16());
  kernels[1] = !has_512 || !has({"avx512_bf16"}) ? nullptr : dots ? Bfloat16Avx512() : Bfloat16Avx512Wide();
  kernels[2] = has_512 && has({"avx512_vnni"}) ? Int8Avx512() : has({"avx2", "avx_vnni"}) ? Int8AvxVnni() : nullptr;
}

}  // namespace graft
