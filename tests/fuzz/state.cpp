// Records under the state root and proofs of them, from any bytes.
#include <tally/state/account.h>
#include <tally/state/consortium.h>
#include <tally/state/hold.h>
#include <tally/state/identity.h>
#include <tally/state/programme_record.h>
#include <tally/state/receipt_log.h>
#include <tally/state/returned.h>
#include <tally/state/state_root.h>

#include <array>

#include "fuzz/fuzz.h"
#include "support/full_records.h"
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

/// What `decode` makes of the bytes, written by `put(delta, record)`.
template <typename Decode, typename Put>
void run_record(ByteView bytes, const RecordKey& key, Decode decode, Put put) {
  const auto record = decode(bytes);
  if (!record.ok()) return;
  expect_written(key, bytes, [&](StateDelta& delta) { return put(delta, *record); });
}

void run_identity(RecordKind kind, ByteView bytes) {
  switch (kind) {
    case RecordKind::Token:
      return run_record(bytes, token_key(kCafe, TokenId()), decode_token,
                        [](auto& d, auto& r) { return put_token(d, kCafe, TokenId(), r); });
    case RecordKind::Merged:
      return run_record(bytes, merged_key(kAccount), decode_merged,
                        [](auto& d, auto& r) { return put_merged(d, kAccount, r); });
    case RecordKind::Recovery:
      return run_record(bytes, recovery_key(kAccount.member), decode_recovery,
                        [](auto& d, auto& r) { return put_recovery(d, kAccount.member, r); });
    case RecordKind::Adjusted:
      return run_record(bytes, adjusted_key(kCafe, KeyId()), decode_adjusted,
                        [](auto& d, auto& r) { return put_adjusted(d, kCafe, KeyId(), r); });
    default:
      return run_record(bytes, commitment_key(kCafe, Hash()), decode_commitment,
                        [](auto& d, auto& r) { return put_commitment(d, kCafe, Hash(), r); });
  }
}

void run_pool(ByteView bytes) {
  test::MemoryView view;
  view.plant(pool_key(kCafe, PoolId()), to_bytes(bytes));
  const auto members = find_pool(view, kCafe, PoolId());
  if (!members.ok()) return;
  CHECK(!members->empty());
  expect_written(pool_key(kCafe, PoolId()), bytes,
                 [&](StateDelta& delta) { return put_pool(delta, kCafe, PoolId(), *members); });
}

/// The account's record, and after it the bytes of its pages 1 to 4.
void run_account(Choices choices) {
  const ByteView bytes = choices.piece();
  test::MemoryView view;
  view.plant(account_key(kAccount), to_bytes(bytes));
  for (std::uint32_t page = 1; page <= 4 && !choices.is_empty(); ++page)
    view.plant(lots_key(kAccount, page), to_bytes(choices.piece()));

  const Result<AccountRecord> record = decode_account(bytes);
  Result<std::optional<Account>> loaded = Account::load(view, kAccount);
  CHECK(record.ok() == loaded.ok());
  if (!record.ok()) return;
  Account& account = loaded->value();
  CHECK(decode_account_head(bytes).value() == record->head);
  CHECK(decode_deadlines(bytes).value() == record->head.deadlines);
  CHECK(account.head == record->head);
  (void)account.is_full();
  (void)account.all_pending();
  (void)account.pending_of(Position{Height(1), 1});
  (void)account.all_expired();
  const Result<std::vector<Lot>> lots = account.all_lots();
  const auto first = account.first_lot();
  CHECK(first->has_value() ==
        !(record->dated.first_page.empty() && record->idle.first_page.empty()));
  if (lots.ok()) CHECK(lots->empty() != first->has_value());

  // What a stored account's record says of its deadlines follows from the rest, which comes back
  // as it was.
  StateDelta delta(view);
  CHECK(account.store(delta).ok());
  if (account.head == record->head)
    expect_same(bytes, delta.find(account_key(kAccount)).value().value());
}

