#include <algorithm>
#include <functional>

#include "corpus/failure.h"
#include "export/golden.h"
#include "model_input/make_input.h"
#include "pretext/mask.h"
#include "synth/simulate.h"

namespace ecg {
namespace {

/// Population of the golden records: apart from any that a corpus is likely to use.
constexpr std::uint64_t kGoldenSeed = 20'260'727;

using Masker = std::function<Result<TokenMask>(const TokenGrid&, RandomStream&)>;

struct Plan {
  std::string name, description;
  std::vector<Lead> recorded;
  Masker mask;
};

Masker random_share(double ratio) {
  return [ratio](const TokenGrid& grid, RandomStream& random) {
    return random_mask(grid, ratio, random);
  };
}

Result<TokenMask> dual_mask(const TokenGrid& grid, RandomStream& random) {
  return stdm_mask(grid, {}, random);
}

std::vector<Lead> twelve_leads_without(std::initializer_list<Lead> missing) {
  std::vector<Lead> leads;
  for (const Lead lead : kTwelveLeads) {
    if (std::find(missing.begin(), missing.end(), lead) == missing.end()) leads.push_back(lead);
  }
  return leads;
}

std::vector<Plan> plans() {
  const auto all = twelve_leads_without({});
  return {
      {"twelve-leads", "twelve leads, half the columns and a fifth of the leads hidden", all,
       dual_mask},
      {"two-leads-absent", "V3 and V4 were not recorded, mask as above",
       twelve_leads_without({Lead::kV3, Lead::kV4}), dual_mask},
      {"nothing-hidden", "twelve leads, every token visible", all, random_share(0)},
      {"three-leads",
       "only I, II and V2 were recorded, half the tokens hidden",
       {Lead::kI, Lead::kII, Lead::kV2},
       random_share(0.5)},
      {"one-visible-token", "twelve leads, all tokens hidden but one", all, random_share(1)},
  };
}

ModelInput simulated_input(const ModelSpec& spec, const Plan& plan, std::uint64_t index) {
  SimulationOptions options;
  options.seed = kGoldenSeed;
  options.index = index;
  options.duration_s = std::max(10.0, spec.duration_s());
  options.leads = plan.recorded;
  const Simulation simulation = value_or_throw(simulate(options));
  return value_or_throw(make_input(simulation.recording.signal, spec));
}

GoldenCase case_from_plan(const ModelSpec& spec, const Plan& plan, std::uint64_t index) {
  const ModelInput input = simulated_input(spec, plan, index);
  const auto leads = static_cast<std::int64_t>(spec.leads.size());
  const TokenGrid grid{spec.leads.size(), spec.column_count(), spec.patch_samples};
  RandomStream random({kGoldenSeed, 0, index, 0, RandomPurpose::kMask});
  const TokenMask mask = value_or_throw(plan.mask(grid, random));
  const auto values = input.signal.values();
  return {
      plan.name,
      plan.description,
      {{"signal", {1, leads, spec.samples}, {values.begin(), values.end()}},
       {"lead_mask", {1, leads}, input.lead_mask},
       {"token_mask", {1, static_cast<std::int64_t>(mask.size())}, {mask.begin(), mask.end()}}}};
}

}  // namespace

std::vector<GoldenCase> golden_inputs(const ModelSpec& spec) {
  std::vector<GoldenCase> cases;
  for (const Plan& plan : plans()) cases.push_back(case_from_plan(spec, plan, cases.size()));
  return cases;
}

}  // namespace ecg
