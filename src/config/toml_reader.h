// TomlFile: a TOML text read strictly, key by key. It gathers every fault with its place, so that
// one run tells all that is wrong with a file.
#pragma once

#include "config/fault_kinds.h"

#include <tally/base/calendar.h>
#include <tally/base/time.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace tally::config {

/// A key that people look for here, and why it is not here. `path` covers what stands below it.
struct KeyElsewhere {
  std::string_view path;
  enum class Why { Elsewhere, NoSwitch } why;
  std::string_view expected;
};

class TomlTable;

class TomlFile {
 public:
  /// Parses at once. A line that is not TOML is a fault, and is left out of what is read; where
  /// that cannot be done, only such faults are told. `file` names the text in what is said.
  TomlFile(std::string_view text, std::string file, const FileKinds& kinds);
  TomlFile(const TomlFile&) = delete;
  TomlFile& operator=(const TomlFile&) = delete;

  /// Whether there is something to read.
  [[nodiscard]] bool parsed() const { return parsed_; }
  [[nodiscard]] TomlTable root();
  [[nodiscard]] const FileKinds& kinds() const { return kinds_; }

  void add(Fault fault);  ///< `where` already set
  void add(const FaultKind& kind, const std::string& path, std::string got, std::string expected,
           std::string fix = "");
  /// A failed check of the whole, whose message begins with a field's path: placed at that field.
  void add_checked(const FaultKind& kind, const Error& error);
  /// Where the key at `path` stands, "founders[0].name" or the nearest table above it.
  [[nodiscard]] std::string where(std::string_view path) const;

  /// All faults by line; the table of keys elsewhere is asked about unknown ones.
  [[nodiscard]] bool has_faults() const { return !faults_.empty(); }
  [[nodiscard]] Faults take_faults();

  // For those who place faults after the file has gone.
  [[nodiscard]] std::vector<PlacedFault> take_placed_faults() { return std::move(faults_); }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// Of each key and entry of a list, by its path.
  [[nodiscard]] const std::map<std::string, Place, std::less<>>& places() const { return places_; }
  /// Where the text of each key begins, at its quote.
  [[nodiscard]] const std::map<std::string, Place, std::less<>>& texts() const { return texts_; }
  /// Paths of keys of which a fault was told, missing ones among them; of keys on lines that could
  /// not be read, the last name alone.
  [[nodiscard]] const std::set<std::string, std::less<>>& faulty() const { return faulty_; }

 private:
  friend class TomlTable;

  void parse();
  [[nodiscard]] bool recover(const toml::parse_error& error);
  [[nodiscard]] bool check_utf8();
  [[nodiscard]] Place place(std::string_view path) const;
  [[nodiscard]] std::string text_of(Place place) const;
  void add_at(Place place, Fault fault);
  void remember(const toml::table& table, const std::string& path);
  void remember(const toml::node& node, const std::string& path);

  std::string text_;
  std::string file_;
  const FileKinds& kinds_;
  toml::table table_;
  bool parsed_ = false;
  std::map<std::string, Place, std::less<>> places_;
  std::map<std::string, Place, std::less<>> texts_;
  std::set<std::string> damaged_;  ///< keys on lines that could not be read
  std::set<std::string, std::less<>> faulty_;
  std::vector<PlacedFault> faults_;
};

/// One table of a file. Each key is asked for once; finish() tells the keys that nobody asked for.
class TomlTable {
 public:
  TomlTable(TomlFile& file, const toml::table* table, std::string path)
      : file_(&file), table_(table), path_(std::move(path)) {}

  [[nodiscard]] bool exists() const { return table_ != nullptr; }
  /// Whether the key is there; it counts as known.
  [[nodiscard]] bool has(const char* key);
  [[nodiscard]] bool is_text(const char* key) const;
  [[nodiscard]] bool is_list(const char* key) const;
  enum class Type { Boolean, Integer, Text, Other };
  [[nodiscard]] Type type(const char* key) const;
  /// The names of all its keys, which count as known.
  [[nodiscard]] std::vector<std::string> keys();
  [[nodiscard]] bool is_empty() const { return table_ == nullptr || table_->empty(); }

  // Nothing where the key is missing, of another type or out of range: the fault is noted.
  [[nodiscard]] std::optional<std::string> text(const char* key);      ///< not empty
  [[nodiscard]] std::optional<std::string> any_text(const char* key);  ///< may be empty
  [[nodiscard]] std::optional<std::int64_t> integer(const char* key, std::int64_t least,
                                                    std::int64_t most);
  [[nodiscard]] std::optional<bool> boolean(const char* key);
  [[nodiscard]] std::optional<Timestamp> time(const char* key);  ///< with an offset from UTC
  [[nodiscard]] std::optional<Duration> duration(const char* key);
  /// Milliseconds since 1970-01-01 00:00 on the merchant's clocks, by a time without an offset.
  [[nodiscard]] std::optional<std::int64_t> local_time(const char* key);
  // Lists of at least one entry, each of which must be right.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(const char* key, std::size_t most);
  [[nodiscard]] std::optional<std::vector<CivilDate>> dates(const char* key, std::size_t most);
  /// Of just `count` entries.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const char* key,
                                                                  std::size_t count,
                                                                  std::int64_t least,
                                                                  std::int64_t most);
  /// One of `words`, as its place among them.
  [[nodiscard]] std::optional<std::size_t> word(const char* key,
                                                const std::vector<std::string>& words);
  /// An empty one where it is missing, so that each key that it lacks is told.
  [[nodiscard]] TomlTable table(const char* key);
  [[nodiscard]] std::vector<TomlTable> tables(const char* key, std::size_t most);

  void finish(const std::vector<KeyElsewhere>& elsewhere = {});
  [[nodiscard]] std::string path_of(std::string_view key) const;
  void fault(const FaultKind& kind, const char* key, std::string got, std::string expected,
             std::string fix = "");

 private:
  [[nodiscard]] const toml::node* find(const char* key, const char* type);
  [[nodiscard]] const toml::array* list(const char* key, const char* of, std::size_t most);
  void wrong_type(const char* key, const toml::node& node, const char* expected);
  void unknown(const std::string& key, const toml::node& node,
               const std::vector<KeyElsewhere>& elsewhere);

  TomlFile* file_;
  const toml::table* table_;
  std::string path_;
  std::vector<std::string> known_;
};

/// The text of a regular file of at most `size_max` bytes; a pipe or device is refused without
/// waiting, and a configuration that the world may write.
[[nodiscard]] OrFaults<std::string> read_regular_file(const std::string& path, std::size_t size_max,
                                                      const FileKinds& kinds);

}  // namespace tally::config
