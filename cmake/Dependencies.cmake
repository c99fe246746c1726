# Every library we use, each behind one target. All of them are Debian 12 packages (scripts/setup.sh).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(CLI11 REQUIRED)

# Asio and Beast, header only. Boost 1.74's Asio needs <utility> before it in C++20, and no
# deprecated executors.
add_library(causeway_asio INTERFACE)
target_link_libraries(causeway_asio INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(causeway_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_USE_STD_STRING_VIEW)
target_compile_options(causeway_asio INTERFACE "SHELL:-include utility")

# RapidJSON, header only.
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h REQUIRED)
add_library(causeway_rapidjson INTERFACE)
target_include_directories(causeway_rapidjson SYSTEM INTERFACE "${RAPIDJSON_INCLUDE_DIR}")
# Its stack adds to a null pointer while it has no memory yet; it never uses the result.
if(CAUSEWAY_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(causeway_rapidjson INTERFACE -fno-sanitize=pointer-overflow)
endif()

# QuickFIX: Debian's pkg-config file is wrong, so it is found by name. Include it only through
# fixspec/quickfix.hpp.
find_library(QUICKFIX_LIBRARY quickfix REQUIRED)
find_path(QUICKFIX_INCLUDE_DIR quickfix/Session.h REQUIRED)
add_library(causeway_quickfix INTERFACE)
target_include_directories(causeway_quickfix SYSTEM INTERFACE "${QUICKFIX_INCLUDE_DIR}")
target_link_libraries(causeway_quickfix INTERFACE "${QUICKFIX_LIBRARY}")
