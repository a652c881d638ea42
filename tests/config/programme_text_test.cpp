// A programme as text: what is written is read again, whatever it says.
#include <tally/config/programme_file.h>

#include "support/programme_generator.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::config {
namespace {

RC_GTEST_PROP(ProgrammeText, IsReadAsTheSameProgramme, ()) {
  const Programme programme = test::ProgrammeGenerator().programme();
  const std::uint32_t version = *rc::gen::inRange<std::uint32_t>(1, 1'000'000);

  const std::string text = text_of(programme, version);
  const ProgrammeFile read = parse_programme(text, "p.toml");

  RC_LOG(text);
  for (const PlacedFault& each : read.faults)
    RC_LOG(line_of(each.fault));
  RC_ASSERT(read.faults.empty());
  RC_ASSERT(read.programme == programme);
  RC_ASSERT(read.version == version);
}

TEST(ProgrammeText, KeepsAnExpressionAsItWasWritten) {
  Programme programme = test::a_programme();
  const auto written = [&](const std::string& source) {
    programme.earn.base = source;
    const std::string text = text_of(programme, 1);
    const std::size_t start = text.find("base = ") + 7;
    return text.substr(start, text.find("\ntax = ") - start);
  };

  EXPECT_EQ(written("tx.total + 1"), "'tx.total + 1'");
  EXPECT_EQ(written("a\n+ b"), "'''\na\n+ b'''");
  EXPECT_EQ(written("size('x')"), "'''size('x')'''");
  EXPECT_EQ(written("size('''x''')"), "\"size('''x''')\"");
}

}  // namespace
}  // namespace tally::config
