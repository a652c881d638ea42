// The state file of an import, and the ids that come from it.
#include "app/import_state.h"

#include <tally/base/bytes.h>
#include <tally/codec/writer.h>
#include <tally/config/text.h>

#include "app/files.h"

#include <sys/random.h>
#include <sys/stat.h>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using nlohmann::json;

constexpr std::size_t kStateBytesMax = 1 << 20;

Fault bad_state(const std::string& path, const std::string& what) {
  return Fault{kBadInput, printable(what), "what tally import wrote", config::shown_path(path),
               "choose another file: --state PATH"};
}

/// Throws json::exception where a field is missing or of another type.
Result<ImportState> state_from(const json& whole) {
  if (whole.at("format").get<int>() != 1) return malformed("another format");
  ImportState state;
  TRY(state.secret, fixed_from_hex<Hash>(whole.at("secret").get<std::string>()));
  for (const json& entry : whole.at("logs")) {
    ImportedLog log;
    TRY(log.digest, fixed_from_hex<Hash>(entry.at("digest").get<std::string>()));
    log.shift_days = entry.at("shift_days").get<std::int64_t>();
    state.logs.push_back(log);
  }
  return state;
}

Hash derive(const Hash& secret, std::string_view purpose, MerchantId programme,
            std::string_view customer) {
  std::string message(purpose);
  message.append(":").append(std::to_string(programme.value())).append(":").append(customer);
  return crypto::hmac_sha256(secret.view(), as_bytes(message));
}

}  // namespace

const ImportedLog* ImportState::find(const Hash& digest) const {
  for (const ImportedLog& log : logs)
    if (log.digest == digest) return &log;
  return nullptr;
}

OrFaults<std::optional<ImportState>> read_import_state(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 && errno == ENOENT) return std::optional<ImportState>();
  const OrFaults<std::string> text = read_file(path, kStateBytesMax, kBadInput);
  if (!text) return config::fail(text.error());
  try {
    Result<ImportState> state = state_from(json::parse(*text));
    if (!state.ok()) return config::fail(bad_state(path, state.error().message));
    return std::optional<ImportState>(std::move(state).value());
  } catch (const json::exception& error) {
    return config::fail(bad_state(path, error.what()));
  }
}

Faults write_import_state(const std::string& path, const ImportState& state) {
  json logs = json::array();
  for (const ImportedLog& log : state.logs)
    logs.push_back({{"digest", to_hex(log.digest.view())}, {"shift_days", log.shift_days}});
  const json whole = {
      {"format", 1}, {"secret", to_hex(state.secret.view())}, {"logs", std::move(logs)}};
  return replace_file(path, whole.dump(2) + "\n");
}

ImportState new_import_state() {
  ImportState state;
  const ssize_t got = getrandom(state.secret.array().data(), Hash::kSize, 0);
  CHECK(got == static_cast<ssize_t>(Hash::kSize));  // up to 256 bytes are never cut short
  return state;
}

ImportedMember imported_member(const Hash& secret, MerchantId programme,
                               std::string_view customer) {
  ImportedMember result;
  const Hash member = derive(secret, "member", programme, customer);
  result.member = MemberId::from_view(member.view().first(MemberId::kSize));
  result.commitment = derive(secret, "commitment", programme, customer);
  result.request_id = to_bytes(derive(secret, "enrol", programme, customer).view());
  return result;
}

Bytes row_request_id(const Hash& log_digest, std::uint64_t row) {
  codec::Writer out;
  out.u64(row);
  const Bytes number = std::move(out).take();
  return to_bytes(crypto::tagged_hash("import-row", {log_digest.view(), number}).view());
}

}  // namespace tally::app
