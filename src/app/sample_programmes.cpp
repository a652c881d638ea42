// The sample programmes. A test holds them against config/programme-*.toml.
#include "app/sample_programmes.h"

#include <array>

namespace tally::app {
namespace {

constexpr std::string_view kGrocer =
    R"toml(# A grocer's programme: points expire, and members may give them to each other.
# A programme is data on the ledger: `publish_programme` puts the next version in force.
name = "Grocer points"
currency = "EUR"        # ISO 4217; amounts below are in minor units, here cents
offline_window = "72h"  # how old a till's purchase may be when it reaches a node

[base]                  # what every purchase earns
points = 1              # so many points ...
per = 100               # ... for each full 1.00 of the eligible amount
counts_tax = true       # whether tax counts towards it

[expiry]
kind = "rolling"        # or "never", which takes no months and no rounding
months = 12
rounding = "end_of_month"  # none, end_of_month, end_of_quarter, end_of_half or end_of_year

[redeem]
price_points = 100      # 100 points pay ...
price_money = 100       # ... 1.00
minimum = 100           # least points of one redemption
step = 50               # what is redeemed is a multiple of this
max_percent = 100       # of the basket that points may pay
mixed = true            # whether the rest may be paid in money
consent_above = 5000    # above so many points the member signs; or "never"

[transfer]
enabled = true
fee_min = 0
fee_basis_points = 0    # 100 is one percent
cooling_off = "0s"      # both members are enrolled at least this long

[[utc_offsets]]         # the merchant's local time: no node asks its operating system
from = 2025-10-26T01:00:00Z
minutes = 60

[[utc_offsets]]
from = 2026-03-29T01:00:00Z
minutes = 120

[[utc_offsets]]
from = 2026-10-25T01:00:00Z
minutes = 60

[[utc_offsets]]
from = 2027-03-28T01:00:00Z
minutes = 120
)toml";

constexpr std::string_view kPharmacy =
    R"toml(# A pharmacy's programme: two points per euro, tax left out, a fee on transfers.
# config/programme-grocer.toml explains every key.
name = "Pharmacy points"
currency = "EUR"
offline_window = "72h"

[base]
points = 2
per = 100
counts_tax = false

[expiry]
kind = "rolling"
months = 24
rounding = "end_of_quarter"

[redeem]
price_points = 200
price_money = 100
minimum = 200
step = 200
max_percent = 50
mixed = true
consent_above = 10000

[transfer]
enabled = true
fee_min = 5
fee_basis_points = 100
cooling_off = "0s"
)toml";

constexpr std::string_view kFuel =
    R"toml(# A fuel station's programme: one point for each two euros, gone after half a year.
# config/programme-grocer.toml explains every key.
name = "Fuel points"
currency = "EUR"
offline_window = "24h"

[base]
points = 1
per = 200
counts_tax = true

[expiry]
kind = "rolling"
months = 6
rounding = "none"

[redeem]
price_points = 50
price_money = 100
minimum = 50
step = 50
max_percent = 100
mixed = true
consent_above = "never"

[transfer]
enabled = false
)toml";

constexpr std::string_view kBooks =
    R"toml(# A bookshop's programme: one point per dollar that never expires.
# config/programme-grocer.toml explains every key.
name = "Books points"
currency = "USD"
offline_window = "72h"

[base]
points = 1
per = 100
counts_tax = true

[expiry]
kind = "never"

[redeem]
price_points = 100
price_money = 100
minimum = 1
step = 1
max_percent = 100
mixed = true
consent_above = 1000

[transfer]
enabled = true
fee_min = 0
fee_basis_points = 0
cooling_off = "0s"
)toml";

constexpr std::array kSamples = {SampleProgramme{"grocer", kGrocer},
                                 SampleProgramme{"pharmacy", kPharmacy},
                                 SampleProgramme{"fuel", kFuel}, SampleProgramme{"books", kBooks}};

}  // namespace

std::span<const SampleProgramme> sample_programmes() {
  return kSamples;
}

}  // namespace tally::app
