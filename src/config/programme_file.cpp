// programme.toml.
#include <tally/base/limits.h>
#include <tally/config/programme_file.h>
#include <tally/config/text.h>
#include <tally/model/transaction.h>

#include "config/toml_reader.h"

namespace tally::config {
namespace {

constexpr std::size_t kProgrammeBytesMax = 1 << 20;

Points read_points(TomlTable& table, const char* key) {
  return *Points::from(table.integer(key, 0, kPointsMax).value_or(0));
}

Money read_money(TomlTable& table, const char* key) {
  return *Money::from(table.integer(key, 0, kPointsMax).value_or(0));
}

BaseRule read_base(TomlTable& root) {
  TomlTable table = root.table("base");
  BaseRule rule;
  rule.points = read_points(table, "points");
  rule.per = read_money(table, "per");
  rule.counts_tax = table.boolean("counts_tax").value_or(false);
  table.finish();
  return rule;
}

ExpiryRule read_expiry(TomlTable& root) {
  TomlTable table = root.table("expiry");
  ExpiryRule rule;
  if (table.word("kind", {"never", "rolling"}).value_or(0) == 1) {
    rule.kind = ExpiryKind::Rolling;
    rule.months = static_cast<std::uint32_t>(
        table.integer("months", 1, limits::kExpiryMonthsMax).value_or(1));
    rule.rounding =
        static_cast<MonthRounding>(table
                                       .word("rounding", {"none", "end_of_month", "end_of_quarter",
                                                          "end_of_half", "end_of_year"})
                                       .value_or(0));
  }
  table.finish();
  return rule;
}

RedeemRule read_redeem(TomlTable& root) {
  TomlTable table = root.table("redeem");
  RedeemRule rule;
  rule.price_points = read_points(table, "price_points");
  rule.price_money = read_money(table, "price_money");
  rule.minimum = read_points(table, "minimum");
  rule.step = read_points(table, "step");
  rule.max_percent = static_cast<std::uint8_t>(table.integer("max_percent", 1, 100).value_or(100));
  rule.mixed = table.boolean("mixed").value_or(true);
  if (table.is_text("consent_above")) {
    if (table.word("consent_above", {"never"})) rule.consent_above = *Points::from(kPointsMax);
  } else {
    rule.consent_above = read_points(table, "consent_above");
  }
  table.finish();
  return rule;
}

TransferRule read_transfer(TomlTable& root) {
  TomlTable table = root.table("transfer");
  TransferRule rule;
  rule.enabled = table.boolean("enabled").value_or(false);
  if (rule.enabled) {
    rule.fee_min = read_points(table, "fee_min");
    rule.fee_basis_points =
        static_cast<std::uint16_t>(table.integer("fee_basis_points", 0, 10'000).value_or(0));
    rule.cooling_off = table.duration("cooling_off").value_or(Duration());
  }
  table.finish();
  return rule;
}

std::vector<UtcOffset> read_offsets(TomlTable& root) {
  std::vector<UtcOffset> offsets;
  for (TomlTable& table : root.tables("utc_offsets", limits::kUtcOffsetsMax)) {
    UtcOffset offset;
    offset.from = table.time("from").value_or(Timestamp());
    offset.minutes = static_cast<std::int16_t>(table.integer("minutes", -1'440, 1'440).value_or(0));
    table.finish();
    offsets.push_back(offset);
  }
  return offsets;
}

Programme read_all(TomlFile& file) {
  Programme programme;
  TomlTable root = file.root();
  programme.name = root.text("name").value_or("");
  if (const auto code = root.text("currency")) {
    if (code->size() == Currency::kSize)
      programme.currency = Currency::from_view(as_bytes(*code));
    else
      root.fault(kProgrammeKinds.bad_form, "currency", "\"" + printable(*code) + "\"",
                 "three letters of ISO 4217");
  }
  programme.offline_window = root.duration("offline_window").value_or(Duration());
  programme.base = read_base(root);
  programme.expiry = read_expiry(root);
  programme.redeem = read_redeem(root);
  programme.transfer = read_transfer(root);
  programme.utc_offsets = read_offsets(root);
  root.finish();
  return programme;
}

/// The ledger's own check, with anything in place of what the file does not say.
Result<void> check_publishable(const Programme& programme) {
  Transaction transaction;
  transaction.merchant = MerchantId(1);
  transaction.request_id = Bytes(limits::kRequestIdBytesMin);
  transaction.action = PublishProgramme{1, Height(0), programme};
  return check_form(transaction);
}

}  // namespace

OrFaults<Programme> parse_programme(std::string_view text, const std::string& file) {
  TomlFile toml(text, file, kProgrammeKinds);
  if (!toml.parsed()) return fail(toml.take_faults());
  Programme programme = read_all(toml);
  if (!toml.has_faults()) {
    const Result<void> checked = check_publishable(programme);
    if (!checked.ok()) toml.add_checked(kNotPublishable, checked.error());
  }
  if (toml.has_faults()) return fail(toml.take_faults());
  return programme;
}

OrFaults<Programme> read_programme(const std::string& path) {
  const OrFaults<std::string> text = read_regular_file(path, kProgrammeBytesMax, kProgrammeKinds);
  if (!text) return fail(text.error());
  return parse_programme(*text, path);
}

}  // namespace tally::config
