// The encodings that a programme and a campaign share. FORMAT: stored; docs/formats.md §1.
#pragma once

#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/model/programme.h>

#include <string>
#include <vector>

namespace tally {

/// An enumeration of consecutive values.
template <typename Enum>
[[nodiscard]] Enum decode_between(codec::Reader& in, Enum first, Enum last) {
  return in.enumeration_u8<Enum>([=](Enum value) { return first <= value && value <= last; });
}

template <typename Enum>
void encode_enum(codec::Writer& out, Enum value) {
  out.u8(static_cast<std::uint8_t>(value));
}

inline void encode_names(codec::Writer& out, const std::vector<std::string>& names) {
  out.list(names, [](codec::Writer& w, const std::string& name) { w.text(name); });
}

[[nodiscard]] inline std::vector<std::string> decode_names(codec::Reader& in,
                                                           std::size_t count_max) {
  return in.list<std::string>(count_max,
                              [](codec::Reader& r) { return r.text(limits::kNameBytesMax); });
}

[[nodiscard]] inline std::string decode_name(codec::Reader& in) {
  return in.text(limits::kNameBytesMax);
}

/// Bytes, not text: a source may have lines and tabs. Whether it is UTF-8, the check says.
inline void encode_source(codec::Writer& out, const RuleSource& source) {
  out.bytes(as_bytes(source));
}

[[nodiscard]] inline RuleSource decode_source(codec::Reader& in) {
  return RuleSource(as_text(in.bytes(limits::kRuleSourceBytesMax)));
}

void encode_caps(codec::Writer& out, const std::vector<Cap>& caps);
[[nodiscard]] std::vector<Cap> decode_caps(codec::Reader& in);
void encode(codec::Writer& out, const Pending& pending);
void decode(codec::Reader& in, Pending& pending);
void encode(codec::Writer& out, const ExpiryRule& expiry);
void decode(codec::Reader& in, ExpiryRule& expiry);

}  // namespace tally
