// A request by its id.
#include "app/asked_request.h"

#include <tally/edge/translate.h>

namespace tally::app {

void add_request_options(CLI::App& command, RequestOptions& options) {
  command.add_option("REQUEST_ID", options.request_id, "The request's id")
      ->type_name("")
      ->required();
  add_connection_options(command, options.connection);
}

OrFaults<AskedRequest> asked_request(const RequestOptions& options) {
  Result<Bytes> id = edge::id_from_hex("REQUEST_ID", options.request_id);
  if (!id.ok())
    return config::fail(
        Fault{kBadValue, id.error().message, "", "", "give the id as it was printed"});
  OrFaults<Sender> sender = Sender::start(options.connection);
  if (!sender) return config::fail(std::move(sender.error()));
  const std::optional<MerchantId> merchant = sender->merchant();
  if (!merchant.has_value())
    return config::fail(
        Fault{kMissingOption, "no merchant", "whose request it is", "", "give --merchant ID"});
  return AskedRequest{std::move(*sender), *merchant, std::move(id).value()};
}

}  // namespace tally::app
