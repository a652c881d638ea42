// Vault: which member on the ledger is which person, kept by the merchant and by nobody else
// (design/loyalty.md §14).
#pragma once

#include "app/fault_kinds.h"

#include <tally/model/ids.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tally::app {

/// Who a person is on the ledger.
struct Known {
  MemberId member;
  Hash commitment;
  friend bool operator==(const Known&, const Known&) = default;
};

/// An identity as it is compared: letters A–Z small, white space one blank, none at the ends.
/// CLI-014: nothing is left, or it has control characters.
[[nodiscard]] OrFaults<std::string> normalised_identity(std::string_view text);
/// A card's number without blanks and hyphens. CLI-014: as above.
[[nodiscard]] OrFaults<std::string> normalised_card(std::string_view text);

/// A file that has no identity in it: of each person HMAC(key, identity), a member id and a pepper,
/// both random. Whoever has it can look up those whose identity they know. While one is open no
/// other process can open it. FORMAT: stored; docs/members.md.
class Vault {
 public:
  /// The vault that stands at `path`; a new one, with a key of its own, where nothing does and
  /// `may_make`. CLI-014: it is none, KEY-002: open to others, NET-004: there is none.
  [[nodiscard]] static OrFaults<Vault> open(const std::string& path, bool may_make);
  Vault(Vault&& other) noexcept;
  Vault& operator=(Vault&&) = delete;
  ~Vault();

  // Of a normalised identity, or card.
  [[nodiscard]] std::optional<Known> find(const std::string& identity) const;
  /// As find; a new member with a new pepper where nobody is known by it.
  [[nodiscard]] Known find_or_add(const std::string& identity);
  /// Destroys pepper and mapping; who it was. nullopt: nobody is known by it.
  [[nodiscard]] std::optional<MemberId> erase(const std::string& identity);
  [[nodiscard]] TokenId token(const std::string& card) const;

  /// Writes the file, of mode 0600, whole or not at all.
  [[nodiscard]] Faults save() const;

 private:
  struct Person {
    MemberId member;
    Hash pepper;
  };

  Vault(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  [[nodiscard]] Faults read();
  [[nodiscard]] Hash keyed(std::string_view purpose, const std::string& text) const;

  std::string path_;
  int lock_ = -1;  ///< a descriptor; the lock goes with it
  Hash key_;
  std::map<Hash, Person> people_;  ///< by HMAC(key, identity)
};

}  // namespace tally::app
