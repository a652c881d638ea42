// How a field of a message is read: its name, what came, what was expected.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/money.h>
#include <tally/base/points.h>
#include <tally/base/time.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace tally::edge {

[[nodiscard]] inline Error wrong(std::string_view field, std::string_view got,
                                 std::string_view expected) {
  return malformed(std::string(field) + ": got " + std::string(got) + "; expected " +
                   std::string(expected));
}

[[nodiscard]] inline Error missing(std::string_view field, std::string_view expected) {
  return wrong(field, "nothing", expected);
}

/// `error` of a field within `path`.
[[nodiscard]] inline Error within(std::string_view path, Error error) {
  error.message = std::string(path) + "." + error.message;
  return error;
}

template <typename T>
[[nodiscard]] Result<T> within(std::string_view path, Result<T> result) {
  if (result.ok()) return result;
  return within(path, result.error());
}

/// A message that must not hold what we do not know: we would not honour it (RPC-12). Says nothing
/// of the messages within it.
[[nodiscard]] Result<void> require_known(const google::protobuf::Message& message);

/// The amounts of both kinds: 0 … 2^53 − 1.
template <typename Amount>
[[nodiscard]] Result<Amount> amount(std::string_view field, std::int64_t value) {
  const std::optional<Amount> amount = Amount::from(value);
  if (!amount.has_value())
    return wrong(field, std::to_string(value), "0 to " + std::to_string(kPointsMax));
  return *amount;
}

template <typename Fixed>
[[nodiscard]] Result<Fixed> fixed(std::string_view field, std::string_view digits) {
  const std::string expected = std::to_string(2 * Fixed::kSize) + " hexadecimal digits";
  if (digits.empty()) return missing(field, expected);
  if (digits.size() != 2 * Fixed::kSize)
    return wrong(field, std::to_string(digits.size()) + " characters", expected);
  const Result<Fixed> value = fixed_from_hex<Fixed>(digits);
  if (!value.ok()) return wrong(field, "\"" + printable(digits) + "\"", expected);
  return *value;
}

[[nodiscard]] Result<MerchantId> merchant(std::string_view field, std::uint32_t value);
[[nodiscard]] Result<Currency> currency(std::string_view field, std::string_view code);

/// A value of an enumeration of consecutive ones from 1 on, which both sides number alike.
template <typename Enum>
[[nodiscard]] Result<Enum> enumerated(std::string_view field, int value, Enum last,
                                      std::string_view expected) {
  if (value < 1 || value > static_cast<int>(last))
    return wrong(field, std::to_string(value), expected);
  return static_cast<Enum>(value);
}

/// A member, or a card in its place; that it is one of both is check_form's.
template <typename Message, typename Action>
[[nodiscard]] Result<void> read_who(const Message& message, Action& action) {
  if (!message.token().empty()) {
    TRY(const TokenId token, fixed<TokenId>("token", message.token()));
    action.token = token;
    if (message.member().empty()) return {};
  }
  TRY(action.member, fixed<MemberId>("member", message.member()));
  return {};
}

template <typename Action, typename Message>
void put_who(const Action& action, Message& message) {
  if (!action.member.is_zero()) message.set_member(to_hex(action.member.view()));
  if (action.token.has_value()) message.set_token(to_hex(action.token->view()));
}

/// The two parts of an account's id.
template <typename Message, typename Action>
[[nodiscard]] Result<void> read_account(const Message& message, Action& action) {
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.member, fixed<MemberId>("member", message.member()));
  return {};
}

template <typename Action, typename Message>
void put_account(const Action& action, Message& message) {
  message.set_programme(action.programme.value());
  message.set_member(to_hex(action.member.view()));
}

/// Left out: never.
template <typename Message>
[[nodiscard]] Timestamp expiry_of(const Message& message) {
  return message.has_expires_at() ? Timestamp(message.expires_at()) : Timestamp::never();
}

/// Left out: until somebody lets it go.
template <typename Message>
[[nodiscard]] Timestamp availability_of(const Message& message) {
  return message.has_available_at() ? Timestamp(message.available_at()) : Timestamp::never();
}

[[nodiscard]] inline std::string hex(ByteView bytes) {
  return to_hex(bytes);
}

}  // namespace tally::edge
