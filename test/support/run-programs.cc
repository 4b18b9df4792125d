// Runs frozen programs in a process without Node, so that the sanitisers of a compiler can watch: arguments are a file of cases and one for what came out.
// A case: int32 `without` (1: as a processor without AVX-512 VNNI), threads, rows, bytes of the program, of the input, numbers of the output; then program and
// input. What comes out: int32 1 and the output's bytes, or 0 where the program was refused.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "frozen/cpu.h"
#include "frozen/network.h"

namespace {

struct Case {
  int32_t without, threads, rows, program, input, output;
};

// Of exactly that size, so that whoever reads or writes beyond it is seen.
std::unique_ptr<uint8_t[]> Read(std::FILE *file, size_t size) {
  std::unique_ptr<uint8_t[]> bytes(new uint8_t[size]);
  if (std::fread(bytes.get(), 1, size, file) != size) std::abort();
  return bytes;
}

std::unique_ptr<graft::Network> Load(const Case &one, const uint8_t *program) {
  const graft::Kernels *kernels[3];
  graft::KernelsOfThisProcessor(one.without != 0 ? std::vector<std::string>{"avx512_vnni"} : std::vector<std::string>{}, kernels);
  return graft::LoadNetwork(program, size_t(one.program), kernels);
}

}  // namespace

int main(int, char **arguments) {
  std::FILE *cases = std::fopen(arguments[1], "rb"), *outputs = std::fopen(arguments[2], "wb");
  if (cases == nullptr || outputs == nullptr) return 2;
  Case one;
  while (std::fread(&one, sizeof one, 1, cases) == 1) {
    auto program = Read(cases, size_t(one.program));
    const auto input = Read(cases, size_t(one.input));
    const std::unique_ptr<float[]> output(new float[size_t(one.output)]), beside(new float[size_t(one.output)]);
    int32_t is_run = 1;
    try {
      const auto network = Load(one, program.get());
      // A network keeps nothing of its program's bytes.
      program.reset();
      // Twice at a time: two calls share the network and the team of threads.
      std::thread other([&] { network->Run(input.get(), one.rows, beside.get(), one.threads); });
      network->Run(input.get(), one.rows, output.get(), one.threads);
      other.join();
      network->Profile();
      if (std::memcmp(output.get(), beside.get(), size_t(one.output) * 4) != 0) return 3;
    } catch (const std::runtime_error &) {
      is_run = 0;
    }
    std::fwrite(&is_run, 4, 1, outputs);
    if (is_run != 0) std::fwrite(output.get(), 4, size_t(one.output), outputs);
  }
  std::fclose(outputs);
  return 0;
}
