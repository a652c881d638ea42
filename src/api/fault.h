// Fault: why a call is not answered; a gRPC status with a reason that programs may read.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/result.h>

#include <grpcpp/support/status_code_enum.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace tally::api {

/// `reason` is stable and listed in docs/api.md; `message` is for people and names the field.
struct Fault {
  grpc::StatusCode code = grpc::StatusCode::INTERNAL;
  std::string reason;
  std::string message;
  std::uint32_t retry_after_ms = 0;  ///< 0: not said
};

/// What a caller may know of `error`: the disk's own words, which name paths, go to the log.
[[nodiscard]] Fault fault_of(const Error& error);

[[nodiscard]] inline Fault invalid(std::string message) {
  return {grpc::StatusCode::INVALID_ARGUMENT, "MALFORMED", std::move(message)};
}
[[nodiscard]] inline Fault denied(std::string reason, std::string message) {
  return {grpc::StatusCode::PERMISSION_DENIED, std::move(reason), std::move(message)};
}

/// A value, or the fault to answer. Works with TRY, which makes a fault of an Error.
template <typename T>
class [[nodiscard]] Reply {
 public:
  Reply(T value) : held_(std::move(value)) {}                             // NOLINT: implicit
  Reply(Fault fault) : held_(tl::unexpected<Fault>(std::move(fault))) {}  // NOLINT: implicit
  Reply(const Error& error) : Reply(fault_of(error)) {}                   // NOLINT: implicit

  [[nodiscard]] bool ok() const noexcept { return held_.has_value(); }
  /// REQUIRES: ok()
  [[nodiscard]] T& value() & { return require(ok()), *held_; }
  [[nodiscard]] const T& value() const& { return require(ok()), *held_; }
  [[nodiscard]] T&& value() && { return require(ok()), std::move(*held_); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }
  /// REQUIRES: !ok()
  [[nodiscard]] const Fault& error() const { return require(!ok()), held_.error(); }

 private:
  static void require(bool holds) { CHECK(holds); }
  tl::expected<T, Fault> held_;
};

/// OK, or the fault.
using Check = Reply<std::monostate>;
[[nodiscard]] inline Check passed() {
  return std::monostate{};
}

}  // namespace tally::api
