// Blocks, and what is compared after each.
#include "property/property_run.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>

#include "property/property_story.h"
#include "property/property_writer.h"
#include "support/test_ledger.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <sstream>
#include <tuple>

namespace tally::test {
namespace {

constexpr Ms kDayMs = 86'400'000;

/// Sums of one account or of the programme; ISSUED is the source.
using Sums = std::array<Amount, 5>;
enum Place { kAvailable, kHeld, kPending, kDebt, kOthers };

/// What one point of a line moves, by the table of design/loyalty.md §3.
Sums moved_by(LineKind kind) {
  switch (kind) {
    case LineKind::Earned:
    case LineKind::AdjustedUp:
    case LineKind::Opened:
    case LineKind::Received:
    case LineKind::GivenBack:
    case LineKind::Reinstated:
    case LineKind::JoinedAvailable:
    case LineKind::ExchangedIn:
      return {1, 0, 0, 0, 0};
    case LineKind::Redeemed:
    case LineKind::Sent:
    case LineKind::Fee:
    case LineKind::Expired:
    case LineKind::Clawed:
    case LineKind::Forfeited:
    case LineKind::AdjustedDown:
    case LineKind::LeftAvailable:
    case LineKind::ExchangedOut:
      return {-1, 0, 0, 0, 0};
    case LineKind::Pended:
    case LineKind::JoinedPending:
      return {0, 0, 1, 0, 0};
    case LineKind::ClawedPending:
    case LineKind::ForfeitedPending:
    case LineKind::LeftPending:
      return {0, 0, -1, 0, 0};
    case LineKind::Activated:
      return {1, 0, -1, 0, 0};
    case LineKind::Settled:
      return {-1, 0, 0, -1, 0};
    case LineKind::Held:
      return {-1, 1, 0, 0, 0};
    case LineKind::Captured:
      return {0, -1, 0, 0, 0};
    case LineKind::Released:
      return {1, -1, 0, 0, 0};
    case LineKind::Owed:
    case LineKind::JoinedDebt:
      return {0, 0, 0, 1, 0};
    case LineKind::WrittenOff:
    case LineKind::LeftDebt:
      return {0, 0, 0, -1, 0};
    case LineKind::Unrecovered:
    case LineKind::Extended:
      return {};
  }
  CHECK(false);
}

std::vector<crypto::PublicKey> spares() {
  std::vector<crypto::PublicKey> keys;
  for (std::uint64_t seed = 31; seed <= 42; ++seed)
    keys.push_back(key_from_seed(seed).public_key());
  return keys;
}

const Cast& the_cast() {
  static const Cast cast{{key_from_seed(11).public_key(), key_from_seed(12).public_key(),
                          key_from_seed(13).public_key(), key_from_seed(14).public_key()},
                         founder_keys(kCafe).operator_key.public_key(),
                         key_from_seed(21).public_key(),
                         key_from_seed(22).public_key(),
                         spares(),
                         founder_keys(kBakery).operator_key.public_key()};
  return cast;
}

TestChain a_chain() {
  TestChain chain = a_genesis(4);
  chain.genesis.content.parameters.request_memory = Duration(30 * kDayMs);
  chain.genesis.content.parameters.state_buckets = 64;
  sign_again(chain);
  return chain;
}

}  // namespace

class PropertyRun::Run {
 public:
  explicit Run(ModelRules rules)
      : ledger_(a_chain()),
        model_(with_parameters(std::move(rules), ledger_)),
        writer_(the_cast(), model_) {
    model_.add_operator(the_cast().first_operator.id());
    model_.add_operator(the_cast().second_operator.id());
    model_.add_terminal(the_cast().terminal.id(), kTill);
    begin();
  }

  /// A line for each answer.
  [[nodiscard]] const std::string& met() const { return met_; }

  std::optional<std::string> over(const Steps& steps) {
    for (const Step& step : steps) {
      if (fault_.has_value()) break;
      if (step.kind == StepKind::Advance) {
        close_block();
        advance(step);
        continue;
      }
      auto sent = writer_.write(step, now());
      if (!sent.has_value()) continue;
      block_.push_back(std::move(*sent));
      // An account may get back a date that has passed: what follows in its block would run that
      // for the accounts that it touches, and leave the others to the next block.
      if (std::holds_alternative<Unmerge>(block_.back().transaction.action)) close_block();
    }
    if (!fault_.has_value()) close_block();
    if (!fault_.has_value()) return std::nullopt;
    return story_ + *fault_;
  }

