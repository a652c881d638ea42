#!/usr/bin/env python3
"""Holds every #include of src/ and include/ against the floor plan in src/CMakeLists.txt.

A contract, include/tally/M, includes the standard library, <tl/expected.hpp> and contracts. An
inside, src/M, also its own private headers and the libraries among M's PRIVATE_LIBS.
"""

import sys
from pathlib import Path

from floor_plan import PlanError, cpp_files, includes, read_plan, report

STANDARD = set(
    """
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv
    chrono cinttypes climits clocale cmath compare complex concepts condition_variable coroutine
    csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype
    deque exception execution filesystem forward_list fstream functional future initializer_list
    iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex
    scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept
    stop_token streambuf string string_view syncstream system_error thread tuple type_traits
    typeindex typeinfo unordered_map unordered_set utility valarray variant vector version
    """.split()
)

# The first folder of a library's headers, and what a module declares to use them.
LIBRARIES = {
    "CLI": ("CLI11::CLI11",),
    "boost": ("Boost::headers",),
    "google": ("protobuf::libprotobuf", "tally_proto", "gRPC::grpc++"),
    "grpc": ("gRPC::grpc++", "tally_proto"),
    "grpcpp": ("gRPC::grpc++", "gRPC::grpc++_reflection", "tally_proto"),
    "nlohmann": ("nlohmann_json::nlohmann_json",),
    "openssl": ("OpenSSL::Crypto", "OpenSSL::SSL"),
    "prometheus": ("prometheus-cpp::core", "prometheus-cpp::pull"),
    "rocksdb": ("RocksDB::rocksdb",),
    "spdlog": ("spdlog::spdlog",),
    "tally/v1": ("tally_proto",),
    "toml++": ("tomlplusplus",),
}


def check(root):
    root = Path(root)
    try:
        plan = read_plan(root)
    except PlanError as error:
        return [str(error)]
    faults = check_declarations(root, plan)
    for path in cpp_files(root, "include", "src"):
        faults += check_file(root, plan, path.relative_to(root))
    return faults


def check_declarations(root, plan):
    faults = []
    for module in plan.values():
        for name in sorted(module.depends):
            if name not in plan:
                faults.append(f"src/CMakeLists.txt: {module.name} depends on {name}, unknown")
            elif plan[name].floor >= module.floor:
                faults.append(
                    f"src/CMakeLists.txt: {module.name} (floor {module.floor}) may not depend on "
                    f"{name} (floor {plan[name].floor})"
                )
    declared = set().union(*(module.sources for module in plan.values()))
    for path in cpp_files(root, "src"):
        source = path.relative_to(root / "src").as_posix()
        if path.suffix == ".cpp" and source not in declared:
            faults.append(f"src/{source}: not among the SOURCES of any module")
    return faults


def check_file(root, plan, path):
    """path: relative to root."""
    contract = path.parts[0] == "include"
    folders = path.parts[2:-1] if contract else path.parts[1:-1]
    if not folders or (contract and path.parts[1] != "tally"):
        return [f"{path}: stands outside every module"]
    name = folders[0]
    if name not in plan:
        return [f"{path}: module {name} is not declared in src/CMakeLists.txt"]

    faults = []
    for line, opening, header in includes(root / path):
        fault = check_include(plan, plan[name], contract, opening, header)
        if fault:
            faults.append(f"{path}:{line}: {fault}")
    return faults


def check_include(plan, module, contract, opening, header):
    """What is wrong with module's including header; None if nothing."""
    parts = header.split("/")
    if parts[0] == "tally" and parts[1] != "v1":
        if len(parts) < 3:
            return f"<{header}> is no module's contract"
        return check_module(plan, module, parts[1])
    if header in STANDARD or header == "tl/expected.hpp":
        return None
    if contract:
        return f"a contract may not include {header}"
    if opening == '"' and parts[0] != "tally":
        if parts[0] == module.name and len(parts) > 1:
            return None
        if parts[0] in plan:
            return f"{header} is private to {parts[0]}"
        return f'own headers are included as "{module.name}/x.h", not "{header}"'
    return check_library(module, header)


def check_module(plan, module, name):
    if name == module.name or name in module.depends:
        return None
    if name not in plan:
        return f"{module.name} includes {name}, which is not declared"
    declared = [other for other in plan if other in module.depends]
    return f"{module.name} may not include {name}; declared: {', '.join(declared) or 'none'}"


def check_library(module, header):
    """Headers of the system, which are in no folder that we know, are the compiler's affair."""
    parts = header.split("/")
    for folder in ("/".join(parts[:2]), parts[0]):
        libraries = LIBRARIES.get(folder)
        if libraries and not module.private_libs.intersection(libraries):
            return (
                f"{module.name} may not include {header}: "
                f"{libraries[0]} is not among its PRIVATE_LIBS"
            )
        if libraries:
            return None
    return None


if __name__ == "__main__":
    sys.exit(report("floors", check(sys.argv[1])))
