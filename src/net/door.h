// Door: how many connections may be on their way to prove who they are.
#pragma once

#include <cstddef>
#include <map>
#include <set>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

namespace tally::net {

/// Strangers keep at most 64 sockets, and 8 for one address. Addresses of the consortium's own
/// nodes are not counted among the 64, so strangers cannot lock them out.
class Door {
 public:
  static constexpr std::size_t kStrangersMax = 64;
  static constexpr std::size_t kOfAddressMax = 8;

  /// A place at the door, given back at the end; false: there was none.
  class Place {
   public:
    Place(Door& door, const boost::asio::ip::address& address)
        : door_(door), address_(as_written(address)), taken_(door_.enter(address_)) {}
    ~Place() { leave(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    explicit operator bool() const { return taken_; }
    void leave() {
      if (taken_) door_.leave(address_);
      taken_ = false;
    }

   private:
    Door& door_;
    boost::asio::ip::address address_;
    bool taken_;
  };

  void expect(const boost::asio::ip::address& address) { expected_.insert(address); }

 private:
  /// A listener on :: sees IPv4 addresses mapped into IPv6.
  static boost::asio::ip::address as_written(const boost::asio::ip::address& address) {
    using boost::asio::ip::make_address_v4, boost::asio::ip::v4_mapped;
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return make_address_v4(v4_mapped, address.to_v6());
  }

  bool enter(const boost::asio::ip::address& address) {
    const bool stranger = !expected_.contains(address);
    if (stranger && strangers_ >= kStrangersMax) return false;
    std::size_t& count = waiting_[address];
    if (count >= kOfAddressMax) return false;
    ++count;
    if (stranger) ++strangers_;
    return true;
  }
  void leave(const boost::asio::ip::address& address) {
    if (!expected_.contains(address)) --strangers_;
    const auto found = waiting_.find(address);
    if (--found->second == 0) waiting_.erase(found);
  }

  std::set<boost::asio::ip::address> expected_;
  std::map<boost::asio::ip::address, std::size_t> waiting_;
  std::size_t strangers_ = 0;
};

}  // namespace tally::net
