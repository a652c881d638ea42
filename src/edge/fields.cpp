// What every message's fields are held against.
#include "edge/fields.h"

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

namespace tally::edge {

Result<void> require_known(const google::protobuf::Message& message) {
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  if (unknown.empty()) return {};
  return wrong("field number " + std::to_string(unknown.field(0).number()), "a field",
               "none: " + message.GetTypeName() + " has no such field");
}

Result<MerchantId> merchant(std::string_view field, std::uint32_t value) {
  if (value == 0) return missing(field, "a merchant's id, 1 or above");
  return MerchantId(value);
}

Result<Currency> currency(std::string_view field, std::string_view code) {
  const auto upper_case = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (code.empty()) return missing(field, "three upper-case letters of ISO 4217");
  if (code.size() != 3 || !upper_case(code[0]) || !upper_case(code[1]) || !upper_case(code[2]))
    return wrong(field, "\"" + printable(code) + "\"", "three upper-case letters of ISO 4217");
  return Currency::from_view(as_bytes(code));
}

}  // namespace tally::edge
