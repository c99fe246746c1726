#include "gateway/engine/ids.hpp"

#include <gtest/gtest.h>

namespace causeway::gateway::engine {
namespace {

TEST(Ids, VenueClientIdIsReadBackAndFitsEveryVenue) {
  for (const std::uint64_t sequence : {std::uint64_t{1}, std::uint64_t{0xFFFF'FFFF'FFFF'FFFF}}) {
    const auto id = make_venue_cl_ord_id(0xFFFF'FFFF, 3, sequence);
    EXPECT_EQ(id.view().size(), 26u);
    EXPECT_EQ(id.view().find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
              std::string_view::npos);
    EXPECT_EQ(parse_venue_cl_ord_id(id),
              (VenueClOrdIdParts{.instance = 0xFFFF'FFFF, .epoch = 3, .sequence = sequence}));
  }
  EXPECT_EQ(parse_venue_cl_ord_id(fixspec::VenueClOrdId{"somebody-elses-label"}), std::nullopt);
  EXPECT_EQ(parse_venue_cl_ord_id(fixspec::VenueClOrdId{"ZZZZZZZZZZZZZZZZZZZZZZZZZZ"}),
            std::nullopt)
      << "more than 128 bits";
}

TEST(Ids, OrderAndExecIdsSortAsTheyWereMade) {
  EXPECT_EQ(make_order_id(3, 1042).view(), "00003-000000001042");
  EXPECT_EQ(make_exec_id(3, 1042, 1).view(), "00003-000000001042-001");
  EXPECT_LT(make_exec_id(3, 999, 12), make_exec_id(3, 1000, 0));
  EXPECT_LT(make_order_id(9, 5), make_order_id(10, 4));
}

}  // namespace
}  // namespace causeway::gateway::engine
