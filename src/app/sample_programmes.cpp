// The sample programmes. A test holds them against config/programme-*.toml.
#include "app/sample_programmes.h"

#include <array>

namespace tally::app {
namespace {

constexpr std::string_view kGrocer =
    R"toml(# A grocer's programme: points expire, and members may give them to each other.
# A programme is data on the ledger: `tally programme publish` puts the next version in force.
# config/grocer-bpts.toml shows all that a programme can have, campaigns above all.
format = 1

[programme]
id = "grocer"
merchant = "grocer"                     # the issuer, by its name in genesis
version = 1                             # one more than the version in force
name = "Grocer points"
currency = "EUR"                        # ISO 4217; amounts are in minor units, here cents
value = { points = 100, minor = 100 }   # 100 points pay 1.00
offline_window = "72h"                  # how old a purchase may be when it reaches a node

[earn]
base = 'muldiv(tx.eligible, 1, 100)'    # 1 point for each full 1.00 of the eligible amount
tax = "included"                        # tax counts towards it; else "excluded"

[expiry]
kind = "rolling"                        # rolling, fixed, inactivity or never
months = 12
round = "END_OF_MONTH"                  # NONE, END_OF_MONTH, _QUARTER, _HALF or _YEAR

[redeem]
min = 100                               # least points of one redemption
step = 50                               # what is redeemed is a multiple of this
max_percent = 100                       # of the basket that points may pay
mixed = true                            # whether the rest may be paid in money
consent_above = 5_000                   # above so many points the member signs; left out: never

[transfer]
enabled = true
fee = { bp = 0, min = 0 }               # 100 basis points are one percent
per_day = 0                             # any number
cooling_off = "0s"                      # both members are enrolled at least this long

[exchange]
enabled = true                          # into the points of other merchants, as quotes have it
fee = { bp = 100 }                      # of the points that are given

# The merchant's local time is UTC plus the offset in force: no node asks its operating system.
[[offset]]
from = 2025-10-26T01:00:00Z
minutes = 60

[[offset]]
from = 2026-03-29T01:00:00Z
minutes = 120

[[offset]]
from = 2026-10-25T01:00:00Z
minutes = 60

[[offset]]
from = 2027-03-28T01:00:00Z
minutes = 120
)toml";

constexpr std::string_view kPharmacy =
    R"toml(# A pharmacy's programme: two points per euro, tax left out, a fee on transfers.
# config/programme-grocer.toml explains every key.
format = 1

[programme]
id = "pharmacy"
merchant = "pharmacy"
version = 1
name = "Pharmacy points"
currency = "EUR"
value = { points = 200, minor = 100 }
offline_window = "72h"

[earn]
base = 'muldiv(tx.eligible, 2, 100)'
tax = "excluded"

[expiry]
kind = "rolling"
months = 24
round = "END_OF_QUARTER"

[redeem]
min = 200
step = 200
max_percent = 50
mixed = true
consent_above = 10_000

[transfer]
enabled = true
fee = { bp = 100, min = 5 }
per_day = 0
cooling_off = "0s"

[exchange]
enabled = true
)toml";

constexpr std::string_view kFuel =
    R"toml(# A fuel station's programme: one point for each two euros, gone after half a year.
# config/programme-grocer.toml explains every key.
format = 1

[programme]
id = "fuel"
merchant = "fuel"
version = 1
name = "Fuel points"
currency = "EUR"
value = { points = 50, minor = 100 }
offline_window = "24h"

[earn]
base = 'muldiv(tx.eligible, 1, 200)'
tax = "included"

[expiry]
kind = "rolling"
months = 6

[redeem]
min = 50
step = 50

[exchange]
enabled = true
)toml";

constexpr std::string_view kBooks =
    R"toml(# A bookshop's programme: one point per dollar that never expires.
# config/programme-grocer.toml explains every key.
format = 1

[programme]
id = "books"
merchant = "books"
version = 1
name = "Books points"
currency = "USD"
value = { points = 100, minor = 100 }

[earn]
base = 'muldiv(tx.eligible, 1, 100)'
tax = "included"

[expiry]
kind = "never"

[redeem]
consent_above = 1_000

[transfer]
enabled = true
per_day = 0
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
