// Reading the versions of a programme, and sending the next one.
#include "app/published.h"

#include <tally/base/bytes.h>
#include <tally/base/limits.h>

#include "app/remote_view.h"

#include <iostream>
#include <set>

namespace tally::app {

OrFaults<Published> Published::read(const Sender& sender, MerchantId merchant) {
  Published published(sender, merchant);
  const RemoteView view(sender.client(), std::nullopt, sender.height().next());
  const auto record = state::find_merchant(view, merchant);
  if (!record.ok()) return config::fail(published.fault(record.error()));
  if (!record->has_value())
    return config::fail(Fault{kNotFound, "merchant " + std::to_string(merchant.value()), "", "",
                              "see tally status"});
  published.merchant_ = **record;
  return published;
}

OrFaults<state::ProgrammeRecord> Published::version(std::uint32_t number) const {
  const RemoteView view(sender_->client(), std::nullopt, sender_->height().next());
  auto record = state::find_version(view, id_, number);
  if (!record.ok()) return config::fail(fault(record.error()));
  if (record->has_value()) return std::move(**record);
  return config::fail(
      Fault{kNotFound, "version " + std::to_string(number),
            last() == 0 ? "none: " + printable(merchant_.name) + " has published nothing yet"
                        : "1 to " + std::to_string(last()),
            "", last() == 0 ? "tally programme publish FILE" : "see tally programme history"});
}

OrFaults<state::ProgrammeRecord> Published::in_force() const {
  const Height next = sender_->height().next();
  const RemoteView view(sender_->client(), std::nullopt, next);
  auto record = state::programme_in_force(view, id_, next);
  if (!record.ok()) return config::fail(fault(record.error()));
  if (record->has_value()) return std::move(**record);
  return config::fail(Fault{kNotFound, "no programme of " + printable(merchant_.name) + " in force",
                            "", "", "tally programme publish FILE"});
}

OrFaults<std::vector<state::CampaignRecord>> Published::spent(const Programme& programme) const {
  const RemoteView view(sender_->client(), std::nullopt, sender_->height().next());
  std::vector<state::CampaignRecord> records;
  for (const Campaign& campaign : programme.campaigns) {
    const auto record = state::find_campaign(view, id_, campaign.id);
    if (!record.ok()) return config::fail(fault(record.error()));
    records.push_back(*record);
  }
  return records;
}

Faults Published::check_approvals(const std::vector<std::string>& named,
                                  const Signing& signing) const {
  const RemoteView view(sender_->client(), std::nullopt, sender_->height().next());
  std::set<MerchantId> approving;
  for (const crypto::PrivateKey& key : signing.consents) {
    const auto record = state::find_key(view, key.public_key().id());
    if (!record.ok()) return {fault(record.error())};
    if (record->has_value() && (*record)->role == Role::Operator)
      approving.insert((*record)->merchant);
  }
  std::string missing;
  for (const std::string& name : named) {
    const auto merchant = state::find_merchant_named(view, name);
    if (!merchant.ok()) return {fault(merchant.error())};
    if (!merchant->has_value())
      return {Fault{kNotFound, "\"" + printable(name) + "\"", "a merchant of the consortium", "",
                    "correct the name in the file"}};
    if (!approving.contains(**merchant)) missing += (missing.empty() ? "" : ", ") + printable(name);
  }
  if (missing.empty()) return {};
  return {Fault{kMissingOption, "no approval of " + missing,
                "an operator's signature of each merchant that the rules name", "",
                "add --approve-with KEY.pem for each"}};
}

Fault Published::fault(const Error& error) const {
  return fault_from_node(error, sender_->client().endpoint());
}

void add_approval_option(CLI::App& command, PublishOptions& options) {
  command
      .add_option("--approve-with", options.approval_files,
                  "Approve for another merchant too, with its operator's key; may be repeated")
      ->type_name("KEY.pem")
      ->expected(1, static_cast<int>(limits::kConsentsMax))
      ->allow_extra_args(false);
}

void add_publish_options(CLI::App& command, PublishOptions& options) {
  command
      .add_option("--active-from", options.active_from,
                  "In force from this height on (default: from the next block on)")
      ->type_name("HEIGHT");
  add_approval_option(command, options);
  add_connection_options(command, options.connection);
}

OrFaults<Publisher> publisher_from(const PublishOptions& options) {
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return config::fail(identity.error());
  if (!identity->merchant)
    return config::fail(
        Fault{kMissingOption, "no merchant", "whose programme it is", "", "give --merchant ID"});
  const MerchantId merchant = *identity->merchant;
  OrFaults<Signing> signing = signing_for(options.approval_files, false, *identity);
  if (!signing) return config::fail(signing.error());
  OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return config::fail(sender.error());
  return Publisher{std::move(*sender), std::move(*signing), merchant};
}

Faults publish(const Publisher& publisher, std::vector<Action> actions, const Output& out) {
  std::vector<InputTransaction> inputs;
  for (Action& action : actions) {
    InputTransaction input;
    input.transaction.merchant = publisher.merchant;
    input.transaction.request_id = fresh_request_id();
    input.transaction.valid_until = publisher.sender.valid_until();
    input.transaction.action = std::move(action);
    sign_consents(publisher.signing, publisher.sender.chain(), input.transaction);
    std::cerr << "request id " << to_hex(input.transaction.request_id) << "\n";
    inputs.push_back(std::move(input));
  }
  return send_and_print(publisher.sender, inputs, out);
}

}  // namespace tally::app
