// Checks of a node, cheapest and most general first.
#include "app/node_checks.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/certificates.h"
#include "app/clock.h"
#include "app/files.h"
#include "app/key_files.h"

#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tally::app {
namespace {

constexpr std::size_t kCertificatesBytesMax = 1 << 20;
constexpr std::int64_t kDaysToWarn = 7;
constexpr std::uint64_t kClockMin = 1'577'836'800'000;  // 2020-01-01: before it, it is not set

/// A key of the node: where it is, what genesis expects, and how people call it.
struct KeyRow {
  const char* name;
  const std::string* file;
  KeyId id;
  std::optional<KeyId> expected;
};

Fault mismatch(const KeyRow& row, const SignedGenesis& genesis) {
  for (const Founder& founder : genesis.content.founders) {
    const std::array<KeyId, 4> theirs = {founder.consensus_key.id(), founder.peer_tls_key,
                                         founder.gateway_key.id(), founder.operator_key.id()};
    if (std::find(theirs.begin(), theirs.end(), row.id) == theirs.end()) continue;
    return Fault{kKeyOfAnother,
                 "public key " + to_hex(row.id.view()) + ", which belongs to node " +
                     std::to_string(founder.merchant.value()),
                 std::string("the ") + row.name + " key " + to_hex(row.expected->view()),
                 config::shown_path(*row.file), "put this node's own key there"};
  }
  return Fault{kKeyMismatch, std::string(row.name) + " key " + to_hex(row.id.view()),
               to_hex(row.expected->view()) + ", which genesis names",
               config::shown_path(*row.file), "put the key there that the genesis was made with"};
}

Faults check_rows(const std::vector<KeyRow>& rows, const SignedGenesis& genesis) {
  Faults faults;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (rows[i].id == rows[k].id)
        faults.push_back({kSameKey,
                          std::string("one key as ") + rows[k].name + " and " + rows[i].name,
                          "a key for each purpose", config::shown_path(*rows[i].file),
                          "make another one: tally keys new"});
  for (const KeyRow& row : rows)
    if (row.expected && row.id != *row.expected) faults.push_back(mismatch(row, genesis));
  return faults;
}

/// A key and its PEM; every fault goes into `faults`.
std::optional<crypto::PrivateKey> take_key(const std::string& file, std::string& pem,
                                           Faults& faults) {
  OrFaults<crypto::PrivateKey> key = read_key(file);
  if (!key) {
    faults.insert(faults.end(), key.error().begin(), key.error().end());
    return std::nullopt;
  }
  pem = key->to_pem();
  return std::move(*key);
}

void take_text(const std::string& file, const FaultKind& kind, std::string& into, Faults& faults) {
  OrFaults<std::string> text = read_file(file, kCertificatesBytesMax, kind);
  if (text)
    into = std::move(*text);
  else
    faults.insert(faults.end(), text.error().begin(), text.error().end());
}

Faults check_folders(const config::NodeConfig& config) {
  Faults faults;
  std::vector<std::string> seen;
  for (const std::string* file : {&config.consensus_key_file, &config.peer_tls_key_file,
                                  &config.gateway_key_file, &config.front_door_key_file}) {
    const std::string folder = std::filesystem::path(*file).parent_path().string();
    if (std::find(seen.begin(), seen.end(), folder) != seen.end()) continue;
    seen.push_back(folder);
    for (Fault& fault : check_key_folder(*file))
      faults.push_back(std::move(fault));
  }
  return faults;
}

OrFaults<NodeKeys> check_keys(const config::NodeConfig& config, const SignedGenesis& genesis,
                              const Founder& founder, Timestamp now) {
  Faults faults = check_folders(config);
  std::string gateway_pem;
  std::string consensus_pem;
  std::string tls_pem;
  std::string door_pem;
  auto consensus = take_key(config.consensus_key_file, consensus_pem, faults);
  auto tls = take_key(config.peer_tls_key_file, tls_pem, faults);
  auto gateway = take_key(config.gateway_key_file, gateway_pem, faults);
  auto door = take_key(config.front_door_key_file, door_pem, faults);
  FrontDoor front{"", config.front_door_certificate_file, "", config.client_ca_file, {}};
  take_text(front.certificate_file, kCertificateUnreadable, front.certificate_pem, faults);
  take_text(front.client_ca_file, kCaBundle, front.client_ca_pem, faults);
  if (!faults.empty()) return config::fail(std::move(faults));

  faults = check_rows(
      {{"consensus", &config.consensus_key_file, consensus->public_key().id(),
        founder.consensus_key.id()},
       {"peer TLS", &config.peer_tls_key_file, tls->public_key().id(), founder.peer_tls_key},
       {"gateway", &config.gateway_key_file, gateway->public_key().id(), founder.gateway_key.id()},
       {"front door", &config.front_door_key_file, door->public_key().id(), {}}},
      genesis);
  front.key = door->public_key();
  for (Fault& fault : check_front_door(front, now))
    faults.push_back(std::move(fault));
  if (!faults.empty()) return config::fail(std::move(faults));
  return NodeKeys{std::move(*consensus),         std::move(*gateway),
                  std::move(consensus_pem),      std::move(tls_pem),
                  std::move(door_pem),           std::move(front.certificate_pem),
                  std::move(front.client_ca_pem)};
}

std::vector<std::string> warnings_of(const CheckedNode& node, Timestamp now) {
  std::vector<std::string> warnings;
  const std::int64_t days = days_left(node.keys.front_door_certificate_pem, now);
  if (days < kDaysToWarn)
    warnings.push_back("front_door_certificate_expires days=" + std::to_string(days));
  if (node.config.consensus_key_file.starts_with(node.config.data_dir + "/"))
    warnings.push_back("keys_in_data_dir advice=\"a backup of the data would leak them\"");
  return warnings;
}

Fault directory_fault(const FaultKind& kind, std::string got, std::string expected,
                      const std::string& folder, std::string fix) {
  return Fault{kind, std::move(got), std::move(expected), config::shown_path(folder),
               std::move(fix)};
}

/// Nobody else may be able to rename what stands on the way to `folder`.
Faults check_way_to(const std::string& folder) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(folder, error);
  for (std::filesystem::path above = real.parent_path();; above = above.parent_path()) {
    struct stat status {};
    const bool open_to_all = stat(above.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0 &&
                             (status.st_mode & S_ISVTX) == 0;
    if (open_to_all)
      return {directory_fault(kDirectoryOpen,
                              "world-writable " + config::shown_path(above.string()),
                              "folders that only their owner writes", real.string(),
                              "chmod o-w " + config::shown_path(above.string()))};
    if (above == above.root_path()) return {};
  }
}

Faults check_user(const CheckedNode& node, bool allow_root) {
  if (geteuid() != 0 || node.genesis.content.development || allow_root) return {};
  return {Fault{kRunAsRoot, "user root", "an unprivileged user", "",
                "run as an unprivileged user, or give --allow-root"}};
}

}  // namespace

