# The libraries of others, each found once, as imported targets. config/packages.txt installs them.
find_package(Threads REQUIRED)
find_package(tl-expected CONFIG REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(tomlplusplus CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)

# Debian's static RocksDB is not position independent, so a shared module could not take it in;
# the name that modules declare stands for the shared one.
get_target_property(rocksdb RocksDB::rocksdb-shared LOCATION)
set_target_properties(RocksDB::rocksdb PROPERTIES
  IMPORTED_LOCATION_NONE ${rocksdb} INTERFACE_LINK_LIBRARIES "")

if(NOT TARGET tomlplusplus)
  add_library(tomlplusplus INTERFACE IMPORTED GLOBAL)
  target_link_libraries(tomlplusplus INTERFACE tomlplusplus::tomlplusplus)
endif()

# For targets that include gRPC or Protobuf, whose headers are half of their compile time.
function(tally_grpc_precompiled TARGET)
  target_precompile_headers(${TARGET} PRIVATE <grpcpp/grpcpp.h> <google/protobuf/message.h>)
endfunction()
