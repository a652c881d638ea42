// tally_flip LEDGER_DIR FAMILY INDEX_OF_KEY BYTE_OFFSET: damages one byte of a stopped node's
// ledger, for the tests of clusters and audits.
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include "support/raw_ledger.h"

namespace {

std::optional<std::size_t> number_from(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<std::size_t> index = argc == 5 ? number_from(argv[3]) : std::nullopt;
  const std::optional<std::size_t> offset = argc == 5 ? number_from(argv[4]) : std::nullopt;
  if (!index.has_value() || !offset.has_value()) {
    std::fprintf(stderr, "usage: tally_flip LEDGER_DIR FAMILY INDEX_OF_KEY BYTE_OFFSET\n");
    return 2;
  }
  const tally::Result<tally::test::Flip> flip =
      tally::test::flip_stored_byte(argv[1], argv[2], *index, *offset);
  if (!flip.ok()) {
    std::fprintf(stderr, "tally_flip: %s\n", flip.error().message.c_str());
    return 1;
  }
  std::printf("family=%s key=%s size=%zu offset=%zu before=%02x after=%02x\n", argv[2],
              tally::to_hex(flip->key).c_str(), flip->size, *offset, flip->before, flip->after);
  return 0;
}
