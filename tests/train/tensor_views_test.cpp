// Tensor twins of augmentations: the same counters give the same views.
#include "objective/tensor_views.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "nn/gumbel_quantiser.h"
#include "objective/importance_map.h"
#include "objective/tensor_augmentation.h"
#include "objective/token_batch.h"
#include "objective/views.h"
#include "plain_view.h"
#include "pretext/mask_catalogue.h"

using namespace ecg;
using ecg::test::plain_view;

namespace {

const std::vector<RandomKey> kKeys = {
    {.seed = 0x123456789ABCDEFull, .epoch = 3, .record = 7, .purpose = RandomPurpose::kAugment},
    {.seed = 2,
     .epoch = 1000,
     .record = 1ull << 40,
     .view = 5,
     .purpose = RandomPurpose::kAugment}};

at::Tensor batch() {
  return at::sin(at::arange(2 * 12 * 500, at::kFloat) * 0.37f).view({2, 12, 500});
}

double largest(const at::Tensor& difference) { return difference.abs().max().item<double>(); }

/// The twin of plain_view; undefined where the method has none.
at::Tensor twin_view(const at::Tensor& signal, std::span<const Lead> leads, const char* name,
                     double strength) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : leads) labels.push_back(label_of(lead));
  const SignalView shape{nullptr, leads.size(), signal.size(2), signal.size(2), 250, labels};
  std::vector<AugmentationDraw> draws;
  for (const RandomKey& key : kKeys) {
    RandomStream random(key);
    draws.push_back(find_augmentation_method(name)
                        ->draw({.signal = shape, .strength = strength}, random)
                        .value());
  }
  return has_tensor_twin(draws[0]) ? apply_augmentations(signal, {leads, 250}, draws)
                                   : at::Tensor();
}

/// Records of the toy signal, and a configuration of 12 leads at 250 Hz with these augmentations.
Batch records_of(std::size_t count) {
  Batch records;
  records.signal =
      at::sin(at::arange(static_cast<std::int64_t>(count) * 12 * 500, at::kFloat) * 0.37f)
          .view({-1, 12, 500});
  for (std::uint64_t i = 0; i < count; ++i) records.keys.push_back({.seed = 5, .record = i});
  return records;
}

ObjectiveConfig augmenting(const std::string& methods) {
  ObjectiveConfig config;
  config.input.leads.assign(kTwelveLeads.begin(), kTwelveLeads.end());
  config.input.sampling_rate_hz = 250;
  config.input.samples = 500;
  config.augment_methods = methods;
  return config;
}

}  // namespace

TEST_CASE("Philox on tensors gives the words of the streams") {
  const at::Tensor words = philox_words(kKeys, 103, batch());
  for (std::size_t b = 0; b < kKeys.size(); ++b) {
    RandomStream random(kKeys[b]);
    const auto* word = words[static_cast<std::int64_t>(b)].contiguous().data_ptr<std::int64_t>();
    for (int i = 0; i < 103; ++i) REQUIRE(word[i] == random.next_u32());
  }
}

TEST_CASE("Philox on tensors goes on where streams are, each somewhere else") {
  for (const int used : {1, 4, 6, 127}) {
    std::vector<RandomStream> streams;
    for (const RandomKey& key : kKeys) streams.emplace_back(key);
    for (int i = 0; i < used; ++i) streams[0].next_u32();
    const at::Tensor words = philox_words(streams, 31, batch());
    for (std::size_t b = 0; b < streams.size(); ++b) {
      const auto* word = words[static_cast<std::int64_t>(b)].contiguous().data_ptr<std::int64_t>();
      for (int i = 0; i < 31; ++i) REQUIRE(word[i] == streams[b].next_u32());
    }
  }
}

TEST_CASE("Augmentations by tensors equal the plain ones within 1e-5") {
  const std::vector<std::string> twins = {"scale",     "wander",   "shift", "powerline", "emg",
                                          "lead_drop", "time_out", "fda",   "fda_leads"};
  const std::vector<Lead> some = {Lead::kII, Lead::kAvr, Lead::kV1, Lead::kV9};
  for (const std::vector<Lead>& leads :
       {std::vector<Lead>(kTwelveLeads.begin(), kTwelveLeads.end()), some}) {
    const at::Tensor signal =
        batch().narrow(1, 0, static_cast<std::int64_t>(leads.size())).contiguous();
    for (const std::string& name : twins) {
      for (const double strength : {0.5, 1.0, 2.0}) {
        INFO(name << " of " << leads.size() << " leads at " << strength);
        const auto plain = plain_view(signal, leads, kKeys, name.c_str(), strength);
        const auto twin = twin_view(signal, leads, name.c_str(), strength);
        REQUIRE(twin.defined());
        CHECK(largest(twin - plain) < 1e-5);
        CHECK((name == "lead_drop" || largest(plain - signal) > 1e-3));
      }
    }
  }
  for (const char* name : {"warp", "vcg", "bandpass"}) {
    CHECK_FALSE(twin_view(batch(), kTwelveLeads, name, 1).defined());
  }
}

