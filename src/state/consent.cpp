// Whether a member agreed, or operators.
#include <tally/state/consent.h>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/state/heads.h>

#include "state/stored.h"

#include <algorithm>
#include <set>

namespace tally::state {
namespace {

bool speaks_for(const KeyRecord& key, const MemberId& member, Timestamp now) {
  return key.role == Role::Member && key.purpose == Purpose::Sign && key.member == member &&
         key.in_force(now);
}

bool is_voice_of(const KeyRecord& key, MerchantId merchant, Timestamp now) {
  return is_voice(key.role, key.purpose) && key.merchant == merchant && key.in_force(now);
}

/// A token that was used, until it would have run out.
struct UsedToken {
  Hash token;
  Timestamp until;
};

Result<std::vector<UsedToken>> used_tokens(const StateView& view, const AccountId& account,
                                           Timestamp now) {
  TRY(const std::optional<Bytes> bytes, view.find(consents_key(account)));
  if (!bytes.has_value()) return std::vector<UsedToken>();
  using Tokens = std::vector<UsedToken>;
  TRY(Tokens tokens, decode_record<Tokens>(*bytes, "consents", [](codec::Reader& in, Tokens& all) {
        all = in.list<UsedToken>(limits::kUsedTokensMax, [](codec::Reader& r) {
          const Hash token = r.fixed<Hash>();
          return UsedToken{token, r.timestamp()};
        });
      }));
  std::erase_if(tokens, [&](const UsedToken& used) { return used.until <= now; });
  return tokens;
}

Result<void> put_used(StateDelta& delta, const AccountId& account,
                      const std::vector<UsedToken>& tokens) {
  codec::Writer out = begin_record();
  out.list(tokens, [](codec::Writer& w, const UsedToken& used) {
    w.fixed(used.token);
    w.timestamp(used.until);
  });
  return delta.put(consents_key(account), std::move(out).take());
}

/// Whether the terms allow `what` at the sending merchant now. They may name a member that has been
/// merged into the account's since.
Result<bool> do_allow(const ConsentTerms& terms, const StateView& view,
                      const TransactionContext& context, const SpendElsewhere& what) {
  const Timestamp now = context.ledger_time;
  const bool fits = terms.programme == what.account.programme &&
                    terms.acceptor == context.transaction->merchant &&
                    what.points <= terms.points_max && now < terms.until &&
                    terms.until <= now.plus(Duration(limits::kTokenMsMax));
  if (!fits) return false;
  TRY(const AccountId named, account_now(view, {terms.member, terms.programme}));
  return named == what.account;
}

/// Whether who signed the token may: the member, or, for one in custody, the issuer's key that has
/// the right to as many points.
Result<bool> may_sign_token(const Consent& token, const StateView& view,
                            const TransactionContext& context, const AccountId& account) {
  TRY(const std::optional<KeyRecord> key, find_key(view, token.key.id()));
  if (!key.has_value()) return false;
  if (speaks_for(*key, account.member, context.ledger_time)) return true;
  TRY(const std::optional<AccountHead> head, find_head(view, account));
  const bool in_custody = head.has_value() && !head->own_key;
  return in_custody && is_voice_of(*key, account.programme, context.ledger_time) &&
         token.terms->points_max <= key->limits.consent_max;
}

/// The token that allows it, if the member did not sign; else why there is none.
struct Allowing {
  Outcome outcome = Outcome::ConsentRequired;
  std::optional<UsedToken> token;
  AccountId named;  ///< by the token; a merge or its undoing does not give its use back
};

Result<Allowing> find_allowing(const StateView& view, const TransactionContext& context,
                               const SpendElsewhere& what) {
  TRY(const bool has_signed, has_consent(view, context, what.account.member));
  if (has_signed) return Allowing{Outcome::Accepted, std::nullopt, {}};
  Allowing found;
  for (const Consent& consent : context.transaction->consents) {
    if (!consent.terms.has_value()) continue;
    TRY(const bool allows, do_allow(*consent.terms, view, context, what));
    TRY(const bool may_sign, may_sign_token(consent, view, context, what.account));
    if (!allows || !may_sign) continue;
    const AccountId named{consent.terms->member, consent.terms->programme};
    TRY(const std::vector<UsedToken> used, used_tokens(view, named, context.ledger_time));
    const Hash token = token_digest(*context.chain, *consent.terms);
    const bool is_used =
        std::ranges::any_of(used, [&](const UsedToken& each) { return each.token == token; });
    found.outcome = is_used ? Outcome::ConsentUsed : found.outcome;
    if (is_used || used.size() >= limits::kUsedTokensMax) continue;
    return Allowing{Outcome::Accepted, UsedToken{token, consent.terms->until}, named};
  }
  return found;
}

}  // namespace

bool is_voice(Role role, Purpose purpose) {
  return role == Role::Operator && purpose == Purpose::Sign;
}

Result<bool> has_consent(const StateView& view, const TransactionContext& context,
                         const MemberId& member) {
  CHECK(context.transaction != nullptr);
  CHECK(context.asking != nullptr);
  if (speaks_for(*context.asking, member, context.ledger_time)) return true;
  for (const Consent& consent : context.transaction->consents) {
    if (consent.terms.has_value()) continue;  // a token allows its own terms and nothing else
    TRY(const std::optional<KeyRecord> key, find_key(view, consent.key.id()));
    if (key.has_value() && speaks_for(*key, member, context.ledger_time)) return true;
  }
  return false;
}

Result<Outcome> check_consent_elsewhere(const StateView& view, const TransactionContext& context,
                                        const SpendElsewhere& what) {
  TRY(const Allowing allowing, find_allowing(view, context, what));
  return allowing.outcome;
}

Result<void> use_consent_elsewhere(StateDelta& delta, const TransactionContext& context,
                                   const SpendElsewhere& what) {
  TRY(const Allowing allowing, find_allowing(delta, context, what));
  CHECK(allowing.outcome == Outcome::Accepted);
  if (!allowing.token.has_value()) return {};
  TRY(std::vector<UsedToken> used, used_tokens(delta, allowing.named, context.ledger_time));
  used.push_back(*allowing.token);
  return put_used(delta, allowing.named, used);
}

bool carries_signature_of(const Transaction& transaction, const crypto::PublicKey& key) {
  return std::any_of(
      transaction.consents.begin(), transaction.consents.end(),
      [&](const Consent& consent) { return consent.key == key && !consent.terms.has_value(); });
}

Result<std::size_t> operators_agreeing(const StateView& view, const TransactionContext& context,
                                       MerchantId merchant) {
  CHECK(context.transaction != nullptr);
  CHECK(context.asking != nullptr);
  const Timestamp now = context.ledger_time;
  std::set<KeyId> agreeing;
  if (is_voice_of(*context.asking, merchant, now)) agreeing.insert(context.asking->key.id());
  for (const Consent& consent : context.transaction->consents) {
    if (consent.terms.has_value()) continue;
    TRY(const std::optional<KeyRecord> key, find_key(view, consent.key.id()));
    if (key.has_value() && is_voice_of(*key, merchant, now)) agreeing.insert(key->key.id());
  }
  return agreeing.size();
}

}  // namespace tally::state
