// From postings to lines: what moved, how much, and until when.
#include <tally/words/postings.h>

#include "words/parts.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tally::words {
namespace {

/// What a line of a kind says; with a date where the kind has one to tell.
struct Saying {
  Sentence sentence;
  Timestamp ReceiptLine::*date = nullptr;
};

Saying saying_of(LineKind kind) {
  switch (kind) {
    case LineKind::Earned:
      return {Sentence::PostedEarned, &ReceiptLine::expires_at};
    case LineKind::Redeemed:
    case LineKind::Captured:
      return {Sentence::PostedUsed};
    case LineKind::Sent:
      return {Sentence::PostedSent};
    case LineKind::Received:
      return {Sentence::PostedReceived, &ReceiptLine::expires_at};
    case LineKind::Fee:
      return {Sentence::PostedFee};
    case LineKind::Expired:
      return {Sentence::PostedExpired};
    case LineKind::Pended:
      return {Sentence::PostedWaits, &ReceiptLine::available_at};
    case LineKind::Activated:
      return {Sentence::PostedActivated, &ReceiptLine::expires_at};
    case LineKind::Settled:
      return {Sentence::PostedSettled};
    case LineKind::Held:
      return {Sentence::PostedHeld};
    case LineKind::Released:
      return {Sentence::PostedReleased};
    case LineKind::GivenBack:
      return {Sentence::PostedGivenBack, &ReceiptLine::expires_at};
    case LineKind::ClawedPending:
      return {Sentence::PostedClawedWaiting};
    case LineKind::Clawed:
      return {Sentence::PostedClawed};
    case LineKind::Owed:
      return {Sentence::PostedOwed};
    case LineKind::Unrecovered:
      return {Sentence::PostedUnrecovered};
    case LineKind::Forfeited:
    case LineKind::ForfeitedPending:
      return {Sentence::PostedForfeited};
    case LineKind::WrittenOff:
      return {Sentence::PostedWrittenOff};
    case LineKind::Reinstated:
      return {Sentence::PostedReinstated, &ReceiptLine::expires_at};
    case LineKind::AdjustedUp:
      return {Sentence::PostedAdjustedUp, &ReceiptLine::expires_at};
    case LineKind::AdjustedDown:
      return {Sentence::PostedAdjustedDown};
    case LineKind::Opened:
      return {Sentence::PostedOpened, &ReceiptLine::expires_at};
    case LineKind::Extended:
      return {Sentence::PostedExtended, &ReceiptLine::expires_at};
    case LineKind::LeftAvailable:
    case LineKind::LeftPending:
      return {Sentence::PostedLeft};
    case LineKind::JoinedAvailable:
    case LineKind::JoinedPending:
      return {Sentence::PostedJoined};
    case LineKind::LeftDebt:
      return {Sentence::PostedDebtLeft};
    case LineKind::ExchangedOut:
      return {Sentence::PostedExchangedOut};
    case LineKind::ExchangedIn:
      return {Sentence::PostedExchangedIn, &ReceiptLine::expires_at};
    case LineKind::JoinedDebt:
      break;
  }
  return {Sentence::PostedDebtJoined};
}

/// Lines that are told as one.
struct Told {
  Saying saying;
  std::optional<Timestamp> date;
  Points points;
};

class Postings {
 public:
  Postings(std::span<const UtcOffset> offsets, const Style& style)
      : offsets_(offsets), parts_(style) {}

  /// The last day on which something is good that ends at `end`.
  [[nodiscard]] std::string last_day(Timestamp end) const {
    return parts_.day(civil_date(offsets_, Timestamp(end.milliseconds() - 1)));
  }
  [[nodiscard]] std::string moment(Timestamp at) const {
    const auto minutes = offset_minutes_at(offsets_, at);
    constexpr std::int64_t kMinuteMs = 60'000;
    return parts_.moment(
        LocalTime(static_cast<std::int64_t>(at.milliseconds()) + minutes * kMinuteMs));
  }
  [[nodiscard]] const Parts& parts() const { return parts_; }

  [[nodiscard]] std::string line(const Told& told) const {
    const std::string points = parts_.points(told.points);
    std::string text = parts_.say(told.saying.sentence, {{"points", points}});
    if (!told.date.has_value()) return text;
    const bool is_end = told.saying.date == &ReceiptLine::expires_at;
    if (*told.date == Timestamp::never())
      return text + " " + parts_.say(is_end ? Sentence::GoodForEver : Sentence::UntilAWord);
    if (is_end)
      return text + " " + parts_.say(Sentence::GoodUntil, {{"day", last_day(*told.date)}});
    return text + " " + parts_.say(Sentence::FromThen, {{"moment", moment(*told.date)}});
  }

 private:
  std::span<const UtcOffset> offsets_;
  Parts parts_;
};

std::vector<Told> told_of(const Receipt& receipt) {
  std::vector<Told> all;
  for (const ReceiptLine& line : receipt.lines) {
    if (line.points.is_zero()) continue;
    if (line.kind == LineKind::Earned && !receipt.rules.empty()) continue;
    const Saying saying = saying_of(line.kind);
    const auto date =
        saying.date == nullptr ? std::nullopt : std::optional<Timestamp>(line.*saying.date);
    const auto same = std::find_if(all.begin(), all.end(), [&](const Told& told) {
      return told.saying.sentence == saying.sentence && told.date == date;
    });
    if (same == all.end())
      all.push_back({saying, date, line.points});
    else
      same->points = checked_add(same->points, line.points).value_or(same->points);
  }
  return all;
}

}  // namespace

std::vector<std::string> lines_of(const Receipt& receipt, std::span<const UtcOffset> offsets,
                                  const Style& style) {
  const Postings postings(offsets, style);
  const Parts& parts = postings.parts();
  if (receipt.outcome != Outcome::Accepted)
    return {parts.say(Sentence::Refused, {{"why", std::string(sentence_of(receipt.outcome))}})};
  std::vector<std::string> lines;
  for (const Told& told : told_of(receipt))
    lines.push_back(postings.line(told));
  if (receipt.hold_until.has_value())
    lines.push_back(
        parts.say(Sentence::HeldUntil, {{"moment", postings.moment(*receipt.hold_until)}}));
  return lines;
}

std::vector<std::string> lines_of(const Missing& missing, std::span<const UtcOffset> offsets,
                                  const Style& style) {
  const Postings postings(offsets, style);
  const Parts& parts = postings.parts();
  std::vector<std::string> lines;
  if (!missing.points.is_zero())
    lines.push_back(parts.say(Sentence::Short, {{"points", parts.points(missing.points)}}));
  for (const NotYetUsable& each : missing.not_usable) {
    const std::string points = parts.points(each.points);
    if (each.until == Timestamp::never())
      lines.push_back(parts.say(Sentence::StillWaits, {{"points", points}}));
    else
      lines.push_back(parts.say(each.held ? Sentence::StillHeldUntil : Sentence::StillWaitsUntil,
                                {{"points", points}, {"moment", postings.moment(each.until)}}));
  }
  if (!missing.debt.is_zero())
    lines.push_back(parts.say(Sentence::Owes, {{"points", parts.points(missing.debt)}}));
  if (missing.not_before.has_value())
    lines.push_back(
        parts.say(Sentence::NotBefore, {{"moment", postings.moment(*missing.not_before)}}));
  return lines;
}

}  // namespace tally::words