 private:
  static ModelRules with_parameters(ModelRules rules, const TestLedger& ledger) {
    const Parameters& parameters = ledger.chain.genesis.content.parameters;
    rules.memory = parameters.request_memory.milliseconds();
    rules.validity_max = parameters.validity_max.milliseconds();
    return rules;
  }

  Ms now() const { return ledger_.next_time().milliseconds(); }

  void begin() {
    const auto must = [&](const Transaction& transaction) {
      CHECK(ledger_.run(transaction).outcome == Outcome::Accepted);
    };
    const Timestamp until = Timestamp(now()).plus(kHour);
    must(a_publication()
             .programme(model_.rules().programme)
             .request(1'000'000)
             .valid_until(until)
             .build());
    must(a_key_registration()
             .key(the_cast().terminal)
             .role(Role::Terminal)
             .named(kTill)
             .request(1'000'001)
             .valid_until(until)
             .build());
    must(a_key_registration()
             .key(the_cast().second_operator)
             .role(Role::Operator)
             .request(1'000'002)
             .valid_until(until)
             .build());
    for (std::uint64_t n = 1; n <= 6; ++n)
      block_.push_back(writer_.enrolment(n, n, now()));
    // Near the most that a member is in.
    for (std::uint64_t n = 1; n < limits::kSegmentsMax; ++n)
      block_.push_back(writer_.first_segment(n, now()));
    close_block();
    ledger_.at(Timestamp(now() + 30 * kDayMs));
  }

  void advance(const Step& step) {
    const Ms then = ledger_.header.ledger_time.milliseconds();
    Ms target = then + 1;
    const std::vector<Ms> ahead = model_.deadlines(then);
    switch (step.a % 16) {
      case 0:
      case 1:
      case 2:
      case 3:
        break;
      case 4:
      case 5:
      case 6:
      case 7:
        target = then + 1 + step.b % 60'000;
        break;
      case 8:
      case 9:
        target = then + (1 + step.b % 30) * 3'600'000;
        break;
      case 10:
        target = then + (1 + step.b % 12) * kDayMs;
        break;
      default:
        if (ahead.empty()) break;
        target = ahead[step.b % std::min<std::size_t>(ahead.size(), step.c % 8 == 0 ? 16 : 2)];
        target += step.c / 3 % 3;
        --target;  // one before, at it, one after
    }
    // No step is longer than what tells one programme from the other.
    target = std::min(target, then + 200 * kDayMs);
    ledger_.at(Timestamp(std::max(target, then + 1)));
  }

  void close_block() {
    std::vector<TestLedger::Signed> submissions;
    for (const Sent& sent : block_)
      submissions.push_back({sent.key, {sent.transaction}});
    const Timestamp at = Timestamp(now());
    story_ += "t " + std::to_string(at.milliseconds()) + "\n";
    auto result = ledger_.execute(submissions);
    if (!result.ok()) {
      for (const Sent& sent : block_)
        story_ += "  " + story_of(sent.transaction) + "\n";
      return fail("the block does not execute: " + result.error().message);
    }
    const std::vector<Receipt> receipts = ledger_.commit(std::move(result.value()));
    model_.begin_block(ledger_.header.height.value(), at.milliseconds());
    std::size_t next = 0;
    bool parted = false;
    for (const Receipt& receipt : receipts) {
      parted = parted || receipt.kind == ActionKind::Unmerge;
      for (const ReceiptLine& line : receipt.lines)
        add(line);
      if (receipt.kind == ActionKind::Due) {
        story_ += "  " + story_of(receipt) + "\n";
        continue;
      }
      check(block_.at(next++), receipt, at.milliseconds());
      if (fault_.has_value()) return;
    }
    block_.clear();
    if (!parted && is_due_at(at))
      return fail("something is due at the block's time and has not run");
    compare();
  }

  bool is_due_at(Timestamp at) const {
    const auto any = [&](state::DueClass which) {
      return !ledger_.view.due(which, at, 1).value().empty();
    };
    return any(state::DueClass::Own) || any(state::DueClass::Shared);
  }

  void check(const Sent& sent, const Receipt& receipt, Ms at) {
    const char* who = sent.key == &the_cast().terminal          ? " by terminal"
                      : sent.key == &the_cast().second_operator ? " by second"
                      : sent.key == &the_cast().stranger        ? " by stranger"
                                                                : "";
    story_ += "  " + story_of(sent.transaction) + who + "\n    -> " + story_of(receipt) + "\n";
    met_ += std::string(name_of(receipt.kind)) + " " + std::string(name_of(receipt.outcome)) + "\n";
    const ModelCall call{&sent.transaction, sent.key->id(), receipt.position, at};
    const ModelAnswer answer = model_.judge(call);
    if (!answer.allows(receipt.outcome)) {
      std::string wanted;
      for (const Outcome outcome : answer.must)
        wanted += " " + std::string(name_of(outcome));
      return fail("the model says" + (wanted.empty() ? " ACCEPTED" : wanted));
    }
    model_.apply(call, receipt.outcome);
    const bool pays = receipt.kind == ActionKind::Redeem || receipt.kind == ActionKind::Capture;
    if (pays && receipt.outcome == Outcome::Accepted)
      expect("what the points paid", receipt.value.minor_units(), model_.last_paid());
  }

