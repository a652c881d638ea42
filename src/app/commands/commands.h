// The subcommands of tally, a file each beside this one. frame.h says how to add one.
#pragma once

#include "app/frame.h"

namespace tally::app {

void add_audit(Frame& frame);
void add_balance(Frame& frame);
void add_bench(Frame& frame);
void add_campaign(Frame& frame);
/// Into the group `tally campaign`.
void add_campaign_try(Frame& frame, CLI::App& group);
void add_change(Frame& frame);
void add_consent(Frame& frame);
void add_exchange(Frame& frame);
void add_explain(Frame& frame);
void add_genesis(Frame& frame);
void add_history(Frame& frame);
void add_import(Frame& frame);
void add_keys(Frame& frame);
void add_localnet(Frame& frame);
void add_member(Frame& frame);
void add_programme(Frame& frame);
void add_quote(Frame& frame);
void add_receipt(Frame& frame);
void add_rule(Frame& frame);
void add_settlement(Frame& frame);
void add_simulate(Frame& frame);
void add_status(Frame& frame);
void add_submit(Frame& frame);

}  // namespace tally::app
