// Connection: options to a client.
#include "app/connection.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/files.h"
#include "app/key_files.h"

#include <array>
#include <utility>

namespace tally::app {
namespace {

constexpr std::size_t kCertificatesBytesMax = 1 << 20;

struct RoleFiles {
  const char* role;
  const char* tls;   ///< NAME.pem and NAME.crt
  const char* sign;  ///< empty: none
};
constexpr std::array kRoles = {RoleFiles{"operator", "operator-tls", "operator"},
                               RoleFiles{"import", "operator-tls", "import"},
                               RoleFiles{"terminal", "terminal-tls", ""},
                               RoleFiles{"auditor", "auditor-tls", ""}};

std::string names_of_merchants(const Localnet& net) {
  std::string names;
  for (const LocalNode& node : net.nodes)
    names += (names.empty() ? "" : ", ") + node.name;
  return names;
}

/// Reads what the settings need; each file's own faults.
Faults read_files(const std::string& ca, const std::string& certificate, const std::string& key,
                  client::ClientSettings& settings) {
  const auto take = [](OrFaults<std::string> text, std::string& into) -> Faults {
    if (!text) return std::move(text.error());
    into = std::move(*text);
    return {};
  };
  Faults faults = take(read_file(ca, kCertificatesBytesMax, kCaBundle), settings.ca_pem);
  if (faults.empty())
    faults = take(read_file(certificate, kCertificatesBytesMax, kCertificateUnreadable),
                  settings.certificate_pem);
  if (faults.empty()) faults = take(read_key_pem(key), settings.key_pem);
  return faults;
}

OrFaults<Identity> explicit_identity(const ConnectionOptions& options) {
  const std::array<std::pair<const char*, const std::string*>, 3> needed = {
      {{"--ca", &options.ca_file},
       {"--cert", &options.certificate_file},
       {"--key", &options.key_file}}};
  for (const auto& [name, value] : needed)
    if (value->empty())
      return config::fail(Fault{kMissingOption, "--endpoint without " + std::string(name),
                                "--endpoint, --ca, --cert and --key together", "",
                                "give " + std::string(name)});
  Identity identity;
  for (const std::string& endpoint : options.endpoints) {
    const Result<config::HostPort> address = config::host_port_from(endpoint);
    if (!address.ok())
      return config::fail(
          Fault{kBadValue, address.error().message, "", "--endpoint", "write HOST:PORT"});
    identity.settings.endpoints.push_back(config::text_of(*address));
  }
  Faults faults =
      read_files(options.ca_file, options.certificate_file, options.key_file, identity.settings);
  if (!faults.empty()) return config::fail(std::move(faults));
  return identity;
}

}  // namespace

void add_connection_options(CLI::App& command, ConnectionOptions& options) {
  const char* const local = "Who calls: a local network";
  const char* const explicit_group = "Who calls: everything by name";
  command.add_option("--net", options.net, "Folder of the local network (default: localnet)")
      ->type_name("DIR")
      ->group(local);
  command
      .add_option("--as", options.as,
                  "Whose keys: MERCHANT/operator, import, terminal or auditor "
                  "(default: the first merchant's operator)")
      ->type_name("WHO")
      ->group(local);
  command
      .add_option("--endpoint", options.endpoints,
                  "A node's front door; may be repeated, the first that answers is used")
      ->type_name("HOST:PORT")
      ->group(explicit_group)
      ->expected(1, 64)
      ->allow_extra_args(false);
  command.add_option("--ca", options.ca_file, "Bundle of all merchants' CAs, PEM")
      ->type_name("FILE")
      ->group(explicit_group);
  command.add_option("--cert", options.certificate_file, "The caller's own certificate, PEM")
      ->type_name("FILE")
      ->group(explicit_group);
  command.add_option("--key", options.key_file, "Its private key, PKCS#8 PEM, mode 0600")
      ->type_name("FILE")
      ->group(explicit_group);
  command
      .add_option("--sign-key", options.sign_key_file,
                  "The key that signs submissions, in place of the one that --as names")
      ->type_name("FILE")
      ->group(explicit_group);
  command.add_option("--merchant", options.merchant, "The merchant that the caller belongs to")
      ->type_name("ID")
      ->group(explicit_group);
}

OrFaults<Identity> identity_of(const Localnet& net, const std::string& as) {
  CHECK(!net.nodes.empty());
  const std::size_t slash = as.find('/');
  const std::string merchant = as.empty() ? net.nodes.front().name : as.substr(0, slash);
  const std::string role =
      as.empty() || slash == std::string::npos ? "operator" : as.substr(slash + 1);
  const LocalNode* own = find_merchant(net, merchant);
  if (own == nullptr)
    return config::fail(Fault{kBadValue, "merchant \"" + printable(merchant) + "\"",
                              names_of_merchants(net), "--as", "name one of these"});
  const auto* files = std::find_if(kRoles.begin(), kRoles.end(),
                                   [&](const RoleFiles& each) { return each.role == role; });
  if (files == kRoles.end())
    return config::fail(Fault{kBadValue, "role \"" + printable(role) + "\"",
                              "operator, import, terminal or auditor", "--as",
                              "write " + merchant + "/operator"});

  Identity identity;
  identity.merchant = own->merchant;
  identity.settings.endpoints.push_back(client_endpoint(*own));
  for (const LocalNode& node : net.nodes)
    if (&node != own) identity.settings.endpoints.push_back(client_endpoint(node));
  const std::string folder = merchant_folder(net, merchant) + "/";
  Faults faults = read_files(net.folder + "/ca.pem", folder + files->tls + ".crt",
                             folder + files->tls + ".pem", identity.settings);
  if (!faults.empty()) return config::fail(std::move(faults));
  if (*files->sign == '\0') return identity;
  OrFaults<crypto::PrivateKey> key = read_key(folder + files->sign + ".pem");
  if (!key) return config::fail(std::move(key.error()));
  identity.sign_key = std::move(*key);
  return identity;
}

OrFaults<Identity> identity_from(const ConnectionOptions& options) {
  OrFaults<Identity> identity;
  if (!options.endpoints.empty()) {
    identity = explicit_identity(options);
  } else {
    const OrFaults<Localnet> net = read_localnet(options.net);
    if (!net) return config::fail(net.error());
    identity = identity_of(*net, options.as);
  }
  if (!identity) return identity;
  if (options.merchant != 0) identity->merchant = MerchantId(options.merchant);
  if (options.sign_key_file.empty()) return identity;
  OrFaults<crypto::PrivateKey> key = read_key(options.sign_key_file);
  if (!key) return config::fail(std::move(key.error()));
  identity->sign_key = std::move(*key);
  return identity;
}

OrFaults<Connection> connect(const ConnectionOptions& options) {
  OrFaults<Identity> identity = identity_from(options);
  if (!identity) return config::fail(std::move(identity.error()));
  const std::string first = identity->settings.endpoints.front();
  Result<std::unique_ptr<client::Client>> client =
      client::Client::connect(std::move(identity->settings));
  if (!client.ok()) return config::fail(fault_from_node(client.error(), first));
  return Connection{std::move(client).value(), std::move(identity->sign_key), identity->merchant};
}

Fault fault_from_node(const Error& error, const std::string& endpoint) {
  switch (error.code) {
    case ErrorCode::Unavailable:
    case ErrorCode::Io:
      return Fault{kCannotReach, error.message, "", endpoint,
                   "see whether it runs: tally status; ask again by the same request id"};
    case ErrorCode::NotFound:
      return Fault{kNotFound, error.message, "", endpoint, ""};
    default:
      return Fault{kNodeRefused, error.message, "", endpoint, ""};
  }
}

}  // namespace tally::app
