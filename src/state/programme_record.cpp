// A programme's versions and its totals. FORMAT: stored; docs/formats.md §3.
#include <tally/model/points_actions.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

#include "state/stored.h"
#include "state/sums.h"

#include <array>

namespace tally::state {
namespace {

/// Units of rule cost for each byte of a version that a transaction has decoded.
constexpr std::uint64_t kCostOfByteRead = 2;

Result<Height> require_start(const StateView& view, MerchantId merchant, std::uint32_t version) {
  TRY(const std::optional<Height> start, find_start(view, merchant, version));
  if (!start.has_value())
    return Error{ErrorCode::Corrupt, "programme " + std::to_string(merchant.value()) +
                                         ": no version " + std::to_string(version)};
  return *start;
}

/// The highest version in force at `height`; 0: none is.
Result<std::uint32_t> version_in_force(const StateView& view, MerchantId merchant, Height height) {
  TRY(const std::optional<MerchantRecord> record, find_merchant(view, merchant));
  std::uint32_t version = record.has_value() ? record->programme_version : 0;
  for (; version >= 1; --version) {
    TRY(const Height start, require_start(view, merchant, version));
    if (start <= height) break;
  }
  return version;
}

/// Block time of a version's first block; never: that is still to come.
Result<Timestamp> start_time(const StateView& view, const History& history, MerchantId merchant,
                             std::uint32_t version) {
  TRY(const Height start, require_start(view, merchant, version));
  const Result<Timestamp> time = history.find_time(start);
  if (!time.ok() && time.error().code == ErrorCode::NotFound) return Timestamp::never();
  return time;
}

}  // namespace

Result<std::optional<ProgrammeRecord>> programme_in_force(const StateView& view,
                                                          MerchantId merchant, Height height) {
  TRY(const std::uint32_t version, version_in_force(view, merchant, height));
  return find_version(view, merchant, version);
}

Result<std::optional<Height>> find_start(const StateView& view, MerchantId merchant,
                                         std::uint32_t version) {
  TRY(const std::optional<Bytes> bytes, view.find(programme_key(merchant, version)));
  if (!bytes.has_value()) return std::optional<Height>();
  codec::Reader in(*bytes);
  expect_format(in);
  static_cast<void>(in.u32());  // the version
  const auto start = in.number<Height>();
  if (in.failed()) return Error{ErrorCode::Corrupt, in.finish("programme").error().message};
  return std::optional<Height>(start);
}

Result<std::optional<ProgrammeRecord>> find_version(const StateView& view, MerchantId merchant,
                                                    std::uint32_t version) {
  TRY(const std::optional<Bytes> bytes, view.find(programme_key(merchant, version)));
  if (!bytes.has_value()) return std::optional<ProgrammeRecord>();
  const auto read = [](codec::Reader& in, ProgrammeRecord& r) {
    r.version = in.u32();
    r.active_from = in.number<Height>();
    tally::decode(in, r.rules);
  };
  TRY(ProgrammeRecord record, decode_record<ProgrammeRecord>(*bytes, "programme", read));
  return std::optional<ProgrammeRecord>(std::move(record));
}

Result<void> put_version(StateDelta& delta, MerchantId merchant, const ProgrammeRecord& record) {
  codec::Writer out = begin_record();
  out.u32(record.version);
  out.number(record.active_from);
  tally::encode(out, record.rules);
  return delta.put(programme_key(merchant, record.version), std::move(out).take());
}

Result<const ProgrammeRecord*> RuleBook::in_force(const StateView& view, MerchantId merchant,
                                                  Height height) {
  auto known = in_force_.find(merchant);
  if (known == in_force_.end()) {
    TRY(const std::uint32_t newest, version_in_force(view, merchant, height));
    known = in_force_.emplace(merchant, newest).first;
  }
  return version(view, merchant, known->second);
}

Result<const ProgrammeRecord*> RuleBook::in_force_at(const StateView& view, const History& history,
                                                     MerchantId merchant, Timestamp t) {
  TRY(const std::optional<MerchantRecord> record, find_merchant(view, merchant));
  constexpr const ProgrammeRecord* kNone = nullptr;
  for (std::uint32_t number = record.has_value() ? record->programme_version : 0; number >= 1;
       --number) {
    auto start = starts_.find({merchant, number});
    if (start == starts_.end()) {
      TRY(const Timestamp time, start_time(view, history, merchant, number));
      start = starts_.emplace(std::pair(merchant, number), time).first;
    }
    if (start->second <= t) return version(view, merchant, number);
  }
  return kNone;
}

Result<const ProgrammeRecord*> RuleBook::version(const StateView& view, MerchantId merchant,
                                                 std::uint32_t number) {
  constexpr const ProgrammeRecord* kNone = nullptr;
  if (number == 0) return kNone;
  auto known = known_.find({merchant, number});
  if (known == known_.end()) {
    TRY(auto record, find_version(view, merchant, number));
    if (!record.has_value()) return kNone;  // the block may still publish it
    known = known_.emplace(std::pair(merchant, number), std::move(*record)).first;
  }
  const ProgrammeRecord* const record = &known->second;
  return record;
}

Result<const ProgrammeRecord*> RuleBook::of_version(const StateView& view, MerchantId merchant,
                                                    std::uint32_t number) {
  const auto current = in_force_.find(merchant);
  const bool is_current = current != in_force_.end() && current->second == number;
  if (!is_current && charged_.emplace(merchant, number).second) {
    TRY(const std::optional<Bytes> bytes, view.find(programme_key(merchant, number)));
    charge(merchant, kCostOfByteRead * (bytes.has_value() ? bytes->size() : 0));
  }
  return version(view, merchant, number);
}

Result<CampaignRecord> find_campaign(const StateView& view, MerchantId merchant,
                                     std::string_view campaign) {
  TRY(const std::optional<Bytes> bytes, view.find(campaign_key(merchant, campaign)));
  if (!bytes.has_value()) return CampaignRecord();
  return decode_campaign_record(*bytes);
}

Result<CampaignRecord> decode_campaign_record(ByteView bytes) {
  return decode_record<CampaignRecord>(bytes, "campaign", [](codec::Reader& in, auto& record) {
    decode(in, record.spent);
    decode(in, record.budget);
    record.times = in.u64();
    record.retired = in.boolean();
  });
}

Result<void> put_campaign(StateDelta& delta, MerchantId merchant, std::string_view campaign,
                          const CampaignRecord& record) {
  codec::Writer out = begin_record();
  encode(out, record.spent);
  encode(out, record.budget);
  out.u64(record.times);
  out.boolean(record.retired);
  return delta.put(campaign_key(merchant, campaign), std::move(out).take());
}

Result<std::optional<Timestamp>> find_ref(const StateView& view, MerchantId merchant,
                                          std::string_view ref) {
  TRY(const std::optional<Bytes> bytes, view.find(ref_key(merchant, ref)));
  if (!bytes.has_value()) return std::optional<Timestamp>();
  TRY(const Timestamp when, decode_record<Timestamp>(*bytes, "ref", [](codec::Reader& in, auto& t) {
        t = in.timestamp();
      }));
  return std::optional<Timestamp>(when);
}

Result<void> put_ref(StateDelta& delta, MerchantId merchant, std::string_view ref, Timestamp when) {
  codec::Writer out = begin_record();
  out.timestamp(when);
  return delta.put(ref_key(merchant, ref), std::move(out).take());
}

bool post(Totals& totals, LineKind kind, Points points) {
  const Movement by = movement_of(kind);
  // What came is bounded in all, so no part of it can overflow later, where nothing can be refused.
  const bool comes = !canary(111) && (by.issued > 0 || by.exchanged_in > 0);
  const auto came = checked_add(totals.issued, totals.exchanged_in);
  if (comes && (!came.has_value() || !checked_add(*came, points).has_value())) return false;
  if (kind == LineKind::Sent && !move(totals.transferred, 1, points)) return false;
  return move(totals.issued, by.issued, points) && move(totals.available, by.available, points) &&
         move(totals.held, by.held, points) && move(totals.pending, by.pending, points) &&
         move(totals.debt, by.debt, points) && move(totals.redeemed, by.redeemed, points) &&
         move(totals.expired, by.expired, points) && move(totals.fees, by.fees, points) &&
         move(totals.clawed, by.clawed, points) && move(totals.forfeited, by.forfeited, points) &&
         move(totals.unrecovered, by.unrecovered, points) &&
         move(totals.exchanged_out, by.exchanged_out, points) &&
         move(totals.exchanged_in, by.exchanged_in, points);
}

namespace {

/// Points of a record's totals, in the order in which they stand there.
template <typename AnyTotals>
auto points_of(AnyTotals& t) {
  return std::array{&t.issued,      &t.available,   &t.held,          &t.pending,     &t.debt,
                    &t.redeemed,    &t.expired,     &t.fees,          &t.clawed,      &t.forfeited,
                    &t.unrecovered, &t.transferred, &t.exchanged_out, &t.exchanged_in};
}

}  // namespace

Result<Totals> totals(const StateView& view, MerchantId merchant) {
  TRY(const std::optional<Bytes> bytes, view.find(totals_key(merchant)));
  if (!bytes.has_value()) return Totals();
  return decode_totals(*bytes);
}

Result<Totals> decode_totals(ByteView bytes) {
  return decode_record<Totals>(bytes, "totals", [](codec::Reader& in, Totals& t) {
    for (Points* points : points_of(t))
      decode(in, *points);
    for (std::uint64_t* count : {&t.members, &t.earns, &t.redemptions, &t.transfers})
      *count = in.u64();
  });
}

Result<void> put_totals(StateDelta& delta, MerchantId merchant, const Totals& t) {
  codec::Writer out = begin_record();
  for (const Points* points : points_of(t))
    encode(out, *points);
  for (const std::uint64_t count : {t.members, t.earns, t.redemptions, t.transfers})
    out.u64(count);
  return delta.put(totals_key(merchant), std::move(out).take());
}

}  // namespace tally::state
