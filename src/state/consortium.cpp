// The consortium's own records, and how genesis writes them. FORMAT: stored; docs/formats.md §3.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/state/consortium.h>
#include <tally/state/receipt_log.h>

#include "state/stored.h"

#include <algorithm>

namespace tally::state {
namespace {

constexpr std::string_view kParameters = "parameters";
constexpr std::string_view kCurrencies = "currencies";
constexpr std::string_view kMerchants = "merchants";
constexpr std::string_view kValidators = "validators";
constexpr std::string_view kClock = "clock";

template <typename T, typename Read>
Result<T> find_named(const StateView& view, std::string_view name, Read read) {
  TRY(const std::optional<Bytes> bytes, view.find(consortium_key(name)));
  const std::string what = "record of the consortium's " + std::string(name);
  if (!bytes.has_value()) return Error{ErrorCode::Corrupt, "no " + what};
  return decode_record<T>(*bytes, what.c_str(), read);
}

Result<void> put_named(StateDelta& delta, std::string_view name, codec::Writer&& out) {
  return delta.put(consortium_key(name), std::move(out).take());
}

Result<void> put_parameters(StateDelta& delta, const Parameters& p) {
  codec::Writer out = begin_record();
  for (const std::uint64_t number :
       {p.window, p.request_timeout.milliseconds(), p.timeout_max.milliseconds(),
        p.passed_over.milliseconds(), p.idle_block.milliseconds(), p.rotation_heights,
        p.rotation.milliseconds(), p.clock_bound.milliseconds(), p.proposal_bytes_max,
        p.proposal_transactions_max, p.proposal_rule_cost_max, p.validity_max.milliseconds(),
        p.request_memory.milliseconds(), p.state_buckets})
    out.u64(number);
  return put_named(delta, kParameters, std::move(out));
}

Result<void> put_currencies(StateDelta& delta, const std::vector<CurrencyUnit>& currencies) {
  codec::Writer out = begin_record();
  out.list(currencies, [](codec::Writer& w, const CurrencyUnit& currency) {
    w.fixed(currency.code);
    w.u8(currency.exponent);
  });
  return put_named(delta, kCurrencies, std::move(out));
}

Result<void> put_merchants(StateDelta& delta, const std::vector<Founder>& founders) {
  codec::Writer out = begin_record();
  out.list(founders, [](codec::Writer& w, const Founder& founder) { w.number(founder.merchant); });
  return put_named(delta, kMerchants, std::move(out));
}

std::vector<consensus::Validator> validators_of(const Genesis& genesis) {
  std::vector<consensus::Validator> validators;
  for (const Founder& founder : genesis.founders)
    validators.push_back({founder.merchant, founder.consensus_key, founder.peer_tls_key});
  return validators;
}

Result<void> put_validators(StateDelta& delta,
                            const std::vector<consensus::Validator>& validators) {
  codec::Writer out = begin_record();
  consensus::encode(out, validators);
  return put_named(delta, kValidators, std::move(out));
}

Result<void> put_founder(StateDelta& delta, const Founder& founder, Timestamp since) {
  MerchantRecord merchant;
  merchant.name = founder.name;
  merchant.gateway_key = founder.gateway_key.id();
  merchant.operators = {founder.operator_key.id()};
  TRY_VOID(put_merchant(delta, founder.merchant, merchant));
  KeyRecord key;
  key.merchant = founder.merchant;
  key.valid_from = since;
  key.key = founder.gateway_key;
  key.role = Role::Node;
  TRY_VOID(put_key(delta, key));
  key.key = founder.operator_key;
  key.role = Role::Operator;
  return put_key(delta, key);
}

}  // namespace

Result<ClockRecord> clock(const StateView& view) {
  return find_named<ClockRecord>(view, kClock, [](codec::Reader& in, ClockRecord& clock) {
    clock.development = in.boolean();
    clock.offset = Duration(in.u64());
  });
}

Result<void> put_clock(StateDelta& delta, const ClockRecord& clock) {
  codec::Writer out = begin_record();
  out.boolean(clock.development);
  out.u64(clock.offset.milliseconds());
  return put_named(delta, kClock, std::move(out));
}

Result<Parameters> parameters(const StateView& view) {
  return find_named<Parameters>(view, kParameters, [](codec::Reader& in, Parameters& p) {
    p.window = in.u64();
    p.request_timeout = Duration(in.u64());
    p.timeout_max = Duration(in.u64());
    p.passed_over = Duration(in.u64());
    p.idle_block = Duration(in.u64());
    p.rotation_heights = in.u64();
    p.rotation = Duration(in.u64());
    p.clock_bound = Duration(in.u64());
    p.proposal_bytes_max = in.u64();
    p.proposal_transactions_max = in.u64();
    p.proposal_rule_cost_max = in.u64();
    p.validity_max = Duration(in.u64());
    p.request_memory = Duration(in.u64());
    p.state_buckets = in.u64();
  });
}

Result<std::vector<consensus::Validator>> validators(const StateView& view) {
  using Validators = std::vector<consensus::Validator>;
  return find_named<Validators>(view, kValidators, [](codec::Reader& in, Validators& validators) {
    validators = in.list<consensus::Validator>(limits::kValidatorsMax, [](codec::Reader& r) {
      consensus::Validator validator;
      validator.merchant = r.number<MerchantId>();
      decode(r, validator.key);  // model's and consensus's encodings of a key are the same
      validator.peer_tls_key = r.fixed<KeyId>();
      return validator;
    });
  });
}

Result<std::vector<MerchantId>> merchants(const StateView& view) {
  using Ids = std::vector<MerchantId>;
  return find_named<Ids>(view, kMerchants, [](codec::Reader& in, Ids& ids) {
    const std::size_t ids_max = in.remaining() / sizeof(MerchantId::Underlying);
    ids = in.list<MerchantId>(ids_max, [](codec::Reader& r) { return r.number<MerchantId>(); });
  });
}

Result<std::optional<std::uint8_t>> currency_exponent(const StateView& view, Currency code) {
  using Units = std::vector<CurrencyUnit>;
  TRY(const Units units, find_named<Units>(view, kCurrencies, [](codec::Reader& in, Units& all) {
        all = in.list<CurrencyUnit>(limits::kCurrenciesMax, [](codec::Reader& r) {
          CurrencyUnit unit;
          decode(r, unit.code);
          unit.exponent = r.u8();
          return unit;
        });
      }));
  const auto found = std::find_if(units.begin(), units.end(),
                                  [&](const CurrencyUnit& unit) { return unit.code == code; });
  if (found == units.end()) return std::optional<std::uint8_t>();
  return std::optional<std::uint8_t>(found->exponent);
}

consensus::Epoch epoch_of(const Genesis& genesis) {
  consensus::Epoch epoch;
  epoch.chain = genesis_hash(genesis);
  epoch.validators = validators_of(genesis);
  epoch.window = genesis.parameters.window;
  epoch.request_timeout = genesis.parameters.request_timeout;
  epoch.timeout_max = genesis.parameters.timeout_max;
  epoch.passed_over = genesis.parameters.passed_over;
  epoch.idle_block = genesis.parameters.idle_block;
  epoch.rotation_heights = genesis.parameters.rotation_heights;
  epoch.rotation = genesis.parameters.rotation;
  epoch.clock_bound = genesis.parameters.clock_bound;
  epoch.proposal_bytes_max = genesis.parameters.proposal_bytes_max;
  epoch.proposal_transactions_max = genesis.parameters.proposal_transactions_max;
  return epoch;
}

Result<void> write_genesis(const Genesis& genesis, StateDelta& delta) {
  CHECK(delta.records().empty());
  TRY_VOID(put_parameters(delta, genesis.parameters));
  TRY_VOID(put_currencies(delta, genesis.currencies));
  TRY_VOID(put_merchants(delta, genesis.founders));
  TRY_VOID(put_validators(delta, validators_of(genesis)));
  TRY_VOID(put_clock(delta, ClockRecord{genesis.development, Duration()}));
  TRY_VOID(put_receipt_log(delta, crypto::MerklePeaks()));
  for (const Founder& founder : genesis.founders)
    TRY_VOID(put_founder(delta, founder, genesis.time));
  return {};
}

}  // namespace tally::state
