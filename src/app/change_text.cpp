// Proposals in words.
#include "app/change_text.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>
#include <tally/state/consortium.h>

#include "app/amount_text.h"

#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

std::string code_of(Currency currency) {
  return std::string(as_text(currency.view()));
}

class Words {
 public:
  explicit Words(const Consortium& consortium) : consortium_(consortium) {}

  std::string operator()(const SetCap& change) const {
    return "cap of " + name(change.debtor) + " in " + code_of(change.currency) + ": " +
           (change.cap.has_value() ? amount(*change.cap, change.currency)
                                   : "as much as its collateral");
  }
  std::string operator()(const SetCollateral& change) const {
    return "collateral of " + name(change.debtor) + " in " + code_of(change.currency) + ": " +
           amount(change.collateral, change.currency);
  }
  std::string operator()(const ResumeIssuer& change) const {
    return name(change.issuer) + " is suspended no more";
  }
  std::string operator()(const EndIssuer& change) const {
    return "programme of " + name(change.issuer) + " ends, with a notice of " +
           config::text_of(change.notice);
  }
  std::string operator()(const DecidePayment& change) const {
    return "payment of cycle " + std::to_string(change.cycle) + " in " + code_of(change.currency) +
           ", " + name(change.debtor) + " to " + name(change.creditor) + ": " +
           (change.paid ? "was made" : "was not made");
  }

 private:
  [[nodiscard]] std::string name(MerchantId merchant) const {
    return consortium_.name_of(merchant);
  }
  [[nodiscard]] std::string amount(Money money, Currency currency) const {
    return amount_text(money.minor_units(), consortium_.places_of(currency));
  }

  const Consortium& consortium_;
};

std::string voices_of(const WaitingChange& change, const Consortium& consortium) {
  std::string voices;
  for (const MerchantId voice : change.record.voices)
    voices += (voices.empty() ? "" : ", ") + consortium.name_of(voice);
  return voices;
}

/// Of the amounts that a change speaks of.
std::optional<Currency> currency_in(const Change& change) {
  return std::visit(
      [](const auto& each) -> std::optional<Currency> {
        if constexpr (requires { each.currency; })
          return each.currency;
        else
          return std::nullopt;
      },
      change);
}

/// Height 0 means "not yet" of a decision, "as soon as it may be" of a wish.
std::string height_text(Height height, const char* nought) {
  return height == Height() ? nought : "height " + std::to_string(height.value());
}

}  // namespace

std::string words_of(const Change& change, const Consortium& consortium) {
  return std::visit(Words(consortium), change);
}

Result<std::vector<WaitingChange>> read_changes(const state::StateView& view,
                                                Consortium& consortium) {
  std::vector<WaitingChange> changes;
  for (const auto& [merchant, name] : consortium.merchants) {
    TRY(auto record, state::find_change(view, merchant));
    if (record.has_value()) changes.push_back({merchant, std::move(*record)});
  }
  for (const WaitingChange& change : changes) {
    const std::optional<Currency> currency = currency_in(change.record.proposal.change);
    if (!currency.has_value() || consortium.places.contains(*currency)) continue;
    TRY(const auto places, state::currency_exponent(view, *currency));
    if (places.has_value()) consortium.places[*currency] = *places;
  }
  return changes;
}

std::string text_of(const WaitingChange& change, const Consortium& consortium) {
  const state::ChangeRecord& record = change.record;
  return words_of(record.proposal.change, consortium) + "\n  proposed by  " +
         consortium.name_of(change.proposer) + " at " + config::text_of(record.proposed_at) +
         "\n  from         " + height_text(record.proposal.active_from, "as soon as it may be") +
         "\n  voices       " + voices_of(change, consortium) + "\n  decided      " +
         height_text(record.active_from, "not yet") + "\n  digest       " +
         to_hex(proposal_digest(record.proposal).view()) + "\n";
}

nlohmann::ordered_json json_of(const WaitingChange& change, const Consortium& consortium) {
  const state::ChangeRecord& record = change.record;
  nlohmann::ordered_json voices = nlohmann::ordered_json::array();
  for (const MerchantId voice : record.voices)
    voices.push_back(voice.value());
  return {{"proposer", change.proposer.value()},
          {"change", words_of(record.proposal.change, consortium)},
          {"proposed_at", record.proposed_at.milliseconds()},
          {"wanted_from", record.proposal.active_from.value()},
          {"voices", std::move(voices)},
          {"active_from", record.active_from.value()},
          {"digest", to_hex(proposal_digest(record.proposal).view())}};
}

}  // namespace tally::app
