# causeway_room(<name> SOURCES <file>... DEPENDS <target>...): the static library of one room.
function(causeway_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(causeway_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(causeway_${name} PUBLIC causeway_options ${ROOM_DEPENDS}
                                         PRIVATE ${ROOM_PRIVATE_DEPENDS})
endfunction()

# causeway_test(<name> SOURCES <file>... DEPENDS <target>...): a GoogleTest program; every TEST in
# it is a CTest test of its own. WORKING_DIRECTORY is the source root, so data is named by its path.
function(causeway_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 60)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE causeway_options ${T_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
                       PROPERTIES TIMEOUT ${T_TIMEOUT})
endfunction()
