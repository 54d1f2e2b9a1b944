#include "objective/system.h"

#include "core/assert.h"
#include "objective/hybrid_system.h"

namespace ecg {

SystemPtr make_system(const ObjectiveConfig& config) {
  ECG_ASSERT(config.system == "hybrid");
  return std::make_shared<HybridSystem>(config);
}

}  // namespace ecg
