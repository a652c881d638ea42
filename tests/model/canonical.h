// One value has one encoding: what a changed byte makes is refused, or is another value's encoding.
#pragma once

#include <tally/base/bytes.h>

#include <rapidcheck.h>

namespace tally::test {

template <typename Decode, typename Encode>
void assert_canonical_after_change(Bytes bytes, Decode decode_bytes, Encode encode_value) {
  bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
  const auto result = decode_bytes(bytes);
  if (result.ok()) RC_ASSERT(encode_value(*result) == bytes);
}

}  // namespace tally::test