TEST_CASE("Augmentations one after the other by tensors equal the plain ones within 1e-5") {
  // Each goes on with the stream that the one before left: after a varying number of words, or with
  // another key.
  Batch records = records_of(64);
  for (const char* methods :
       {"scale,emg,lead_drop", "scale,wander,powerline,emg,lead_drop", "lead_drop,emg", "emg,emg",
        "wander,shift,time_out,fda_leads,scale", "warp,scale,vcg,emg"}) {
    INFO(methods);
    const ObjectiveConfig config = augmenting(methods);
    records.by_tensors = false;
    const at::Tensor plain = augmented(records.signal, records, 3, config);
    records.by_tensors = true;
    const at::Tensor twin = augmented(records.signal, records, 3, config);
    CHECK(largest(twin - plain) < 1e-5);
    CHECK(largest(plain - records.signal) > 0.1);
  }
}

TEST_CASE("Gumbel noise by tensors equals the plain one") {
  std::vector<float> plain(3001);
  RandomStream random(kKeys[0]);
  fill_gumbel(random, plain);
  const at::Tensor twin = gumbel_from_words(philox_words(kKeys, 3001, batch()))[0].contiguous();
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(std::abs(twin.data_ptr<float>()[i] - plain[i]) <= 1e-6f * (1 + std::abs(plain[i])));
  }
}

TEST_CASE("Shifts and the noise of a learned FDA on tensors are the plain ones, to the bit") {
  const at::Tensor signal = batch();
  for (const std::vector<std::int64_t>& shifts :
       {std::vector<std::int64_t>{0, 0}, {17, -3}, {-499, 499}, {500, -500}}) {
    CHECK(at::equal(shifted_view(signal, shifts), shifted(signal, shifts)));
  }
  for (const std::vector<Lead>& leads :
       {std::vector<Lead>(kTwelveLeads.begin(), kTwelveLeads.end()),
        {Lead::kII, Lead::kAvr, Lead::kV1}}) {
    const FdaNoise plain = draw_fda_noise(kKeys, leads, 500);
    const FdaNoise twin = draw_fda_noise_on(signal, kKeys, leads, 500);
    CHECK(at::equal(plain.size, twin.size));
    CHECK(at::equal(plain.phase, twin.phase));
    CHECK(at::equal(plain.chance, twin.chance));
  }
}

TEST_CASE("Masks as index tensors are the catalogue's masks") {
  const TokenGrid grid{12, 20, 25};
  const std::vector<std::uint32_t> records = {4, 9};
  const std::vector<SampleIndex> peaks = {40, 230, 410};
  for (const MaskMethod& method : mask_methods()) {
    INFO(std::string(method.name));
    const MaskRequest request{grid, 250, kTwelveLeads, {}, peaks};
    const auto draw = [&](std::size_t, RandomStream& random) {
      return method.draw(request, random);
    };
    const auto batch = draw_token_batch(grid, record_keys(3, 5, records), draw).value();
    for (std::int64_t b = 0; b < 2; ++b) {
      RandomStream random({3, 5, records[static_cast<std::size_t>(b)], 0, RandomPurpose::kMask});
      const TokenMask mask = method.draw(request, random).value();
      at::Tensor hidden = at::empty({240});
      for (std::int64_t i = 0; i < 240; ++i) hidden[i] = mask[static_cast<std::size_t>(i)];
      CHECK(at::equal(batch.hidden[b], hidden));
      if (!batch.visible_index.defined()) continue;
      CHECK(batch.visible_index.size(1) == 240 - static_cast<std::int64_t>(hidden_count(mask)));
      CHECK(hidden.index_select(0, batch.visible_index[b]).sum().item<float>() == 0);
    }
    CHECK((batch.visible_index.defined() || !method.exact_count));
  }
}
