// Programmes by number or name.
#include "app/programmes.h"

#include <tally/base/bytes.h>
#include <tally/edge/translate.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

#include "app/remote_view.h"

#include <charconv>

namespace tally::app {
namespace {

Result<ProgrammeFacts> read_facts(const Sender& sender, MerchantId programme) {
  const Height next = sender.height().next();
  const RemoteView view(sender.client(), std::nullopt, next);
  TRY(const auto record, state::programme_in_force(view, programme, next));
  if (!record.has_value())
    return Error{ErrorCode::NotFound,
                 "merchant " + std::to_string(programme.value()) + " has no programme in force"};
  const Programme& published = record->rules.programme;
  ProgrammeFacts facts{published.name, published.currency, 2};
  TRY(const auto exponent, state::currency_exponent(view, facts.currency));
  if (!exponent.has_value()) return malformed("the programme's currency is not the consortium's");
  facts.exponent = *exponent;
  return facts;
}

}  // namespace

OrFaults<MerchantId> programme_named(const std::string& text, const ConnectionOptions& options,
                                     std::optional<MerchantId> own) {
  if (text.empty() && own.has_value()) return *own;
  if (text.empty())
    return config::fail(Fault{kMissingOption, "no programme", "its number", "",
                              "give --programme ID or --merchant ID"});
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0)
    return MerchantId(number);
  if (options.endpoints.empty()) {
    const OrFaults<Localnet> net = read_localnet(options.net);
    if (!net) return config::fail(net.error());
    if (const LocalNode* node = find_merchant(*net, text)) return node->merchant;
  }
  return config::fail(Fault{kBadValue, "\"" + printable(text) + "\"",
                            "a merchant's number, or its name in the local network", "programme",
                            "see tally status"});
}

OrFaults<ProgrammeFacts> programme_facts(const Sender& sender, MerchantId programme) {
  Result<ProgrammeFacts> facts = read_facts(sender, programme);
  if (!facts.ok()) return config::fail(fault_from_node(facts.error(), sender.client().endpoint()));
  return std::move(facts).value();
}

OrFaults<MemberId> member_named(const std::string& text) {
  const Result<MemberId> member = edge::member_from_hex("MEMBER", text);
  if (!member.ok())
    return config::fail(Fault{kBadValue, member.error().message, "", "", "give a member's id"});
  return *member;
}

}  // namespace tally::app