OrFaults<CheckedNode> check_node(const std::string& config_file) {
  OrFaults<config::NodeConfig> config = config::read_node_config(config_file);
  if (!config) return config::fail(std::move(config.error()));
  const Timestamp now = system_now();
  OrFaults<SignedGenesis> genesis = config::read_whole_genesis(config->genesis_file, now);
  if (!genesis) return config::fail(std::move(genesis.error()));
  if (Faults faults = config::check_against(*config, genesis->content); !faults.empty())
    return config::fail(std::move(faults));
  if (now.milliseconds() < kClockMin)
    return config::fail(Fault{kSystemClock, config::text_of(now), "2020 or later", "",
                              "set the clock: certificates cannot be judged"});
  const auto founder =
      std::find_if(genesis->content.founders.begin(), genesis->content.founders.end(),
                   [&](const Founder& each) { return each.merchant == config->node_id; });
  CHECK(founder != genesis->content.founders.end());
  OrFaults<NodeKeys> keys = check_keys(*config, *genesis, *founder, now);
  if (!keys) return config::fail(std::move(keys.error()));
  CheckedNode node{std::move(*config), std::move(*genesis), std::move(*keys), {}};
  node.warnings = warnings_of(node, now);
  return node;
}

Faults check_directory(const CheckedNode& node, bool allow_root) {
  if (Faults faults = check_user(node, allow_root); !faults.empty()) return faults;
  const std::string& folder = node.config.data_dir;
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0)
    return {directory_fault(
        kNotInitialised, std::strerror(errno), "an initialised folder", folder,
        "run init first: tallyd init --config " + config::shown_path(node.config.file))};
  if (!S_ISDIR(status.st_mode))
    return {directory_fault(kDirectoryUnusable, "no folder", "a folder", folder,
                            "choose another data_dir")};
  if (status.st_uid != geteuid())
    return {directory_fault(kDirectoryOwner, "a folder of user " + std::to_string(status.st_uid),
                            "one of user " + std::to_string(geteuid()), folder,
                            "chown it to the user that runs tallyd")};
  if ((status.st_mode & 077U) != 0)
    return {directory_fault(kDirectoryOpen, "a folder that others can enter", "mode 0700", folder,
                            "chmod 700 " + config::shown_path(folder))};
  return check_way_to(folder);
}