  void add(const ReceiptLine& line) {
    const Sums moved = moved_by(line.kind);
    Sums& sums = sums_[line.account.member];
    for (std::size_t i = 0; i < moved.size(); ++i)
      sums[i] += moved[i] * line.points.value();
  }

  void compare() {
    Sums all{};
    for (const auto& [member, wanted] : model_.accounts()) {
      auto account = state::Account::load(ledger_.view, AccountId{member, kCafe}).value();
      if (!account.has_value()) return fail("no account" + label(member));
      compare_account(member, wanted, *account);
      const Sums sums = sums_of(account->head);
      for (std::size_t i = 0; i < sums.size(); ++i)
        all[i] += sums[i];
    }
    compare_totals(all);
    for (const auto& [id, spent] : model_.spent())
      expect("budget of " + id, state::find_campaign(ledger_.view, kCafe, id).value().spent.value(),
             spent);
    if (ledger_.root.root() != ledger_.header.state_root) fail("the root differs");
  }

  static Sums sums_of(const state::AccountHead& head) {
    return {head.available.value(), head.held.value(), head.pending.value(), head.debt.value(), 0};
  }
  static std::string label(const MemberId& member) {
    return " of m" + std::to_string(member.array().back());
  }

  void compare_account(const MemberId& member, const ModelAccount& wanted,
                       state::Account& account) {
    const Sums sums = sums_of(account.head);
    expect("available" + label(member), sums[kAvailable], model_.available(member));
    expect("held" + label(member), sums[kHeld], model_.held(member));
    expect("pending" + label(member), sums[kPending], model_.pending(member));
    expect("debt" + label(member), sums[kDebt], wanted.debt);
    if (sums != sums_[member]) fail("receipts do not add up to the sums" + label(member));
    if (wanted.debt > 0 && sums[kAvailable] > 0) fail("debt beside points (I3)" + label(member));
    const auto state = wanted.alias.has_value() ? state::AccountState::Merged
                       : wanted.closed          ? state::AccountState::Closed
                       : wanted.fraud           ? state::AccountState::Fraud
                       : wanted.soft            ? state::AccountState::Soft
                                                : state::AccountState::Open;
    if (account.head.state != state) fail("another state" + label(member));
    const std::vector<std::string>& segments = account.head.standing.segments;
    if (!wanted.segments_open &&
        std::set<std::string>(segments.begin(), segments.end()) != wanted.segments)
      fail("other segments" + label(member));
    if (account.head.pool != wanted.pool) fail("another pool" + label(member));
    compare_lots(member, wanted, account);
  }

  using LotWords = std::vector<std::string>;
  static std::string lot_words(Ms expires, Ms earned, const LotId& id, Amount remaining,
                               bool late) {
    return std::to_string(id.transaction.height.value()) + "/" +
           std::to_string(id.transaction.index) + "/" + std::to_string(id.entry) + " " +
           std::to_string(remaining) + " earned " + std::to_string(earned) + " until " +
           (expires == kNeverMs ? "never" : std::to_string(expires)) + (late ? " late" : "");
  }
  static std::string joined(LotWords words) {
    std::sort(words.begin(), words.end());
    std::string all;
    for (const std::string& each : words)
      all += "\n      " + each;
    return all.empty() ? " none" : all;
  }

