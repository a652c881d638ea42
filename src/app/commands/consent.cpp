// tally consent token: a member's agreement to spend points elsewhere, signed ahead of time.
#include <tally/base/limits.h>
#include <tally/config/text.h>

#include "app/clock.h"
#include "app/commands/commands.h"
#include "app/consent_token.h"
#include "app/files.h"
#include "app/key_files.h"
#include "app/programmes.h"
#include "app/purchase_log.h"
#include "app/transaction_input.h"
#include "app/trust.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

struct Options {
  std::string member;
  std::string programme;
  std::string acceptor;
  std::int64_t points = 0;
  std::string good_for = "15m";
  std::string until;
  std::string key;
  std::string out;
  std::string genesis_file;
  ConnectionOptions connection;  ///< only which network
};

constexpr CommandText kGroup = {
    "consent", "Agree to transactions ahead of time",
    R"(  tally consent token --member 8c0c… --programme grocer --acceptor pharmacy --points 500 \
      --key custodian.pem --out token.json)"};

constexpr CommandText kToken = {
    "token", "Sign a one-time token that lets a member spend points at another merchant",
    R"(Who spends points of A at B needs the member's consent: a signature over the very transaction
(tally submit --consent), or a token, which is signed before there is one, without a node. It is
signed by the member's own key, or by the custodian: an operator's key of the issuer whose record
has a consent_max of so many points. It is good for one redemption or hold at one acceptor, of at
most --points, until it runs out: at most 24 hours ahead of the ledger's time. The first one that is
accepted uses it up.

  tally consent token --member 8c0c… --programme grocer --acceptor pharmacy --points 500 \
    --key localnet/merchants/grocer/custodian.pem --out token.json
  echo '{"redeem": {"programme": 1, "member": "8c0c…", "currency": "EUR", "basket": "2500",
         "points": "500"}}' | tally submit - --consent-token token.json --as pharmacy

Keep the file as you keep a key until it is used. --for counts by this machine's clock; where the
ledger's runs elsewhere, as after tally localnet advance, say --until.)"};

OrFaults<Timestamp> end_of(const Options& options) {
  if (!options.until.empty()) {
    const Result<Timestamp> time = log_time_from(options.until);
    if (time.ok()) return *time;
    return config::fail(Fault{kBadValue, "\"" + printable(options.until) + "\"",
                              "a time, like 2026-03-29T12:15:00Z", "--until", "correct it"});
  }
  const Result<Duration> span = config::duration_from(options.good_for);
  if (span.ok() && *span > Duration() && *span <= Duration(limits::kTokenMsMax))
    return system_now().plus(*span);
  return config::fail(Fault{kBadValue, "\"" + printable(options.good_for) + "\"",
                            "a time of at most 24h, like 15m", "--for", "correct it"});
}

OrFaults<ConsentTerms> terms_of(const Options& options) {
  ConsentTerms terms;
  const OrFaults<MemberId> member = member_named(options.member);
  if (!member) return config::fail(member.error());
  terms.member = *member;
  const auto programme = programme_named(options.programme, options.connection, std::nullopt);
  if (!programme) return config::fail(programme.error());
  terms.programme = *programme;
  const auto acceptor = programme_named(options.acceptor, options.connection, std::nullopt);
  if (!acceptor) return config::fail(acceptor.error());
  terms.acceptor = *acceptor;
  if (terms.programme == terms.acceptor)
    return config::fail(Fault{kBadValue, "the issuer itself", "another merchant", "--acceptor",
                              "leave the token away: at the issuer none is needed"});
  terms.points_max = Points::from(options.points).value();
  const OrFaults<Timestamp> until = end_of(options);
  if (!until) return config::fail(until.error());
  terms.until = *until;
  terms.nonce = ConsentNonce::from_view(fresh_request_id());
  return terms;
}

Faults run(const Options& options, const Output& out) {
  const OrFaults<ConsentTerms> terms = terms_of(options);
  if (!terms) return terms.error();
  const OrFaults<SignedGenesis> genesis = trusted_genesis(options.genesis_file, options.connection);
  if (!genesis) return genesis.error();
  const OrFaults<crypto::PrivateKey> key = read_key(options.key);
  if (!key) return key.error();
  const std::string token = consent_token(genesis_hash(genesis->content), *terms, *key);
  if (Faults faults = write_new_file(options.out, token); !faults.empty()) return faults;
  if (out.json)
    std::cout << nlohmann::ordered_json{{"file", absolute_path(options.out)},
                                        {"until", terms->until.milliseconds()}}
                     .dump()
              << "\n";
  else
    std::cout << "written to " << config::shown_path(options.out) << ", good until "
              << config::text_of(terms->until) << "\n";
  return {};
}

}  // namespace

void add_consent(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  auto options = std::make_shared<Options>();
  CLI::App& command =
      frame.add(group, kToken, [options](const Output& out) { return run(*options, out); });
  command.add_option("--member", options->member, "Whose points, by the member's id")
      ->type_name("ID")
      ->required();
  command.add_option("--programme", options->programme, "Of which issuer")
      ->type_name("MERCHANT")
      ->required();
  command.add_option("--acceptor", options->acceptor, "Where they may be spent")
      ->type_name("MERCHANT")
      ->required();
  command.add_option("--points", options->points, "At most so many")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, kPointsMax))
      ->required();
  command.add_option("--for", options->good_for, "Good for so long from now")
      ->type_name("TIME")
      ->capture_default_str();
  command.add_option("--until", options->until, "Good until then, in place of --for")
      ->type_name("TIME");
  command.add_option("--key", options->key, "The member's private key, or the custodian's")
      ->type_name("KEY.pem")
      ->required();
  command.add_option("--out", options->out, "A new file for the token")
      ->type_name("FILE")
      ->required();
  command
      .add_option("--genesis", options->genesis_file,
                  "The chain's genesis (default: the local network's)")
      ->type_name("FILE");
  command
      .add_option("--net", options->connection.net,
                  "Folder of the local network (default: localnet)")
      ->type_name("DIR");
}

}  // namespace tally::app
