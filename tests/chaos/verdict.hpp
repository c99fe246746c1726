#pragma once

#include "tests/chaos/rig.hpp"

namespace causeway::chaos {

/// Brings the rig to rest and compares what everybody knows. First every order is answered and
/// nothing is pending; then everything is cancelled; then the gateway is stopped. Nothing is lost
/// or doubled where the simulator's ledger, what the desks were told, the journal and the audit
/// agree in every order and every trade. What differs is added to the rig's failures.
void judge(Rig& rig);

}  // namespace causeway::chaos
