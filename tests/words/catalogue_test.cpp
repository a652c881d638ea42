// A catalogue is whole, or it is none.
#include <tally/words/catalogue.h>

#include <gtest/gtest.h>
#include <algorithm>

namespace tally::words {
namespace {

/// "gave <rule> <given> <how>": every sentence with all its placeholders.
class Words {
 public:
  Words() {
    for (const SentenceInfo& info : sentence_infos()) {
      std::string& text = texts_.emplace_back(info.name);
      for (const std::string_view name : info.placeholders)
        if (!name.empty()) text += " {" + std::string(name) + "}";
    }
    for (const SentenceInfo& info : sentence_infos())
      entries.push_back({info.sentence, texts_[entries.size()]});
  }
  std::vector<Entry> entries;

 private:
  std::vector<std::string> texts_;
};

std::string fault_of(std::span<const Entry> entries) {
  const Result<Catalogue> catalogue = Catalogue::from(entries);
  return catalogue.ok() ? "" : catalogue.error().message;
}

TEST(Catalogue, HasEverySentenceOnce) {
  Words words;
  EXPECT_EQ(fault_of(words.entries), "");
  words.entries.push_back(words.entries.front());
  EXPECT_EQ(fault_of(words.entries), "gave: it is there twice");
  words.entries.erase(words.entries.begin());
  words.entries.pop_back();
  EXPECT_EQ(fault_of(words.entries), "gave: it is missing");
}

TEST(Catalogue, RefusesBracesAndPlaceholdersThatItCannotFill) {
  for (const auto& [text, fault] : {std::pair{"{rule} {give}", "gave: got the placeholder {give}"},
                                    {"{}", "gave: got the placeholder {}"},
                                    {"{rule", "gave: a brace without its other one"},
                                    {"rule}", "gave: a brace without its other one"},
                                    {"{ru{le}", "gave: a brace without its other one"}}) {
    Words words;
    words.entries.front().text = text;
    EXPECT_EQ(fault_of(words.entries), fault);
  }
}

TEST(Catalogue, FillsPlaceholdersWhereverALanguagePutsThem) {
  Words words;
  words.entries.front().text = "{how} ergab {given}: {rule}, {rule}";
  const Catalogue catalogue = Catalogue::from(words.entries).value();
  EXPECT_EQ(catalogue.say(Sentence::Gave, {{"rule", "a{how}"}, {"given", "b"}, {"how", "c"}}),
            "c ergab b: a{how}, a{how}");
}

TEST(Catalogue, NamesEverySentenceDifferently) {
  std::vector<std::string_view> names;
  for (const SentenceInfo& info : sentence_infos())
    names.push_back(info.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Catalogue, HasEnglish) {
  EXPECT_EQ(english().say(Sentence::OnePoint), "1 point");
}

}  // namespace
}  // namespace tally::words
