// The list of kinds: their numbers, their names, and which decoder reads which.
#include <tally/base/check.h>
#include <tally/model/action.h>

namespace tally {
namespace {

/// Empty for a number that is no kind.
std::string_view name_or_empty(ActionKind kind) {
  switch (kind) {
    case ActionKind::Due:
      return "due";
    case ActionKind::Enrol:
      return "enrol";
    case ActionKind::RegisterKey:
      return "register_key";
    case ActionKind::PublishSegment:
      return "publish_segment";
    case ActionKind::AdvanceClock:
      return "advance_clock";
    case ActionKind::Earn:
      return "earn";
    case ActionKind::Redeem:
      return "redeem";
    case ActionKind::Transfer:
      return "transfer";
    case ActionKind::Attest:
      return "attest";
    case ActionKind::PublishProgramme:
      return "publish_programme";
    case ActionKind::PublishCampaign:
      return "publish_campaign";
  }
  return {};
}

constexpr ActionKind kind_of_fields(const Enrol&) {
  return ActionKind::Enrol;
}
constexpr ActionKind kind_of_fields(const RegisterKey&) {
  return ActionKind::RegisterKey;
}
constexpr ActionKind kind_of_fields(const PublishSegment&) {
  return ActionKind::PublishSegment;
}
constexpr ActionKind kind_of_fields(const AdvanceClock&) {
  return ActionKind::AdvanceClock;
}
constexpr ActionKind kind_of_fields(const Earn&) {
  return ActionKind::Earn;
}
constexpr ActionKind kind_of_fields(const Redeem&) {
  return ActionKind::Redeem;
}
constexpr ActionKind kind_of_fields(const Transfer&) {
  return ActionKind::Transfer;
}
constexpr ActionKind kind_of_fields(const Attest&) {
  return ActionKind::Attest;
}
constexpr ActionKind kind_of_fields(const PublishProgramme&) {
  return ActionKind::PublishProgramme;
}
constexpr ActionKind kind_of_fields(const PublishCampaign&) {
  return ActionKind::PublishCampaign;
}

template <typename Fields>
Action decode_fields(codec::Reader& in) {
  Fields fields;
  decode(in, fields);
  return fields;
}

}  // namespace

ActionKind kind_of(const Action& action) {
  return std::visit([](const auto& fields) { return kind_of_fields(fields); }, action);
}

std::string_view name_of(ActionKind kind) {
  const std::string_view name = name_or_empty(kind);
  CHECK(!name.empty());
  return name;
}

bool is_known(ActionKind kind) {
  return !name_or_empty(kind).empty();
}

bool may_have_order(ActionKind kind) {
  return kind == ActionKind::Earn || kind == ActionKind::Redeem;
}

void encode(codec::Writer& out, const Action& action) {
  out.u16(static_cast<std::uint16_t>(kind_of(action)));
  std::visit([&out](const auto& fields) { encode(out, fields); }, action);
}

Action decode_action(codec::Reader& in) {
  const auto kind = static_cast<ActionKind>(in.u16());
  switch (kind) {
    case ActionKind::Due:  // a receipt's kind: nobody sends it
      break;
    case ActionKind::Enrol:
      return decode_fields<Enrol>(in);
    case ActionKind::RegisterKey:
      return decode_fields<RegisterKey>(in);
    case ActionKind::PublishSegment:
      return decode_fields<PublishSegment>(in);
    case ActionKind::AdvanceClock:
      return decode_fields<AdvanceClock>(in);
    case ActionKind::Earn:
      return decode_fields<Earn>(in);
    case ActionKind::Redeem:
      return decode_fields<Redeem>(in);
    case ActionKind::Transfer:
      return decode_fields<Transfer>(in);
    case ActionKind::Attest:
      return decode_fields<Attest>(in);
    case ActionKind::PublishProgramme:
      return decode_fields<PublishProgramme>(in);
    case ActionKind::PublishCampaign:
      return decode_fields<PublishCampaign>(in);
  }
  in.fail("unknown kind of transaction " + std::to_string(static_cast<std::uint16_t>(kind)));
  return {};
}

}  // namespace tally
