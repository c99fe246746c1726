# The warnings and language level that every target of ours is built with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

find_program(CAUSEWAY_CCACHE ccache)
if(CAUSEWAY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CAUSEWAY_CCACHE}")
endif()
find_program(CAUSEWAY_MOLD mold)
if(CAUSEWAY_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(CAUSEWAY_SANITIZE "" CACHE STRING "Sanitizers for the whole build, e.g. address,undefined")
if(CAUSEWAY_SANITIZE)
  add_compile_options(-fsanitize=${CAUSEWAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CAUSEWAY_SANITIZE})
endif()

# Designated initializers name what differs from the default; the rest is meant to be left out.
add_library(causeway_options INTERFACE)
target_compile_options(causeway_options INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# g++ 12 sees uninitialized members in every std::variant that is moved while one of its other
# alternatives holds a vector; nobody could tell a true one from these.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(causeway_options INTERFACE -Wno-maybe-uninitialized)
endif()
# fixspec/quickfix.hpp defines throw(...) away around QuickFIX's headers.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(causeway_options INTERFACE -Wno-keyword-macro)
endif()
target_include_directories(causeway_options INTERFACE "${PROJECT_SOURCE_DIR}")
