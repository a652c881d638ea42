// Published: the versions of a programme that a ledger holds, and how the next one gets there.
#pragma once

#include "app/frame.h"
#include "app/submission.h"

#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

/// A merchant's programme by a node's word: who lies here only has what is sent refused.
class Published {
 public:
  /// NET-004: there is no such merchant.
  [[nodiscard]] static OrFaults<Published> read(const Sender& sender, MerchantId merchant);

  [[nodiscard]] const std::string& merchant_name() const { return merchant_.name; }
  /// The last version, which need not be in force yet; 0: none.
  [[nodiscard]] std::uint32_t last() const { return merchant_.programme_version; }
  /// NET-004: there is none of this number.
  [[nodiscard]] OrFaults<state::ProgrammeRecord> version(std::uint32_t number) const;
  /// In force at the next block. NET-004: none is.
  [[nodiscard]] OrFaults<state::ProgrammeRecord> in_force() const;
  /// What each campaign of a programme has given so far, place by place.
  [[nodiscard]] OrFaults<std::vector<state::CampaignRecord>> spent(const Programme&) const;

  /// CLI-008 where no key of `signing` is an operator's of one of the merchants `named`, whose
  /// approval the ledger will ask for.
  [[nodiscard]] Faults check_approvals(const std::vector<std::string>& named,
                                       const Signing& signing) const;

 private:
  Published(const Sender& sender, MerchantId id) : sender_(&sender), id_(id) {}
  [[nodiscard]] Fault fault(const Error& error) const;

  const Sender* sender_;
  MerchantId id_;
  state::MerchantRecord merchant_;
};

/// What every publishing command asks.
struct PublishOptions {
  std::uint64_t active_from = 0;
  std::vector<std::string> approval_files;
  ConnectionOptions connection;
};
void add_publish_options(CLI::App& command, PublishOptions& options);
/// --approve-with alone.
void add_approval_option(CLI::App& command, PublishOptions& options);

/// A caller who may publish, and what its ledger holds of its programme.
struct Publisher {
  Sender sender;
  Signing signing;
  MerchantId merchant;
};
[[nodiscard]] OrFaults<Publisher> publisher_from(const PublishOptions& options);

/// Sends the actions as one submission of the publisher's merchant, in order, and prints what the
/// ledger answered.
[[nodiscard]] Faults publish(const Publisher& publisher, std::vector<Action> actions,
                             const Output& out);

}  // namespace tally::app
