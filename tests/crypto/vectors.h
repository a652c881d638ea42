// Published test vectors: found beside the checkout, or the test skips and says so.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <tally/base/bytes.h>

#include "support/places.h"

namespace tally::crypto::test {

using Json = nlohmann::json;

inline std::filesystem::path shared_data(const std::string& name) {
  return std::filesystem::path(tally::test::shared_data()) / name;
}

inline Json read_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  return Json::parse(file);
}

/// The bytes of a field in hexadecimal; throws, and so fails the test, where they are not.
inline Bytes hex_field(const Json& object, const char* name) {
  return bytes_from_hex(object.at(name).get<std::string>()).value();
}

}  // namespace tally::crypto::test

/// Skips the test where `name` is not among the shared data.
#define SKIP_WITHOUT(name)                                                \
  do {                                                                    \
    if (!std::filesystem::exists(tally::crypto::test::shared_data(name))) \
      GTEST_SKIP() << "no " << tally::crypto::test::shared_data(name);    \
  } while (false)
