// Rules in files: the faults of a file and the mistakes of its rules, told together by place.
#pragma once

#include "app/fault_kinds.h"

#include <tally/config/programme_file.h>
#include <tally/rules/programme.h>

#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

/// The number of a reason: E-RUL-015 is the first one of rules::Reason, and so on. What it says is
/// the reason's name.
[[nodiscard]] FaultKind kind_of(rules::Reason reason);
/// Every one of them, in order.
[[nodiscard]] std::vector<FaultKind> rule_fault_kinds();

/// A mistake as a fault at `where`. The field is shown where there is no better place.
[[nodiscard]] Fault fault_from(const rules::Mistake& mistake, std::string where);

/// All that is wrong with a programme's file, by place: what cannot be read, what its rules may not
/// say, what the door would refuse. A mistake that only echoes a fault of the file is left out.
[[nodiscard]] Faults faults_of(const config::ProgrammeFile& file);

/// A programme's file of which nothing is wrong.
[[nodiscard]] OrFaults<config::ProgrammeFile> read_whole_programme(const std::string& path);
[[nodiscard]] OrFaults<config::ProgrammeFile> parse_whole_programme(std::string_view text,
                                                                    const std::string& name);

/// `programme` with the campaigns of `file` added. Faults are those of the file, CLI-014 where it
/// is a file for another programme, and what its campaigns may not say in this one. `file` is
/// shown as `name`.
[[nodiscard]] OrFaults<Programme> with_campaigns(Programme programme,
                                                 const config::CampaignFile& file);

/// A warning with its place in the file: "p.toml:30:1".
struct PlacedWarning {
  std::string where;
  rules::Warning warning;
};
[[nodiscard]] std::vector<PlacedWarning> placed(std::vector<rules::Warning> warnings,
                                                const config::FieldPlaces& places);
/// The same for the campaigns of a file in a programme that holds others too; what is said of the
/// others is left out.
[[nodiscard]] std::vector<PlacedWarning> placed(std::vector<rules::Warning> warnings,
                                                const Programme& programme,
                                                const config::CampaignFile& file);

}  // namespace tally::app
