#include "gateway/engine/past_names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>

#include "tests/engine/world.hpp"

namespace causeway::gateway::engine {
namespace {

using fixspec::ClOrdId;
using fixspec::SessionId;

std::uint64_t name(const std::string& id) {
  return PastNames::name_of(SessionId{"OMS1"}, ClOrdId{id});
}

TEST(PastNames, TheNewestAreFoundAndTheOldestForgottenAtTheBound) {
  PastNames names;
  names.set_capacity(100);
  int lost = 0;
  for (int i = 0; i < 1'000; ++i) {
    const PastName one{.name = name(std::to_string(i)), .ended_utc_ns = i};
    if (names.put(one, 150)) ++lost;
  }
  EXPECT_EQ(names.size(), 100u);
  EXPECT_EQ(lost, 750) << "those of before 150 might have gone anyway";
  for (int i = 0; i < 1'000; ++i) {
    const PastName* const found = names.find(name(std::to_string(i)));
    ASSERT_EQ(found != nullptr, i >= 900) << i;
    if (found != nullptr) {
      EXPECT_EQ(found->ended_utc_ns, i);
    }
  }
  names.purge(950);
  EXPECT_EQ(names.size(), 50u);
  EXPECT_EQ(names.find(name("949")), nullptr);
  EXPECT_NE(names.find(name("950")), nullptr);
}

// Against a plain list, with names that fall on the same few places of the index.
TEST(PastNames, AgreeWithAListWhateverComes) {
  std::mt19937_64 random{7};
  for (const std::size_t capacity : {1u, 2u, 3u, 7u, 64u}) {
    PastNames names;
    names.set_capacity(capacity);
    std::deque<PastName> list;
    for (int step = 0; step < 20'000; ++step) {
      const std::uint64_t id = (random() % (3 * capacity)) | ((random() % 4) << 60U);
      if (random() % 50 == 0) {
        const auto before = static_cast<fixspec::UtcNanos>(step - static_cast<int>(capacity) / 2);
        names.purge(before);
        while (!list.empty() && list.front().ended_utc_ns < before) list.pop_front();
      } else {
        const PastName one{.name = id, .number = random(), .ended_utc_ns = step};
        const auto known = std::find_if(list.begin(), list.end(),
                                        [&](const auto& entry) { return entry.name == id; });
        if (known != list.end()) {
          *known = one;
        } else {
          list.push_back(one);
          if (list.size() > capacity) list.pop_front();
        }
        names.put(one, 0);
      }
      ASSERT_EQ(names.size(), list.size());
      const std::uint64_t asked = (random() % (3 * capacity)) | ((random() % 4) << 60U);
      const auto known = std::find_if(list.begin(), list.end(),
                                      [&](const auto& entry) { return entry.name == asked; });
      const PastName* const found = names.find(asked);
      ASSERT_EQ(found != nullptr, known != list.end()) << "step " << step;
      if (found != nullptr) {
        ASSERT_EQ(found->number, known->number);
      }
    }
  }
}

TEST(PastNames, AnotherCapacityKeepsTheNewest) {
  PastNames names;
  names.set_capacity(10);
  for (int i = 0; i < 25; ++i) names.put({.name = name(std::to_string(i))}, 0);
  names.set_capacity(4);
  EXPECT_EQ(names.find(name("20")), nullptr);
  EXPECT_NE(names.find(name("21")), nullptr);
  names.set_capacity(1'000);
  EXPECT_EQ(names.size(), 4u);
  EXPECT_NE(names.find(name("24")), nullptr);
}

// ---- in the engine
// ---------------------------------------------------------------------------------------

class PastOrders : public testing::Test {
 protected:
  PastOrders() {
    world.start.kept_ended_orders = 10;
    world.start.kept_cl_ord_ids = 100;
    world.restart();
    world.link(true);
    world.recover();
    world.take();
  }
  // An order that fills 20 of 100 and is cancelled, then as many others.
  void end_order_and_others(int others = 20) {
    world.new_order("X", "100");
    world.ack();
    world.fills("t1", "20");
    world.cancel("C", "X");
    world.canceled("20");
    for (int i = 0; i < others; ++i) {
      world.new_order("O" + std::to_string(i), "10");
      world.ack();
      world.canceled();
    }
    world.new_order("last", "10");
    world.take();
  }
  World world;
};

TEST_F(PastOrders, TheTableKeepsTheNewestWholeAndTheOthersNames) {
  end_order_and_others();
  EXPECT_EQ(world.engine.orders().all().size(), 11u) << "ten that have ended and one that works";
  EXPECT_TRUE(world.engine.orders().is_used(SessionId{"OMS1"}, ClOrdId{"X"}));
  EXPECT_TRUE(world.engine.orders().is_used(SessionId{"OMS1"}, ClOrdId{"C"}));
  EXPECT_FALSE(world.engine.orders().is_used(SessionId{"OMS2"}, ClOrdId{"X"}));
}

TEST_F(PastOrders, ADuplicateIsRefusedAndAPossResendIsToldTheOutcome) {
  end_order_and_others();
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=1005\n");
  world.new_order("C", "100");
  EXPECT_EQ(world.take(), "8(C) 8/8 100/0/0 20050=1005\n") << "a cancel's ClOrdID is used, too";
  auto again = world.order("X", "100");
  again.poss_resend = true;
  world.request(again);
  EXPECT_EQ(world.take(), "8(X) I/4 100/20/0\n");
}

TEST_F(PastOrders, CancelReplaceAndStatusOfWhatEndedLongAgo) {
  end_order_and_others();
  world.cancel("Y", "X");
  EXPECT_EQ(world.take().substr(0, 18), "9(Y/X) 39=4 102=0 ");
  world.replace("Z", "X", "110");
  EXPECT_EQ(world.take().substr(0, 18), "9(Z/X) 39=4 102=0 ");
  fixspec::OrderStatusRequest status;
  status.cl_ord_id = ClOrdId{"X"};
  world.request(status);
  EXPECT_EQ(world.take(), "8(X) I/4 0/20/0\n");
  world.cancel("Q", "never");
  EXPECT_EQ(world.take().substr(0, 22), "9(Q/never) 39=8 102=1 ");
}

TEST_F(PastOrders, ARepeatedFillOfSuchAnOrderCountsOnce) {
  world.new_order("X", "100");
  world.ack();
  const auto fill = world.fill("t1", "20");
  world.told(fill);
  world.canceled("20");
  const auto position = world.exposure().position;
  for (int i = 0; i < 20; ++i) {
    world.new_order("O" + std::to_string(i), "10");
    world.ack();
    world.canceled();
  }
  world.new_order("last", "10");
  world.told(fill);
  EXPECT_EQ(world.exposure().position, position);
}

TEST_F(PastOrders, AtTheBoundOfNamesAnAlarmSaysSoOnce) {
  int alarms = 0;
  for (int i = 0; i < 600; ++i) {
    world.new_order("P" + std::to_string(i), "10");
    world.ack();
    world.canceled();
    const std::string told = world.take();
    if (told.find("cl_ord_ids_forgotten") != std::string::npos) ++alarms;
  }
  EXPECT_EQ(alarms, 1);
  EXPECT_EQ(world.engine.orders().past_names().size(), 100u);
  EXPECT_EQ(world.engine.orders().all().size(), 11u);
}

TEST_F(PastOrders, AnOrderThatIsReplacedAgainAndAgainKeepsFewNames) {
  world.new_order("R0", "100");
  world.ack();
  for (int i = 1; i <= 90; ++i) {
    world.replace("R" + std::to_string(i), "R" + std::to_string(i - 1), std::to_string(100 + i));
    world.amended(std::to_string(100 + i));
  }
  world.take();
  EXPECT_EQ(world.newest().chain.size(), OrderTable::most_names);
  world.replace("R5", "R90", "300");
  EXPECT_EQ(world.take().substr(0, 19), "9(R5/R90) 39=0 102=") << "an old name is still used";
  world.cancel("end", "R7");
  EXPECT_EQ(world.take().substr(0, 14), "8(end/R7) 6/6 ") << "and still names the order";
  auto again = world.order("R0", "100");
  again.poss_resend = true;
  world.request(again);
  EXPECT_EQ(world.take().substr(0, 8), "8(R90) I");
}

}  // namespace
}  // namespace causeway::gateway::engine
