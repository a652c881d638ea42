// Whose a deed is.
#include <tally/model/deed.h>

namespace tally {

std::optional<AccountId> account_of_deed(const Action& action) {
  if (const auto* earn = std::get_if<Earn>(&action))
    return AccountId{earn->member, earn->programme};
  if (const auto* enrol = std::get_if<Enrol>(&action))
    return AccountId{enrol->member, enrol->programme};
  if (const auto* attest = std::get_if<Attest>(&action))
    return AccountId{attest->member, attest->programme};
  return std::nullopt;
}

}  // namespace tally
