// A target under libFuzzer. `PROGRAM --write-seeds FOLDER` writes its seeds there instead.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::fuzz::run(tally::ByteView(data, size));
  return 0;
}

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count != 3 || std::string_view((*arguments)[1]) != "--write-seeds") return 0;
  std::size_t number = 0;
  for (const tally::Bytes& seed : tally::fuzz::seeds()) {
    const std::string path = std::string((*arguments)[2]) + "/seed-" + std::to_string(number++);
    std::ofstream out(path, std::ios::binary);
    out << tally::as_text(seed);
    out.close();
    if (!out) {
      std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
      std::exit(1);
    }
  }
  std::exit(0);
}
