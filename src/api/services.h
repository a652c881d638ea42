// The services of proto/tally/v1 as gRPC callback services.
#pragma once

#include "api/door.h"
#include "api/reads.h"
#include "api/waiting.h"
#include "api/writes.h"

#include <memory>
#include <string>
#include <vector>

namespace grpc {
class ServerBuilder;
}  // namespace grpc

namespace tally::api {

/// What the calls of one server share.
struct Shared {
  Door& door;
  Waiting& waiting;
  Writes& writes;
  Reads& reads;
};

/// All services; they live as long as the server does.
class Services {
 public:
  explicit Services(const Shared& shared);
  ~Services();

  void add_to(grpc::ServerBuilder& builder);
  /// "tally.v1.Points" and so on: what health is asked about.
  [[nodiscard]] static const std::vector<std::string>& names();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::api