Faults check_parent(const CheckedNode& node, bool allow_root) {
  if (Faults faults = check_user(node, allow_root); !faults.empty()) return faults;
  const std::string parent = std::filesystem::path(node.config.data_dir).parent_path().string();
  if (access(parent.c_str(), W_OK | X_OK) != 0)
    return {directory_fault(kDirectoryUnusable, std::strerror(errno), "a folder to write into",
                            parent, "make it, or choose another data_dir")};
  return check_way_to(node.config.data_dir);
}

namespace {

/// It says what is wrong and what it would do, and changes nothing unless told to.
constexpr const char* kRecover = "look first, then decide: tallyd recover --config FILE";

}  // namespace

Fault fault_of_data(const Error& error, const std::string& folder) {
  switch (error.code) {
    case ErrorCode::NotFound:
      return config::fault_from(kNotInitialised, error, config::shown_path(folder),
                                "run init first: tallyd init --config FILE");
    case ErrorCode::Unavailable:
      return config::fault_from(kLocked, error, config::shown_path(folder),
                                "stop that process first");
    case ErrorCode::Conflict:
      return config::fault_from(kOtherIdentity, error, config::shown_path(folder),
                                "use the data folder of this node and chain; where only its "
                                "vote log is another's: tallyd recover --config FILE");
    case ErrorCode::Corrupt:
    case ErrorCode::Malformed:
    case ErrorCode::BadSignature:
      return config::fault_from(kCorrupt, error, config::shown_path(folder), kRecover);
    case ErrorCode::Diverged:
      return config::fault_from(kHaltedBefore, error, config::shown_path(folder), kRecover);
    default:
      return config::fault_from(kDirectoryUnusable, error, config::shown_path(folder),
                                "see what the operating system says");
  }
}

Fault fault_of_stop(const Error& error, const std::string& folder) {
  switch (error.code) {
    case ErrorCode::Diverged:
      return config::fault_from(kHalted, error, config::shown_path(folder), kRecover);
    case ErrorCode::Io:
      return config::fault_from(kCannotWrite, error, config::shown_path(folder),
                                "make room or mend the disk, then start again");
    default:
      return fault_of_data(error, folder);
  }
}

const Founder& founder_of(const CheckedNode& node) {
  for (const Founder& founder : node.genesis.content.founders)
    if (founder.merchant == node.config.node_id) return founder;
  CHECK(false);  // check_against has passed
}

}  // namespace tally::app
