// Result<T>: a value, or an Error that says what, where, got, expected, and the cure.
#pragma once

#include <tally/base/check.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace tally {

/// What kind of failure of the world this is; programs branch on it, never on the message.
enum class ErrorCode : std::uint8_t {
  Malformed,    ///< bytes or text that do not decode, or not to what they must be
  OutOfLimits,  ///< well formed, but larger, longer or more than `base/limits.h` allows
  BadSignature,
  NotFound,
  Conflict,     ///< does not fit what is there already: other chain, other node, other height
  Io,           ///< the operating system refused
  Corrupt,      ///< stored bytes that do not verify
  Unavailable,  ///< try again later: full, not connected, not yet
  Refused,      ///< the caller may not
  Diverged,     ///< our result is not the certified one: halt
};

/// A failure of the world. The message is one line for people, without a trailing full stop.
struct Error {
  ErrorCode code = ErrorCode::Malformed;
  std::string message;
};

/// A thin [[nodiscard]] type over `tl::expected`, so that a dropped error does not compile.
/// `value()` of a failed one is a CHECK, not a throw.
template <typename T>
class [[nodiscard]] Result {
 public:
  using Value = T;

  Result(T value) : held_(std::move(value)) {}                             // NOLINT: implicit
  Result(Error error) : held_(tl::unexpected<Error>(std::move(error))) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const noexcept { return held_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] T& value() & { return require_ok(), *held_; }
  [[nodiscard]] const T& value() const& { return require_ok(), *held_; }
  [[nodiscard]] T&& value() && { return require_ok(), std::move(*held_); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  /// REQUIRES: !ok()
  [[nodiscard]] const Error& error() const {
    CHECK(!ok());
    return held_.error();
  }

 private:
  void require_ok() const {
    if (!ok()) [[unlikely]]
      check_failed(held_.error().message.c_str(), "Result::value", 0);
  }

  tl::expected<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] const Error& error() const {
    CHECK(failed_);
    return error_;
  }

 private:
  Error error_;
  bool failed_ = false;
};

[[nodiscard]] inline Error malformed(std::string message) {
  return Error{ErrorCode::Malformed, std::move(message)};
}

/// `error` with what the caller knows and the callee could not, put before its message.
[[nodiscard]] inline Error with_context(std::string_view context, Error error) {
  error.message = std::string(context) + ": " + error.message;
  return error;
}

}  // namespace tally

#define TALLY_CONCAT_INNER(a, b) a##b
#define TALLY_CONCAT(a, b) TALLY_CONCAT_INNER(a, b)

// TRY(const Block block, decode_block(bytes));   binds the value, or returns the error.
#define TRY(declaration, expression)                   \
  auto TALLY_CONCAT(try_, __LINE__) = (expression);    \
  if (!TALLY_CONCAT(try_, __LINE__).ok()) [[unlikely]] \
    return TALLY_CONCAT(try_, __LINE__).error();       \
  declaration = std::move(TALLY_CONCAT(try_, __LINE__)).value()

// TRY_VOID(store.commit(block));   for a Result<void>, or where the value does not matter.
#define TRY_VOID(expression)           \
  do {                                 \
    auto try_result = (expression);    \
    if (!try_result.ok()) [[unlikely]] \
      return try_result.error();       \
  } while (false)
