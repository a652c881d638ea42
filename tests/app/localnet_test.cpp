// localnet.json, the samples, and the numbers of docs/cli.md: what needs no node.
#include "app/localnet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/process.h"
#include "app/sample_programmes.h"

#include "support/places.h"

namespace tally::app {
namespace {

using testing::HasSubstr;

std::string text_of_file(const std::string& name) {
  std::ifstream file(std::filesystem::path(test::tests_folder()) / ".." / name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Localnet two_nodes() {
  Localnet net;
  net.folder = "/net";
  net.chain_name = "localnet";
  net.set_up = true;
  net.nodes = {{1, MerchantId(1), "grocer", 20'001, 20'002, 77, 12'345},
               {2, MerchantId(2), "books", 20'003, 20'004, 0, 0}};
  return net;
}

TEST(LocalnetFile, ReadsBackWhatItWrote) {
  const Localnet net = two_nodes();

  const OrFaults<Localnet> read = localnet_from(json_of(net), "/elsewhere");

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->nodes, net.nodes);
  EXPECT_EQ(read->chain_name, "localnet");
  EXPECT_TRUE(read->set_up);
  EXPECT_EQ(read->folder, "/elsewhere") << "the folder may be moved";
  EXPECT_EQ(folder_of(*read, read->nodes[1]), "/elsewhere/node-2");
  EXPECT_EQ(client_endpoint(read->nodes[1]), "127.0.0.1:20003");
  EXPECT_EQ(find_merchant(*read, "books"), &read->nodes[1]);
  EXPECT_EQ(find_merchant(*read, "nobody"), nullptr);
}

TEST(LocalnetFile, RefusesWhatTallyDidNotWrite) {
  std::string other_order = json_of(two_nodes());
  other_order.replace(other_order.find("\"node\": 1"), 9, "\"node\": 3");
  std::string path_as_name = json_of(two_nodes());
  path_as_name.replace(path_as_name.find("grocer"), 6, "../etc");
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{}"),
                                  std::string("{\"format\": 2}"), other_order, path_as_name}) {
    const OrFaults<Localnet> read = localnet_from(text, "/net");

    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_THAT(config::line_of(read.error().front()),
                testing::AllOf(HasSubstr("E-LOC-002"), HasSubstr("/net/localnet.json")));
  }
}

TEST(LocalnetFile, SaysHowToMakeOne) {
  const OrFaults<Localnet> read = read_localnet("/no/such/net");

  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(config::line_of(read.error().front()),
              testing::AllOf(HasSubstr("E-LOC-001"), HasSubstr("tally localnet start --dir")));
}

TEST(Samples, AreTheFilesOfConfig) {
  ASSERT_EQ(sample_programmes().size(), 4U);
  for (const SampleProgramme& sample : sample_programmes())
    EXPECT_EQ(sample.text, text_of_file("config/programme-" + std::string(sample.name) + ".toml"));
}

TEST(Faults, StandEachInTheDocumentation) {
  const std::string text = text_of_file("docs/cli.md");
  std::set<std::string_view> numbers;
  const auto check = [&](const FaultKind& kind) {
    EXPECT_TRUE(numbers.insert(kind.number).second) << kind.number << " is given twice";
    const std::string row = "| E-" + std::string(kind.number) + " | " +
                            std::to_string(static_cast<int>(kind.exit)) + " | " +
                            std::string(kind.what) + " |";
    EXPECT_THAT(text, HasSubstr(row));
  };

  for (const FaultKind& kind : config::fault_kinds())
    check(kind);
  for (const FaultKind& kind : kProgramKinds)
    check(kind);
}

TEST(Process, IsKnownByItsStart) {
  const std::string log =
      (std::filesystem::temp_directory_path() / ("tally-process-" + std::to_string(getpid())))
          .string();
  const OrFaults<ProcessId> process = start_process({"/bin/sh", "-c", "echo said; exit 7"}, log);
  ASSERT_TRUE(process.has_value());

  EXPECT_EQ(wait_for_child(*process), 7);

  EXPECT_FALSE(is_running(*process));
  EXPECT_EQ(last_lines(log, 1), "said\n");
  std::filesystem::remove(log);
  EXPECT_FALSE(is_running(ProcessId{getpid(), 1})) << "another start, another process";
  EXPECT_FALSE(signal_process(ProcessId{getpid(), 1}, 0));
  EXPECT_FALSE(start_process({"/no/such/program"}, "/dev/null").has_value());
}

}  // namespace
}  // namespace tally::app
