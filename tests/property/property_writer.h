// StepWriter: what a step means on the ledger as the model has it: mostly what is right there, and
// what is wrong by one.
#pragma once

#include "property/ledger_model.h"
#include "property/property_steps.h"

#include <optional>
#include <vector>

namespace tally::test {

/// Who there is: members 1 to 4 have keys of their own, the café two operators and a terminal.
struct Cast {
  std::vector<crypto::PublicKey> members;
  crypto::PublicKey first_operator;
  crypto::PublicKey second_operator;
  crypto::PublicKey terminal;
  std::vector<crypto::PublicKey> spares;  ///< members' next ones, and guardians'
  crypto::PublicKey stranger;             ///< another merchant's operator
};

/// The name of the terminal's key.
inline constexpr const char* kTill = "till-1";

struct Sent {
  Transaction transaction;
  const crypto::PublicKey* key = nullptr;
};

class StepWriter {
 public:
  StepWriter(const Cast& cast, const LedgerModel& model) : cast_(&cast), model_(&model) {}

  /// The transaction of a step, for a block of ledger time `now`; nullopt: it has none.
  [[nodiscard]] std::optional<Sent> write(const Step& drawn, Ms now);
  /// The enrolment of member `n`, with the key if it has one.
  [[nodiscard]] Sent enrolment(std::uint64_t n, std::uint64_t person, Ms now);
  /// Member 1 in a segment of its own.
  [[nodiscard]] Sent first_segment(std::uint64_t n, Ms now);

 private:
  [[nodiscard]] std::optional<Action> action_of(const Step& step, Ms now);
  [[nodiscard]] Action enrol(const Step& step) const;
  [[nodiscard]] Action earn(const Step& step, Ms now);
  [[nodiscard]] Action attest(const Step& step, Ms now) const;
  [[nodiscard]] Redeem redeem(const Step& step) const;
  [[nodiscard]] Action hold(const Step& step);
  [[nodiscard]] Action capture(const Step& step) const;
  [[nodiscard]] Action reverse(const Step& step) const;
  [[nodiscard]] Action transfer(const Step& step) const;
  [[nodiscard]] Action pool(const Step& step, PoolChange change) const;
  [[nodiscard]] Action adjust(const Step& step) const;
  [[nodiscard]] Action adjust_bulk(const Step& step) const;
  [[nodiscard]] Action open_lots(const Step& step, Ms now) const;
  [[nodiscard]] Action extend(const Step& step) const;
  [[nodiscard]] Action card(const Step& step) const;
  [[nodiscard]] Action freeze(const Step& step) const;
  [[nodiscard]] Action merge(const Step& step) const;
  [[nodiscard]] Action unmerge(const Step& step) const;
  [[nodiscard]] Action register_key(const Step& step) const;
  [[nodiscard]] Action revoke_key(const Step& step) const;
  [[nodiscard]] Action recover(const Step& step) const;
  [[nodiscard]] Action publish_segment(const Step& step) const;
  struct Next {
    std::uint32_t number = 0;
    Height active_from;
  };
  [[nodiscard]] Next next_version(const Step& step) const;
  [[nodiscard]] Action publish_programme(const Step& step) const;
  [[nodiscard]] Action publish_campaign(const Step& step) const;
  /// A key that is `whose` own now; else the one from before.
  [[nodiscard]] const crypto::PublicKey* present_key(const MemberId& whose) const;
  [[nodiscard]] std::optional<Sent> again(const Step& step, Ms now);

  void sign(Transaction& transaction, const Step& step) const;
  [[nodiscard]] const crypto::PublicKey* own_key(const Action& action, const Step& step) const;
  [[nodiscard]] MemberId any_spender(std::uint32_t n) const;
  [[nodiscard]] Bytes any_hold(std::uint32_t n) const;
  [[nodiscard]] Bytes any_order(std::uint32_t n) const;
  [[nodiscard]] Ms event_time(std::uint32_t n, Ms now) const;
  [[nodiscard]] Amount available(const MemberId& member) const;
  [[nodiscard]] std::optional<TokenId> maybe_card(std::uint32_t n) const;

  const Cast* cast_;
  const LedgerModel* model_;
  std::uint64_t next_request_ = 10'000;
  std::vector<Bytes> orders_;
  std::vector<Bytes> holds_;
  std::vector<Sent> sent_;
};

}  // namespace tally::test
