// The vault's file, and what is derived from it.
#include "app/vault.h"

#include <tally/base/bytes.h>
#include <tally/base/check.h>
#include <tally/config/text.h>

#include "app/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace tally::app {
namespace {

using nlohmann::json;

constexpr std::size_t kVaultBytesMax = 1 << 30;  // some four million people

Fault bad_text(const std::string& what) {
  return Fault{kBadInput, what, "one line of text", "", ""};
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

template <typename Fixed>
Fixed random_bytes() {
  Fixed fixed;
  const ssize_t got = getrandom(fixed.array().data(), Fixed::kSize, 0);
  CHECK(got == static_cast<ssize_t>(Fixed::kSize));  // up to 256 bytes are never cut short
  return fixed;
}

template <typename Fixed>
Result<Fixed> fixed_in(const json& object, const char* name) {
  return fixed_from_hex<Fixed>(object.at(name).get<std::string>());
}

Hash commitment_of(const Hash& pepper, const std::string& identity) {
  return crypto::hmac_sha256(pepper.view(), as_bytes(identity));
}

}  // namespace

OrFaults<std::string> normalised_identity(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_blank(c)) {
      if (!result.empty() && result.back() != ' ') result.push_back(' ');
      continue;
    }
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
      return config::fail(bad_text("a control character"));
    result.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  if (result.empty()) return config::fail(bad_text("nothing"));
  return result;
}

OrFaults<std::string> normalised_card(std::string_view text) {
  OrFaults<std::string> card = normalised_identity(text);
  if (!card) return card;
  std::erase_if(*card, [](char c) { return c == ' ' || c == '-'; });
  if (card->empty()) return config::fail(bad_text("nothing"));
  return card;
}

OrFaults<Vault> Vault::open(const std::string& path, bool may_make) {
  const std::string shown = config::shown_path(path);
  struct stat status {};
  const bool is_there = lstat(path.c_str(), &status) == 0;
  if (!is_there && (errno != ENOENT || !may_make))
    return config::fail(
        Fault{kNotFound, std::strerror(errno), "a vault", shown, "tally member commit makes one"});
  if (is_there && ((status.st_mode & 077U) != 0 || status.st_uid != geteuid()))
    return config::fail(Fault{kKeyOpenToOthers, "a vault that others can read",
                              "mode 0600 and this user's", shown, "chmod 600 " + shown});
  // Beside it, since the file itself is replaced by each change.
  const std::string beside = path + ".lock";
  const int lock = ::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0)
    return config::fail(Fault{kCannotWrite, std::strerror(errno), "", config::shown_path(beside),
                              "make room, or choose another place"});
  Vault vault(path, lock);
  if (!is_there) {
    vault.key_ = random_bytes<Hash>();
    if (lstat(path.c_str(), &status) != 0) return vault;  // nobody made it while we waited
  }
  if (Faults faults = vault.read(); !faults.empty()) return config::fail(std::move(faults));
  return vault;
}

Vault::Vault(Vault&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      key_(other.key_),
      people_(std::move(other.people_)) {}

Vault::~Vault() {
  if (lock_ >= 0) close(lock_);
}

Faults Vault::read() {
  const auto bad = [&](const std::string& what) {
    return Faults{Fault{kBadInput, printable(what), "a vault", config::shown_path(path_),
                        "choose another file: --vault PATH"}};
  };
  const OrFaults<std::string> text = read_file(path_, kVaultBytesMax, kBadInput);
  if (!text) return text.error();
  try {
    const json whole = json::parse(*text);
    if (whole.at("format").get<int>() != 1) return bad("another format");
    const Result<Hash> key = fixed_in<Hash>(whole, "key");
    if (!key.ok()) return bad(key.error().message);
    key_ = *key;
    for (const json& entry : whole.at("people")) {
      const Result<Hash> person = fixed_in<Hash>(entry, "person");
      const Result<MemberId> member = fixed_in<MemberId>(entry, "member");
      const Result<Hash> pepper = fixed_in<Hash>(entry, "pepper");
      if (!person.ok() || !member.ok() || !pepper.ok()) return bad("a person not understood");
      if (!people_.emplace(*person, Person{*member, *pepper}).second) return bad("a person twice");
    }
    return {};
  } catch (const json::exception& error) {
    return bad(error.what());
  }
}

Hash Vault::keyed(std::string_view purpose, const std::string& text) const {
  return crypto::hmac_sha256(key_.view(), as_bytes(std::string(purpose) + ":" + text));
}

std::optional<Known> Vault::find(const std::string& identity) const {
  const auto found = people_.find(keyed("person", identity));
  if (found == people_.end()) return std::nullopt;
  return Known{found->second.member, commitment_of(found->second.pepper, identity)};
}

Known Vault::find_or_add(const std::string& identity) {
  const Person fresh{random_bytes<MemberId>(), random_bytes<Hash>()};
  const auto [at, is_new] = people_.try_emplace(keyed("person", identity), fresh);
  return Known{at->second.member, commitment_of(at->second.pepper, identity)};
}

std::optional<MemberId> Vault::erase(const std::string& identity) {
  const auto found = people_.find(keyed("person", identity));
  if (found == people_.end()) return std::nullopt;
  const MemberId member = found->second.member;
  people_.erase(found);
  return member;
}

TokenId Vault::token(const std::string& card) const {
  return TokenId::from_view(keyed("card", card).view());
}

Faults Vault::save() const {
  json people = json::array();
  for (const auto& [person, known] : people_)
    people.push_back({{"person", to_hex(person.view())},
                      {"member", to_hex(known.member.view())},
                      {"pepper", to_hex(known.pepper.view())}});
  const json whole = {{"format", 1}, {"key", to_hex(key_.view())}, {"people", std::move(people)}};
  return replace_file(path_, whole.dump(1) + "\n");
}

}  // namespace tally::app
