// The wiring of a node: frames out and in, replies out, and what stops it.
#include "app/wiring.h"

#include <tally/config/text.h>

namespace tally::app {
namespace {

net::Address address_of(const config::HostPort& address) {
  return {address.host, address.port};
}

/// Every node's address in the epoch's order; the own place stays empty.
std::vector<net::Address> addresses_of(const config::NodeConfig& config,
                                       const consensus::Epoch& epoch) {
  std::vector<net::Address> addresses;
  for (const consensus::Validator& validator : epoch.validators) {
    net::Address found;
    for (const config::Peer& peer : config.peers)
      if (peer.id == validator.merchant) found = address_of(peer.address);
    addresses.push_back(std::move(found));
  }
  return addresses;
}

Fault fault_of_start(const Error& error, const config::HostPort& listen) {
  const std::string where = config::text_of(listen);
  if (error.code == ErrorCode::Io)
    return config::fault_from(kCannotListen, error, where,
                              "choose another address in node.toml, or end what uses it");
  return config::fault_from(kKeyMismatch, error, where, "check the files that node.toml names");
}

}  // namespace

OrFaults<std::unique_ptr<RunningNode>> RunningNode::start(const CheckedNode& node,
                                                          node::NodeParts parts,
                                                          std::function<void(Error)> stopped) {
  std::unique_ptr<RunningNode> running(new RunningNode(std::move(stopped)));
  const consensus::Epoch epoch = parts.epoch;
  const NodeIndex self = parts.self;
  Faults faults = running->start_loop(std::move(parts));
  if (faults.empty()) faults = running->start_links(node, epoch, self);
  if (faults.empty()) faults = running->start_api(node);
  if (!faults.empty()) return config::fail(std::move(faults));
  return running;
}

RunningNode::~RunningNode() {
  {  // first, so that no wake calls into what is being destroyed
    const std::lock_guard lock(mutex_);
    open_api_ = nullptr;
    open_links_ = nullptr;
  }
  api_.reset();
  links_.reset();
  loop_.reset();
}

Faults RunningNode::start_loop(node::NodeParts parts) {
  node::Wakes wakes;
  wakes.frames = [this] { send_frames(); };
  wakes.replies = [this] { deliver_replies(); };
  wakes.stopped = [this](const Error& why) { stop(why); };
  Result<std::unique_ptr<node::NodeLoop>> loop =
      node::NodeLoop::start(std::move(parts), std::move(wakes));
  if (!loop.ok()) return {fault_of_data(loop.error(), "")};
  // The loop's threads run already; what they woke for before this is sent below.
  const std::lock_guard lock(mutex_);
  loop_ = std::move(loop).value();
  return {};
}

Faults RunningNode::start_links(const CheckedNode& node, const consensus::Epoch& epoch,
                                NodeIndex self) {
  net::LinkSettings settings;
  settings.epoch = epoch;
  settings.self = self;
  settings.listen = address_of(node.config.listen_peer);
  settings.peers = addresses_of(node.config, epoch);
  settings.tls_key_pem = node.keys.peer_tls_pem;
  settings.consensus_key_pem = node.keys.consensus_pem;
  net::LinkHandlers handlers;
  handlers.on_frame = [loop = loop_.get()](NodeIndex from, ByteView frame) {
    return loop->on_frame(from, frame);
  };
  handlers.on_links = [loop = loop_.get()](std::size_t connected) { loop->on_links(connected); };
  handlers.on_twin = [loop = loop_.get()] {
    node::Halt halt;
    halt.reason = "another process holds both keys of this node";
    halt.twin = true;
    halt.height = loop->status().executed;
    loop->halt(halt);
  };
  Result<std::unique_ptr<net::PeerLinks>> links =
      net::PeerLinks::start(std::move(settings), std::move(handlers));
  if (!links.ok()) return {fault_of_start(links.error(), node.config.listen_peer)};
  links_ = std::move(links).value();
  {
    const std::lock_guard lock(mutex_);
    open_links_ = links_.get();
  }
  send_frames();
  return {};
}

Faults RunningNode::start_api(const CheckedNode& node) {
  api::ApiSettings settings;
  settings.listen = config::text_of(node.config.listen_client);
  settings.certificate_pem = node.keys.front_door_certificate_pem;
  settings.key_pem = node.keys.front_door_pem;
  settings.client_ca_pem = node.keys.client_ca_pem;
  settings.reflection = node.config.reflection;
  settings.merchant = node.config.node_id;
  Result<std::unique_ptr<api::ApiServer>> api =
      api::ApiServer::start(std::move(settings), node.genesis, *loop_);
  if (!api.ok()) return {fault_of_start(api.error(), node.config.listen_client)};
  api_ = std::move(api).value();
  {
    const std::lock_guard lock(mutex_);
    open_api_ = api_.get();
  }
  deliver_replies();
  return {};
}

void RunningNode::send_frames() {
  const std::lock_guard lock(mutex_);
  if (open_links_ != nullptr) open_links_->send(loop_->take_frames());
}

void RunningNode::deliver_replies() {
  const std::lock_guard lock(mutex_);
  if (open_api_ != nullptr) open_api_->deliver(loop_->take_replies());
}

void RunningNode::stop(const Error& why) {
  std::call_once(stopped_once_, [&] {
    {
      const std::lock_guard lock(mutex_);
      if (open_api_ != nullptr) open_api_->set_halted(why.message);
    }
    stopped_(why);
  });
}

}  // namespace tally::app
