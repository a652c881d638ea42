// A target without libFuzzer, for every compiler: runs its seeds, each seed with damage, and the
// files of the folders named as arguments. The last line says how many inputs that were.
#include <cstdio>
#include <filesystem>

#include "fuzz/fuzz.h"

namespace tally::fuzz {
namespace {

constexpr std::size_t kDamages = 24;  ///< of each kind, spread over the whole seed

std::size_t run_damaged(const Bytes& seed) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(kDamages, seed.size()); ++i) {
    const std::size_t at = i * seed.size() / std::min(kDamages, seed.size());
    Bytes flipped = seed;
    flipped[at] ^= static_cast<std::uint8_t>(1U << (i % 8));
    run(flipped);
    Bytes repeated = seed;
    repeated.insert(repeated.begin() + static_cast<std::ptrdiff_t>(at), seed[at]);
    run(repeated);
    run(ByteView(seed).first(at));
    count += 3;
  }
  return count;
}

std::size_t run_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    CHECK(in.is_open());
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    // Before it runs, so that the last line of a crash names the input.
    std::printf("replay %s\n", file.c_str());
    std::fflush(stdout);
    run(as_bytes(text));
  }
  return files.size();
}

}  // namespace
}  // namespace tally::fuzz

int main(int count, char** arguments) {
  using namespace tally::fuzz;
  std::size_t inputs = 0;
  for (const tally::Bytes& seed : seeds()) {
    std::printf("replay seed %zu\n", inputs++);
    std::fflush(stdout);
    run(seed);
  }
  CHECK(inputs > 0);
  for (const tally::Bytes& seed : seeds())
    inputs += run_damaged(seed);
  for (int i = 1; i < count; ++i)
    inputs += run_folder(arguments[i]);
  std::printf("%zu inputs\n", inputs);
  return 0;
}