  void compare_lots(const MemberId& member, const ModelAccount& wanted, state::Account& account) {
    LotWords got;
    LotWords should;
    const std::vector<state::Lot> lots = account.all_lots().value();
    for (const state::Lot& lot : lots) {
      const Timestamp expires = lot.idle ? account.head.idle_at : lot.expires_at;
      got.push_back(lot_words(expires.milliseconds(), lot.earned_at.milliseconds(), lot.id,
                              lot.remaining.value(), lot.late_date));
      if (lot.remaining > lot.original) fail("more remains than there was (I8)" + label(member));
    }
    for (const ModelLot& lot : wanted.lots)
      should.push_back(lot_words(lot.idle ? wanted.idle_at : lot.expires, lot.earned, lot.id,
                                 lot.remaining, lot.late));
    if (joined(got) != joined(should))
      fail("lots" + label(member) + " are" + joined(got) + "\n    should be" + joined(should));
    got.clear();
    should.clear();
    const std::vector<state::PendingLot> waits = account.all_pending().value();
    for (const state::PendingLot& waiting : waits)
      got.push_back(lot_words(waiting.lot.available_at.milliseconds(),
                              waiting.lot.earned_at.milliseconds(), waiting.lot.id,
                              waiting.lot.remaining.value(), false));
    for (const ModelWaiting& waiting : wanted.waiting)
      should.push_back(lot_words(waiting.lot.available_at, waiting.lot.earned, waiting.lot.id,
                                 waiting.lot.remaining, false));
    if (joined(got) != joined(should))
      fail("waiting lots" + label(member) + " are" + joined(got) + "\n    should be" +
           joined(should));
  }

  void compare_totals(const Sums& all) {
    const state::Totals totals = state::totals(ledger_.view, kCafe).value();
    const ModelTotals& wanted = model_.totals();
    expect("AVAILABLE", totals.available.value(), all[kAvailable]);
    expect("HELD", totals.held.value(), all[kHeld]);
    expect("PENDING", totals.pending.value(), all[kPending]);
    expect("DEBT", totals.debt.value(), all[kDebt]);
    expect("ISSUED", totals.issued.value(), wanted.issued);
    expect("REDEEMED", totals.redeemed.value(), wanted.redeemed);
    expect("EXPIRED", totals.expired.value(), wanted.expired);
    expect("FEES", totals.fees.value(), wanted.fees);
    expect("CLAWED", totals.clawed.value(), wanted.clawed);
    expect("FORFEITED", totals.forfeited.value(), wanted.forfeited);
    expect("UNRECOVERED", totals.unrecovered.value(), wanted.unrecovered);
    const Amount others = totals.redeemed.value() + totals.expired.value() + totals.fees.value() +
                          totals.clawed.value() + totals.forfeited.value();
    expect("the sum of all accounts (I1)",
           all[kAvailable] + all[kHeld] + all[kPending] - all[kDebt] + others,
           totals.issued.value());
  }

  void expect(const std::string& what, Amount got, Amount wanted) {
    if (got != wanted)
      fail(what + " is " + std::to_string(got) + ", should be " + std::to_string(wanted));
  }
  void fail(const std::string& what) {
    if (!fault_.has_value()) fault_ = "  !! " + what;
  }

  TestLedger ledger_;
  LedgerModel model_;
  StepWriter writer_;
  std::vector<Sent> block_;
  std::map<MemberId, Sums> sums_;  ///< by receipts alone
  std::string story_;
  std::string met_;
  std::optional<std::string> fault_;
};

namespace {

/// Stands between what was met and what was wrong.
constexpr char kEndOfMet = '\f';

void write_all(int pipe_end, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = write(pipe_end, text.data() + done, text.size() - done);
    CHECK(written > 0);
    done += static_cast<std::size_t>(written);
  }
}

std::string read_all(int pipe_end) {
  std::string text;
  std::array<char, 4'096> piece{};
  for (;;) {
    const ssize_t got = read(pipe_end, piece.data(), piece.size());
    CHECK(got >= 0);
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

PropertyRun::PropertyRun(const ModelRules& rules) : run_(std::make_unique<Run>(rules)) {}
PropertyRun::~PropertyRun() = default;
PropertyRun::PropertyRun(PropertyRun&&) noexcept = default;
PropertyRun& PropertyRun::operator=(PropertyRun&&) noexcept = default;

std::optional<std::string> PropertyRun::first_disagreement(const Steps& steps, Met& met) const {
  std::array<int, 2> ends{};
  CHECK(pipe(ends.data()) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    close(ends[0]);
    // Nothing may leave the child by another way than this: it would run the tests to their end.
    try {
      const std::string fault = run_->over(steps).value_or("");
      write_all(ends[1], run_->met() + kEndOfMet + fault);
    } catch (const std::exception& fault) {
      write_all(ends[1], kEndOfMet + std::string("the model threw: ") + fault.what());
    }
    _exit(0);
  }
  close(ends[1]);
  const std::string said = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  if (!WIFEXITED(status))
    return "the process died of signal " + std::to_string(WTERMSIG(status)) + ": see above";
  const std::size_t end = said.find(kEndOfMet);
  CHECK(end != std::string::npos);
  std::istringstream lines(said.substr(0, end));
  for (std::string line; std::getline(lines, line);)
    ++met[line];
  if (end + 1 == said.size()) return std::nullopt;
  return said.substr(end + 1);
}

}  // namespace tally::test
