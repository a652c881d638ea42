// tally keys new, tally keys show.
#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/commands/commands.h"
#include "app/files.h"
#include "app/key_files.h"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

struct Options {
  std::string file;
  std::string kind = "p256";
};

constexpr CommandText kGroup = {"keys", "Make private keys, and show what is public of them",
                                R"(  tally keys new alice.pem
  tally keys show alice.pem)"};
constexpr CommandText kNew = {
    "new", "Make a private key in a new file of mode 0600",
    R"(A consensus key is Ed25519; all others may be either kind. The file is PKCS#8 PEM, as
openssl reads it, and never overwritten.

  tally keys new --kind ed25519 keys/consensus.pem)"};
constexpr CommandText kShow = {
    "show", "Print the public key and key id of a private key's file",
    R"(The key id is the SHA-256 of the public key's SPKI in DER: what the ledger and genesis name.

  tally keys show keys/consensus.pem)"};

void print(const Options& options, const crypto::PublicKey& key, const Output& out) {
  const std::string id = to_hex(key.id().view());
  if (out.json) {
    const nlohmann::json object = {{"file", absolute_path(options.file)},
                                   {"public_key", config::text_of(key)},
                                   {"key_id", id}};
    std::cout << object.dump() << "\n";
    return;
  }
  std::cout << "file        " << config::shown_path(options.file) << "\n"
            << "public key  " << config::text_of(key) << "\n"
            << "key id      " << id << "\n";
}

Faults make(const Options& options, const Output& out) {
  if (options.kind != "ed25519" && options.kind != "p256")
    return {
        Fault{kBadValue, "\"" + printable(options.kind) + "\"", "ed25519 or p256", "--kind", ""}};
  const crypto::KeyKind kind =
      options.kind == "p256" ? crypto::KeyKind::P256 : crypto::KeyKind::Ed25519;
  const crypto::PrivateKey key = crypto::PrivateKey::generate(kind);
  if (Faults faults = write_key(options.file, key); !faults.empty()) return faults;
  print(options, key.public_key(), out);
  return {};
}

Faults show(const Options& options, const Output& out) {
  const OrFaults<crypto::PrivateKey> key = read_key(options.file);
  if (!key) return key.error();
  print(options, key->public_key(), out);
  return {};
}

}  // namespace

void add_keys(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  auto options = std::make_shared<Options>();
  CLI::App& make_command =
      frame.add(group, kNew, [options](const Output& out) { return make(*options, out); });
  make_command.add_option("FILE", options->file, "Where the key is to stand")->required();
  make_command.add_option("--kind", options->kind, "p256 (the default) or ed25519")
      ->type_name("KIND");
  CLI::App& show_command =
      frame.add(group, kShow, [options](const Output& out) { return show(*options, out); });
  show_command.add_option("FILE", options->file, "The key's file")->required();
}

}  // namespace tally::app
