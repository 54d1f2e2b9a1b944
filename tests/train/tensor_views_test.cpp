// Tensor twins of augmentations: the same counters give the same views.
#include "objective/tensor_views.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "objective/importance_map.h"
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

}  // namespace

TEST_CASE("Philox on tensors gives the words of the streams") {
  const at::Tensor words = philox_words(kKeys, 103, batch());
  for (std::size_t b = 0; b < kKeys.size(); ++b) {
    RandomStream random(kKeys[b]);
    const auto* word = words[static_cast<std::int64_t>(b)].contiguous().data_ptr<std::int64_t>();
    for (int i = 0; i < 103; ++i) REQUIRE(word[i] == random.next_u32());
  }
}

TEST_CASE("FDA and muscle noise on tensors equal the plain ones within 1e-5") {
  const at::Tensor signal = batch();
  for (const double strength : {0.5, 1.0, 2.0}) {
    const auto fda = plain_view(signal, kTwelveLeads, kKeys, "fda", strength);
    CHECK((fda_view(signal, kKeys, strength) - fda).abs().max().item<float>() < 1e-5f);
    CHECK((fda - signal).abs().max().item<float>() > 1e-3f);
    const auto emg = plain_view(signal, kTwelveLeads, kKeys, "emg", strength);
    CHECK((emg_view(signal, kTwelveLeads, kKeys, strength) - emg).abs().max().item<float>() <
          1e-5f);
    CHECK((emg - signal).abs().max().item<float>() > 0.1f);
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
