// What a caller may know of an error.
#include "api/fault.h"

#include <tally/base/log.h>

#include "api/bounds.h"

namespace tally::api {

using grpc::StatusCode;

Fault fault_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::Malformed:
      return invalid(error.message);
    case ErrorCode::OutOfLimits:
      return {StatusCode::INVALID_ARGUMENT, "OUT_OF_LIMITS", error.message};
    case ErrorCode::Conflict:
      return {StatusCode::INVALID_ARGUMENT, "WRONG_CHAIN", error.message};
    case ErrorCode::BadSignature:
      return {StatusCode::UNAUTHENTICATED, "SIGNATURE_INVALID", "a signature is not valid"};
    case ErrorCode::NotFound:
      return {StatusCode::NOT_FOUND, "NOT_FOUND", error.message};
    case ErrorCode::Refused:
      return denied("REFUSED", error.message);
    case ErrorCode::Unavailable:
      return {StatusCode::RESOURCE_EXHAUSTED, "BUSY", error.message, bounds::kBusyRetryMs};
    case ErrorCode::Corrupt:
    case ErrorCode::Diverged:
      // Seldom, and worth each line: the operator must act, and the caller's word is no help.
      log::error("read_failed reason=\"" + printable(error.message) + "\"");
      return {StatusCode::DATA_LOSS, "CORRUPT", "this node's ledger is damaged; ask another node"};
    case ErrorCode::Io:
      log::error("read_failed reason=\"" + printable(error.message) + "\"");
      return {StatusCode::UNAVAILABLE, "IO", "this node cannot read its ledger; ask another node"};
  }
  return {};
}

}  // namespace tally::api
