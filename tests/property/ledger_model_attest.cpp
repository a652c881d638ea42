// The model's attested actions: what a named key vouches for, once for each ref.
#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {

bool LedgerModel::vouches(const ModelCampaign& campaign, const KeyId& key) const {
  if (!campaign.attested) return false;
  const auto name = key_names_.find(key);
  return campaign.attestor.empty() ||
         (name != key_names_.end() && name->second == campaign.attestor);
}

void LedgerModel::judge(const Attest& attest, const ModelCall& call, ModelAnswer& answer) const {
  const auto& campaigns = rules().campaigns;
  if (std::none_of(campaigns.begin(), campaigns.end(), [&](const ModelCampaign& campaign) {
        return campaign.runs && vouches(campaign, call.signer);
      }))
    answer.must.insert(Outcome::NotPermitted);
  judge_event_time(attest.event_time, call, answer);
  const auto counted = attested_.find(attest.ref);
  if (counted != attested_.end() && call.now - counted->second <= rules().memory)
    answer.must.insert(Outcome::DuplicateRef);
  const MemberId member = named(attest.member, attest.token, answer);
  if (answer.must.contains(Outcome::UnknownToken)) return;
  ModelAnswer of_member;
  check_open(member, of_member);
  answer.must.merge(of_member.must);
}

/// Nothing of it is a purchase: it moves no date of idle lots, and no limit on earns counts it.
void LedgerModel::apply(const Attest& attest, const ModelCall& call) {
  attested_[attest.ref] = call.now;
  ModelAnswer unused;
  ModelAccount& account = accounts_.at(named(attest.member, attest.token, unused));
  std::vector<Award> given;
  const auto fits = [&](const ModelCampaign& campaign) { return vouches(campaign, call.signer); };
  add_bonuses(account, room_of_transaction(), fits, given);
  credit(account, given, call, false);
}

}  // namespace tally::test
