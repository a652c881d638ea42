// genesis.toml and its parts: the file that people read and sign, and the model that it means.
#pragma once

#include <tally/config/fault.h>
#include <tally/model/genesis.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace tally::config {

inline constexpr std::size_t kGenesisTextBytesMax = 16 << 20;

/// A genesis as it is written, on its way to being signed: a founder that has not signed yet has
/// a zero signature in its place.
[[nodiscard]] OrFaults<SignedGenesis> parse_genesis(std::string_view text, const std::string& file);
[[nodiscard]] OrFaults<SignedGenesis> read_genesis(const std::string& path);

/// The same, and all that check_genesis asks: what a node starts from. The founding time may be
/// at most an hour ahead of `now`.
[[nodiscard]] OrFaults<SignedGenesis> read_whole_genesis(const std::string& path, Timestamp now);
[[nodiscard]] OrFaults<SignedGenesis> parse_whole_genesis(std::string_view text,
                                                          const std::string& file, Timestamp now);

/// The text of it, with comments. parse_genesis(text_of(g)) == g; a zero signature is left out.
[[nodiscard]] std::string text_of(const SignedGenesis& genesis);

/// Sets the parameter that the file calls `key`. False: there is none of this name.
[[nodiscard]] bool set_parameter(Parameters& parameters, std::string_view key, std::uint64_t value);

/// One founder's contribution to a ceremony: a file with the chain's name and its [[founders]].
struct FounderPart {
  std::string chain_name;
  Founder founder;
};
[[nodiscard]] OrFaults<FounderPart> read_founder_part(const std::string& path);
[[nodiscard]] std::string text_of(const FounderPart& part);

}  // namespace tally::config