void run_lots(ByteView bytes) {
  const Result<LotsPage> page = decode_lots_page(bytes);
  if (!page.ok()) return;
  codec::Writer out;
  out.u8(bytes.front());
  out.u8(static_cast<std::uint8_t>(page->list));
  const auto write = [](codec::Writer& w, const auto& lot) { encode(w, lot); };
  if (page->list == LotList::Waiting)
    out.list(page->waiting, write);
  else
    out.list(page->lots, write);
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

// A record's kind chooses its decoder; after the kinds comes what has none.
constexpr std::uint8_t kProof = 20;
constexpr std::uint8_t kRecordKey = 21;

void run_kind(RecordKind kind, Choices choices) {
  switch (kind) {
    case RecordKind::Consortium:
      return run_consortium(choices);
    case RecordKind::Merchant:
      return run_merchant(choices.rest());
    case RecordKind::Key:
      return run_key(choices.rest());
    case RecordKind::Programme:
      return run_programme(choices.rest());
    case RecordKind::Totals:
      return run_totals(choices.rest());
    case RecordKind::Account:
      return run_account(choices);
    case RecordKind::Lots:
      return run_lots(choices.rest());
    case RecordKind::Campaign:
      return run_campaign(choices.rest());
    case RecordKind::Ref:
      return run_ref(choices.rest());
    case RecordKind::Hold:
      return run_record(choices.rest(), hold_key(HoldId()), decode_hold,
                        [](auto& d, auto& r) { return put_hold(d, HoldId(), r); });
    case RecordKind::Return:
      return run_record(choices.rest(), return_key(kCafe, OrderKey()), decode_return,
                        [](auto& d, auto& r) { return put_return(d, kCafe, OrderKey(), r); });
    case RecordKind::Pool:
      return run_pool(choices.rest());
    default:
      return run_identity(kind, choices.rest());
  }
}

/// An account with two pages of dated lots, and some of each other kind.
Account full_account(const StateView& view) {
  Account account = Account::open(view, kAccount, test::kStart);
  account.head = test::a_full_head();
  for (std::uint16_t i = 0; i < 65; ++i) {
    Lot lot = test::a_full_lot(i);
    lot.idle = false;
    CHECK(account.add_lot(lot).ok());
  }
  CHECK(account.add_lot(test::a_full_lot(65)).ok());
  CHECK(account.add_pending({test::a_full_lot(66), WaitsFor::Event, "ten"}).ok());
  CHECK(account.remember_expired(test::a_full_lot(67)).ok());
  return account;
}

void put_identity(StateDelta& delta) {
  CHECK(put_commitment(delta, kCafe, Hash(), kAccount.member).ok());
  CHECK(put_token(delta, kCafe, TokenId(), {kAccount.member, true}).ok());
  CHECK(put_pool(delta, kCafe, PoolId(), {test::member(1), kAccount.member}).ok());
  CHECK(put_merged(delta, kAccount, test::a_full_merge()).ok());
  CHECK(put_recovery(delta, kAccount.member, test::a_full_recovery()).ok());
  CHECK(put_adjusted(delta, kCafe, KeyId(), {-1, test::points(3)}).ok());
  CHECK(put_opened(delta, kCafe, "old:1").ok());
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const auto chosen = static_cast<std::uint8_t>(choices.below(kRecordKey + 1));
  if (chosen == kProof) return run_proof(choices.rest());
  if (chosen == kRecordKey) return run_record_key(choices.rest());
  run_kind(static_cast<RecordKind>(chosen), choices);
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
  CHECK(put_hold(delta, HoldId(), test::a_full_hold()).ok());
  CHECK(put_return(delta, kCafe, OrderKey(), test::a_full_return()).ok());
  put_identity(delta);
  CHECK(full_account(view).store(delta).ok());

  std::vector<Bytes> all;
  StateRoot root(2);
  std::uint8_t name = 0;
  for (const auto& [key, change] : delta.records()) {
    root.add(key, *change.after);
    all.push_back(after(kRecordKey, key.bytes));
    const auto kind = static_cast<std::uint8_t>(key.kind());
    if (key.kind() == RecordKind::Consortium) {
      for (name = 0; name < 6; ++name)
        all.push_back(after(kind, after(name, *change.after)));
      continue;
    }
    Bytes seed{kind};
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
