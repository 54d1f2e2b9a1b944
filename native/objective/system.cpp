#include "objective/system.h"

#include "core/assert.h"
#include "objective/cg_dmer_system.h"
#include "objective/clear_hug_system.h"
#include "objective/hybrid_system.h"
#include "objective/lead_agnostic_system.h"

namespace ecg {

SystemPtr make_system(const ObjectiveConfig& config) {
  if (config.system == "cg_dmer") return std::make_shared<CgDmerSystem>(config);
  if (config.system == "clear_hug") return std::make_shared<ClearHugSystem>(config);
  if (config.system == "lead_agnostic") return std::make_shared<LeadAgnosticSystem>(config);
  ECG_ASSERT(config.system == "hybrid");
  return std::make_shared<HybridSystem>(config);
}

}  // namespace ecg
