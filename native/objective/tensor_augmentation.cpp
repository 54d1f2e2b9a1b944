#include "objective/tensor_augmentation.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <type_traits>

#include "core/assert.h"
#include "objective/batch.h"
#include "objective/tensor_views.h"

namespace ecg {
namespace {

constexpr double kTurn = 6.283185307179586;

template <typename Draw>
using Draws = std::vector<const Draw*>;

/// [records, columns, 1] on the device of `like`: what write(draw, row) puts into each row.
template <typename T, typename Draw, typename Write>
at::Tensor table_of(const Draws<Draw>& draws, std::int64_t columns, const at::Tensor& like,
                    const Write& write) {
  const auto type = c10::CppTypeToScalarType<T>::value;
  at::Tensor table = at::zeros({static_cast<std::int64_t>(draws.size()), columns, 1}, type);
  T* row = table.data_ptr<T>();
  for (const Draw* draw : draws) {
    write(*draw, row);
    row += columns;
  }
  return sent_to(table, like.device());
}

/// A value per lead, from a list of the draw's.
template <typename T, typename Draw, typename List>
at::Tensor rows_of(const Draws<Draw>& draws, const at::Tensor& signal, const List& list) {
  return table_of<T>(draws, signal.size(1), signal, [&](const Draw& draw, T* row) {
    std::copy(list(draw).begin(), list(draw).end(), row);
  });
}

/// [records, 1, samples]: whether a sample lies in the draw's [begin, end).
template <typename Draw>
at::Tensor samples_between(const Draws<Draw>& draws, const at::Tensor& signal) {
  const auto ends =
      table_of<std::int64_t>(draws, 2, signal, [](const Draw& draw, std::int64_t* row) {
        row[0] = draw.begin;
        row[1] = draw.end;
      });
  const at::Tensor sample = at::arange(signal.size(2), ends.options());
  return sample.ge(ends.narrow(1, 0, 1)).logical_and(sample.lt(ends.narrow(1, 1, 1)));
}

at::Tensor apply(const at::Tensor& signal, const SignalShape&, const Draws<ScaleDraw>& draws) {
  return signal * table_of<float>(draws, 1, signal,
                                  [](const ScaleDraw& draw, float* row) { row[0] = draw.gain; });
}

at::Tensor apply(const at::Tensor& signal, const SignalShape& shape,
                 const Draws<CosinesDraw>& draws) {
  std::size_t most = 0;
  for (const CosinesDraw* draw : draws) most = std::max(most, draw->cosines.size());
  const auto count = static_cast<std::int64_t>(most);
  const at::Tensor cosines =
      table_of<double>(draws, 3 * count, signal, [&](const CosinesDraw& draw, double* row) {
        for (const Cosine& cosine : draw.cosines) {
          *row++ = cosine.frequency_hz / shape.sampling_rate_hz;
          *row++ = cosine.phase_turns;
          *row++ = cosine.amplitude_mv;
        }
      }).view({signal.size(0), count, 3});
  const at::Tensor sample = at::arange(signal.size(2), cosines.options());
  const at::Tensor turns = cosines.narrow(2, 0, 1) * sample + cosines.narrow(2, 1, 1);
  const at::Tensor wave = (at::cos(turns * kTurn) * cosines.narrow(2, 2, 1)).sum(1, true);
  const auto gain = rows_of<float>(
      draws, signal, [](const CosinesDraw& d) -> const auto& { return d.row_gain; });
  return signal + gain * wave.to(at::kFloat);
}

at::Tensor apply(const at::Tensor& signal, const SignalShape&, const Draws<StepDraw>& draws) {
  const auto step = rows_of<float>(
      draws, signal, [](const StepDraw& d) -> const auto& { return d.row_step_mv; });
  return signal + step * samples_between(draws, signal).to(at::kFloat);
}

at::Tensor apply(const at::Tensor& signal, const SignalShape& shape,
                 const Draws<NoiseDraw>& draws) {
  const std::int64_t samples = signal.size(2);
  std::int64_t noises = 2;
  for (const Lead lead : shape.leads) noises += limb_lead_weights(lead) ? 0 : 1;
  std::vector<RandomStream> streams;
  for (const NoiseDraw* draw : draws) streams.push_back(draw->noise);
  const at::Tensor normals = normal_from_words(philox_words(streams, 2 * samples * noises, signal))
                                 .view({-1, noises, samples});
  const auto limb = rows_of<float>(
      draws, signal.narrow(1, 0, 2), [](const NoiseDraw& d) -> const auto& { return d.limb_mv; });
  const auto own = rows_of<float>(
      draws, signal, [](const NoiseDraw& d) -> const auto& { return d.row_mv; });
  const at::Tensor first = normals.select(1, 0) * limb.select(1, 0);
  const at::Tensor second = normals.select(1, 1) * limb.select(1, 1);
  std::vector<at::Tensor> added;
  std::int64_t used = 2;
  for (std::int64_t row = 0; row < signal.size(1); ++row) {
    const auto weights = limb_lead_weights(shape.leads[static_cast<std::size_t>(row)]);
    added.push_back(weights ? first * (*weights)[0] + second * (*weights)[1]
                            : normals.select(1, used++) * own.select(1, row));
  }
  return signal + at::stack(added, 1);
}

at::Tensor apply(const at::Tensor& signal, const SignalShape&, const Draws<LeadDropDraw>& draws) {
  const auto dropped = rows_of<std::uint8_t>(
      draws, signal, [](const LeadDropDraw& d) -> const auto& { return d.dropped; });
  return signal.masked_fill(dropped.to(at::kBool), 0);
}

at::Tensor apply(const at::Tensor& signal, const SignalShape&, const Draws<TimeOutDraw>& draws) {
  return signal.masked_fill(samples_between(draws, signal), 0);
}

/// III, aVR, aVL and aVF made of the view's I and II, where both are among the leads.
at::Tensor rebuilt(const at::Tensor& view, std::span<const Lead> leads) {
  const auto place = [&](Lead lead) {
    return std::find(leads.begin(), leads.end(), lead) - leads.begin();
  };
  const std::int64_t first = place(Lead::kI), second = place(Lead::kII), count = view.size(1);
  if (first == count || second == count) return view;
  std::vector<at::Tensor> rows = view.unbind(1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto weights = limb_lead_weights(leads[i]);
    if (!weights || leads[i] <= Lead::kII) continue;
    rows[i] = view.select(1, first) * (*weights)[0] + view.select(1, second) * (*weights)[1];
  }
  return at::stack(rows, 1);
}

at::Tensor apply(const at::Tensor& signal, const SignalShape& shape,
                 const Draws<SpectrumDraw>& draws) {
  const std::int64_t samples = signal.size(2), bins = samples / 2 + 1;
  const auto count = static_cast<std::int64_t>(draws.at(0)->factors.size());
  const auto numbers =
      table_of<float>(draws, 2 * count, signal, [](const SpectrumDraw& draw, float* row) {
        const auto* from = reinterpret_cast<const float*>(draw.factors.data());
        std::copy_n(from, 2 * draw.factors.size(), row);
      });
  const at::Tensor factors = at::view_as_complex(numbers.view({-1, count / bins, bins, 2}));
  const at::Tensor view = at::fft_irfft(at::fft_rfft(signal) * factors, samples);
  return count == bins ? view : rebuilt(view, shape.leads);
}

/// Of what has no twin.
template <typename Draw>
at::Tensor apply(const at::Tensor& signal, const SignalShape&, const Draws<Draw>&) {
  ECG_ASSERT(false);
  return signal;
}

template <typename Draw>
constexpr bool kHasTwin = !std::is_same_v<Draw, WarpDraw> && !std::is_same_v<Draw, VectorDraw> &&
                          !std::is_same_v<Draw, BandDraw> && !std::is_same_v<Draw, CropDraw>;

}  // namespace

bool has_tensor_twin(const AugmentationDraw& draw) {
  return std::visit([](const auto& d) { return kHasTwin<std::decay_t<decltype(d)>>; }, draw);
}

at::Tensor apply_augmentations(const at::Tensor& signal, const SignalShape& shape,
                               std::span<const AugmentationDraw> draws) {
  ECG_ASSERT(static_cast<std::int64_t>(draws.size()) == signal.size(0) &&
             static_cast<std::int64_t>(shape.leads.size()) == signal.size(1));
  if (draws.empty()) return signal;
  return std::visit(
      [&](const auto& first) {
        using Draw = std::decay_t<decltype(first)>;
        Draws<Draw> same;
        for (const AugmentationDraw& draw : draws) same.push_back(&std::get<Draw>(draw));
        return apply(signal, shape, same);
      },
      draws[0]);
}

}  // namespace ecg
