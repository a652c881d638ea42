// JSON in and out, by Protobuf's own mapping.
#include <tally/edge/json.h>
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/explain.pb.h"
#include "tally/v1/ledger.pb.h"
#include "tally/v1/services.pb.h"
#include "tally/v1/transaction.pb.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

namespace tally::edge {
namespace {

std::string to_json(const google::protobuf::Message& message, bool readable) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = readable;
  options.always_print_primitive_fields = true;  // a value of 0 is an answer too
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  CHECK(status.ok());  // our own message, all of whose text is clean
  return text;
}

/// Protobuf's message on one line, without what could steer a terminal.
std::string one_line(std::string_view message) {
  std::string line(message.substr(0, message.find('\n')));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '.');
  return line;
}

}  // namespace

Result<Transaction> transaction_from_json(std::string_view text) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  v1::Transaction message;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), &message, options);
  if (!status.ok())
    return malformed("JSON of a transaction: " +
                     one_line({status.message().data(), status.message().size()}));
  TRY(Transaction transaction, from_proto(message));
  TRY_VOID(check_form(transaction));
  return transaction;
}

std::string transaction_to_json(const Transaction& transaction, bool readable) {
  v1::Transaction message;
  to_proto(transaction, message);
  return to_json(message, readable);
}

std::string explanation_to_json(const v1::Explanation& explanation) {
  return to_json(explanation, false);
}

std::string simulation_to_json(const v1::SimulateResponse& response) {
  return to_json(response, false);
}

std::string answer_to_json(const Receipt& receipt, bool replayed, bool readable) {
  v1::Answer message;
  to_proto(receipt, *message.mutable_receipt());
  message.set_replayed(replayed);
  return to_json(message, readable);
}

}  // namespace tally::edge
