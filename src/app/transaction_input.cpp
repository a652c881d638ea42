// JSON documents to transactions.
#include "app/transaction_input.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>
#include <tally/edge/json.h>

#include <sys/random.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace tally::app {
namespace {

using nlohmann::json;

constexpr std::size_t kRequestIdBytes = 16;

struct Document {
  std::string_view text;
  std::uint64_t line = 1;  ///< where it starts
};

Fault bad_input(const std::string& name, std::uint64_t line, std::uint64_t column,
                const std::string& got, const std::string& expected) {
  std::string where = config::shown_path(name) + ":" + std::to_string(line);
  if (column > 0) where += ":" + std::to_string(column);
  return Fault{kBadInput, got, expected, where, "correct it; nothing was sent"};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Each line that holds something, or all of it where its first such line is not a whole document.
std::vector<Document> documents_of(std::string_view text) {
  std::vector<Document> lines;
  std::uint64_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    if (!is_blank(line)) lines.push_back(Document{line, number});
  }
  if (lines.size() > 1 && !json::accept(lines.front().text)) return {Document{text, 1}};
  return lines;
}

/// Line and column of byte `at` of a document, from 1.
std::pair<std::uint64_t, std::uint64_t> place_of(const Document& document, std::size_t at) {
  const std::string_view before = document.text.substr(0, std::min(at, document.text.size()));
  const auto ends = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t last = before.rfind('\n');
  const std::size_t column =
      last == std::string_view::npos ? before.size() : before.size() - last - 1;
  return {document.line + ends, column + 1};
}

/// The document with what was left out in front: its own text stays as it is, so that a field
/// given twice is still seen.
std::string completed(const Document& document, const json& object,
                      const TransactionDefaults& defaults) {
  std::string fields;
  const auto add = [&](const char* one, const char* other, const std::string& value) {
    if (object.contains(one) || object.contains(other)) return;
    fields.append("\"").append(one).append("\":").append(value).append(",");
  };
  if (defaults.merchant.has_value())
    add("merchant", "merchant", std::to_string(defaults.merchant->value()));
  add("request_id", "requestId", "\"" + to_hex(fresh_request_id()) + "\"");
  add("valid_until", "validUntil", std::to_string(defaults.valid_until.milliseconds()));
  if (object.empty() && !fields.empty()) fields.pop_back();
  std::string text(document.text);
  text.insert(text.find('{') + 1, fields);
  return text;
}

/// Parses, and finds a field that stands twice in one object: Protobuf would take the last.
/// Throws json::exception.
json parse(std::string_view text, std::string& twice) {
  std::vector<std::set<std::string>> open;
  return json::parse(text, [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    return true;
  });
}

OrFaults<InputTransaction> read_document(const Document& document, const std::string& name,
                                         const TransactionDefaults& defaults) {
  json object;
  std::string twice;
  try {
    object = parse(document.text, twice);
  } catch (const json::parse_error& error) {
    const std::size_t at = error.byte == 0 ? 0 : error.byte - 1;
    const auto [line, column] = place_of(document, at);
    return config::fail(
        bad_input(name, line, column, "no JSON document", "one document, or one a line"));
  } catch (const json::exception& error) {
    return config::fail(bad_input(name, document.line, 0, printable(error.what()), "JSON"));
  }
  if (!twice.empty())
    return config::fail(
        bad_input(name, document.line, 0, "field \"" + printable(twice) + "\" twice", "it once"));
  if (!object.is_object())
    return config::fail(
        bad_input(name, document.line, 0, std::string(object.type_name()), "an object"));
  Result<Transaction> transaction =
      edge::transaction_from_json(completed(document, object, defaults));
  if (!transaction.ok())
    return config::fail(bad_input(name, document.line, 0, transaction.error().message, ""));
  const bool has_id = object.contains("request_id") || object.contains("requestId");
  return InputTransaction{std::move(transaction).value(), document.line, !has_id};
}

}  // namespace

Bytes fresh_request_id() {
  Bytes bytes(kRequestIdBytes);
  const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
  CHECK(got == static_cast<ssize_t>(bytes.size()));  // up to 256 bytes are never cut short
  return bytes;
}

OrFaults<std::vector<InputTransaction>> transactions_from(std::string_view text,
                                                          const std::string& name,
                                                          const TransactionDefaults& defaults) {
  std::vector<InputTransaction> transactions;
  for (const Document& document : documents_of(text)) {
    OrFaults<InputTransaction> transaction = read_document(document, name, defaults);
    if (!transaction) return config::fail(std::move(transaction.error()));
    transactions.push_back(std::move(*transaction));
  }
  if (transactions.empty())
    return config::fail(bad_input(name, 1, 0, "no transaction", "at least one"));
  return transactions;
}

}  // namespace tally::app
