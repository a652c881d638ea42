// Golden: the bytes and digests of a value against a file of tests/golden. A difference is a change
// of protocol.
//
//   Golden(encode_header(header)).digest("header", header_digest(header)).expect_in("x/y.hex");
#pragma once

#include <gtest/gtest.h>
#include <tally/base/bytes.h>

#include <fstream>
#include <sstream>
#include <string>

#include "support/places.h"

namespace tally::test {

/// The text of a golden file: the encoding, 32 bytes a line, and then a line for each digest.
class Golden {
 public:
  explicit Golden(ByteView encoding) {
    const std::string hex = to_hex(encoding);
    for (std::size_t i = 0; i < hex.size(); i += 64)
      text_.append(hex, i, 64).append("\n");
  }
  template <typename Fixed>
  Golden& digest(const std::string& name, const Fixed& value) {
    text_.append(name).append(" ").append(to_hex(value.view())).append("\n");
    return *this;
  }
  /// `file` below tests/golden.
  void expect_in(const std::string& file) const {
    std::ifstream in(test::tests_folder() + "/golden/" + file);
    std::stringstream stored;
    stored << in.rdbuf();
    EXPECT_TRUE(stored.str() == text_) << file << " should now hold:\n" << text_ << "(end)";
  }

 private:
  std::string text_;
};

}  // namespace tally::test
