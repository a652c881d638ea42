// Records under the state root and proofs of them, from any bytes.
#include <tally/state/account.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>
#include <tally/state/receipt_log.h>
#include <tally/state/state_root.h>

#include <algorithm>
#include <array>

#include "fuzz/fuzz.h"
#include "support/full_programme.h"
#include "support/memory_view.h"

namespace tally::fuzz {
namespace {

using namespace tally::state;
using test::kCafe;

const AccountId kAccount{test::member(7), kCafe};

/// That `write`, given what was read from a record, puts `bytes` at `key` again.
template <typename Write>
void expect_written(const RecordKey& key, ByteView bytes, Write write) {
  const test::MemoryView empty;
  StateDelta delta(empty);
  CHECK(write(delta).ok());
  expect_same(bytes, delta.find(key).value().value());
}

void run_key(ByteView bytes) {
  const Result<KeyRecord> key = decode_key_record(bytes);
  if (!key.ok()) return;
  (void)key->in_force(test::kStart);
  expect_written(signing_key_key(key->key.id()), bytes,
                 [&](StateDelta& delta) { return put_key(delta, *key); });
}

void run_totals(ByteView bytes) {
  const Result<Totals> totals = decode_totals(bytes);
  if (!totals.ok()) return;
  expect_written(totals_key(kCafe), bytes,
                 [&](StateDelta& delta) { return put_totals(delta, kCafe, *totals); });
}

void run_merchant(ByteView bytes) {
  test::MemoryView view;
  view.plant(merchant_key(kCafe), to_bytes(bytes));
  const auto merchant = find_merchant(view, kCafe);
  if (!merchant.ok()) return;
  expect_written(merchant_key(kCafe), bytes,
                 [&](StateDelta& delta) { return put_merchant(delta, kCafe, merchant->value()); });
  (void)programme_in_force(view, kCafe, Height(1));
}

void run_programme(ByteView bytes) {
  test::MemoryView view;
  view.plant(programme_key(kCafe, 1), to_bytes(bytes));
  const auto programme = find_version(view, kCafe, 1);
  if (!programme.ok()) return;
  const ProgrammeRecord& record = programme->value();
  expect_written(programme_key(kCafe, record.version), bytes,
                 [&](StateDelta& delta) { return put_version(delta, kCafe, record); });
}

/// The account's record, and after it the bytes of its pages 1 to 4.
void run_account(Choices choices) {
  const ByteView bytes = choices.piece();
  test::MemoryView view;
  view.plant(account_key(kAccount), to_bytes(bytes));
  for (std::uint32_t page = 1; page <= 4 && !choices.is_empty(); ++page)
    view.plant(lots_key(kAccount, page), to_bytes(choices.piece()));

  const Result<AccountRecord> record = decode_account(bytes);
  Result<std::optional<Account>> account = Account::load(view, kAccount);
  CHECK(record.ok() == account.ok());
  if (!record.ok()) return;
  CHECK(decode_account_head(bytes).value() == record->head);
  CHECK(account->value().head == record->head);
  const Result<std::vector<Lot>> lots = account->value().all_lots();
  const auto first = account->value().first_lot();
  if (lots.ok() && first->has_value()) CHECK(lots->front() == **first);

  // A stored account's deadline is its first lot's or its tier's; all else comes back as it was.
  AccountRecord stored = *record;
  stored.head.earliest_deadline = record->head.standing.tier.valid_until;
  if (first->has_value())
    stored.head.earliest_deadline = std::min(stored.head.earliest_deadline, (*first)->expires_at);
  if (stored.head != record->head) return;
  expect_written(account_key(kAccount), bytes,
                 [&](StateDelta& delta) { return account->value().store(delta); });
}

void run_lots(ByteView bytes) {
  const Result<std::vector<Lot>> lots = decode_lots_page(bytes);
  if (!lots.ok()) return;
  codec::Writer out;
  out.u8(bytes.front());
  out.list(*lots, [](codec::Writer& w, const Lot& lot) { encode(w, lot); });
  expect_same(bytes, out.view());
}

void run_campaign(ByteView bytes) {
  const Result<CampaignRecord> campaign = decode_campaign_record(bytes);
  if (!campaign.ok()) return;
  expect_written(campaign_key(kCafe, "ten"), bytes,
                 [&](StateDelta& delta) { return put_campaign(delta, kCafe, "ten", *campaign); });
}

void run_ref(ByteView bytes) {
  test::MemoryView view;
  view.plant(ref_key(kCafe, "share:1"), to_bytes(bytes));
  const auto when = find_ref(view, kCafe, "share:1");
  if (!when.ok()) return;
  expect_written(ref_key(kCafe, "share:1"), bytes, [&](StateDelta& delta) {
    return put_ref(delta, kCafe, "share:1", when->value());
  });
}

void run_consortium(Choices choices) {
  constexpr std::array<const char*, 6> kNames = {"parameters", "currencies", "merchants",
                                                 "validators", "clock",      "receipt-log"};
  const RecordKey key = consortium_key(kNames.at(choices.below(kNames.size())));
  const ByteView bytes = choices.rest();
  test::MemoryView view;
  view.plant(key, to_bytes(bytes));
  (void)parameters(view);
  (void)validators(view);
  (void)merchants(view);
  (void)currency_exponent(view, test::currency("EUR"));
  if (const Result<ClockRecord> record = clock(view); record.ok())
    expect_written(key, bytes, [&](StateDelta& delta) { return put_clock(delta, *record); });
  if (const Result<crypto::MerklePeaks> log = receipt_log(view); log.ok()) {
    expect_written(key, bytes, [&](StateDelta& delta) { return put_receipt_log(delta, *log); });
    (void)log->root();
  }
}

void run_proof(ByteView bytes) {
  const Result<StateProof> proof = decode_proof(bytes);
  if (!proof.ok()) return;
  expect_same(bytes, encode_proof(*proof));
  const std::optional<Hash> root = root_of(*proof);
  const RecordKey key = account_key(kAccount);
  (void)proves(*proof, root.value_or(Hash()), key, std::nullopt);
  for (const BucketEntry& entry : proof->entries) {
    (void)account_of(entry.key);
    CHECK(!proves(*proof, root.value_or(Hash()), entry.key, std::nullopt));
  }
}

void run_record_key(ByteView bytes) {
  const RecordKey key{to_bytes(bytes)};
  const std::optional<AccountId> account = account_of(key);
  (void)bucket_of(key, 1'024);
  if (account.has_value() && key.kind() == RecordKind::Account) CHECK(account_key(*account) == key);
}

constexpr std::uint8_t kCampaign = 6;
constexpr std::uint8_t kRef = 7;
constexpr std::uint8_t kConsortium = 8;
constexpr std::uint8_t kProof = 9;
constexpr std::uint8_t kRecordKey = 10;

/// The kinds of records by number, as RecordKind has them; what has none of its own comes after.
std::uint8_t decoder_of(const RecordKey& key) {
  switch (key.kind()) {
    case RecordKind::Key:
      return 0;
    case RecordKind::Totals:
      return 1;
    case RecordKind::Merchant:
      return 2;
    case RecordKind::Programme:
      return 3;
    case RecordKind::Account:
      return 4;
    case RecordKind::Lots:
      return 5;
    case RecordKind::Campaign:
      return kCampaign;
    case RecordKind::Ref:
      return kRef;
    default:
      return kRecordKey;
  }
}

Lot a_lot() {
  Lot lot;
  lot.first_owner = kAccount.member;
  lot.programme_version = 1;
  lot.earned_at = test::kStart;
  lot.expires_at = test::kStart.plus(kDay);
  lot.original = test::points(10);
  lot.remaining = test::points(7);
  return lot;
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  switch (choices.below(kRecordKey + 1)) {
    case 0:
      return run_key(choices.rest());
    case 1:
      return run_totals(choices.rest());
    case 2:
      return run_merchant(choices.rest());
    case 3:
      return run_programme(choices.rest());
    case 4:
      return run_account(choices);
    case 5:
      return run_lots(choices.rest());
    case kCampaign:
      return run_campaign(choices.rest());
    case kRef:
      return run_ref(choices.rest());
    case kConsortium:
      return run_consortium(choices);
    case kProof:
      return run_proof(choices.rest());
    default:
      return run_record_key(choices.rest());
  }
}

std::vector<Bytes> seeds() {
  test::MemoryView view;
  StateDelta delta(view);
  CHECK(write_genesis(test::a_genesis(4).genesis.content, delta).ok());
  CHECK(put_version(delta, kCafe, {1, Height(2), test::a_full_rule_set()}).ok());
  CHECK(put_campaign(delta, kCafe, "ten", {test::points(1), test::points(9), 1}).ok());
  CHECK(put_ref(delta, kCafe, "share:1", test::kStart).ok());
  Totals totals;
  totals.issued = test::points(10);
  CHECK(put_totals(delta, kCafe, totals).ok());
  crypto::MerklePeaks log;
  for (std::uint64_t i = 0; i < 3; ++i)
    log.append(test::fixed_of<Hash>(i));
  CHECK(put_receipt_log(delta, log).ok());
  // A page holds 64 lots: so that there is a second one.
  Account account = Account::open(view, kAccount, test::kStart);
  account.head.standing = test::a_full_standing();
  for (std::uint16_t i = 0; i < 65; ++i) {
    Lot lot = a_lot();
    lot.id.entry = i;
    CHECK(account.add_lot(lot).ok());
  }
  CHECK(account.store(delta).ok());

  std::vector<Bytes> all;
  StateRoot root(2);
  std::uint8_t name = 0;
  for (const auto& [key, change] : delta.records()) {
    root.add(key, *change.after);
    all.push_back(after(kRecordKey, key.bytes));
    if (key.kind() == RecordKind::Consortium) {
      for (name = 0; name < 6; ++name)
        all.push_back(after(kConsortium, after(name, *change.after)));
      continue;
    }
    Bytes seed{decoder_of(key)};
    if (key.kind() == RecordKind::Account) {
      append_piece(seed, *change.after);
      append_piece(seed, delta.find(lots_key(kAccount, 1)).value().value());
    } else {
      seed.insert(seed.end(), change.after->begin(), change.after->end());
    }
    all.push_back(seed);
  }
  root.finish_building();
  all.push_back(after(kProof, encode_proof(root.prove(account_key(kAccount), Height(1)))));
  return all;
}

}  // namespace tally::fuzz
