#include "export/card.h"

#include <cstdio>

namespace ecg {
namespace {

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string input_section(const ModelSpec& spec) {
  std::string leads;
  for (const Lead lead : spec.leads)
    leads += (leads.empty() ? "" : ", ") + std::string(lead_name(lead));
  std::string band = "unfiltered";
  if (spec.highpass_hz > 0 || spec.lowpass_hz > 0) {
    band =
        "Butterworth of order " + std::to_string(spec.filter_order) + ", forward and backward, " +
        (spec.highpass_hz > 0 ? "high-pass " + short_number(spec.highpass_hz) + " Hz"
                              : "no high-pass") +
        ", " +
        (spec.lowpass_hz > 0 ? "low-pass " + short_number(spec.lowpass_hz) + " Hz" : "no low-pass");
  }
  return "## Input\n" + short_number(spec.duration_s()) + " s at " +
         short_number(spec.sampling_rate_hz) + " Hz of " + leads + ". " + band +
         ". Normalisation: " + std::string(normalisation_name(spec.normalisation)) +
         ". Leads that a recording lacks are marked absent and not looked at.\n\n";
}

std::string training_section(const BundleInfo& info) {
  std::string text = "## Training\nPreset `" + info.preset + "`, seed " +
                     std::to_string(info.seed) + ", " + std::to_string(info.steps) +
                     " steps. Corpus: " + info.corpus + ".";
  if (!info.commit.empty()) text += " Sources at commit `" + info.commit + "`.";
  return text + "\n\n";
}

std::string figures_section(const BundleInfo& info) {
  std::string text = "## Figures\n";
  if (info.figures.empty()) return text + "None were recorded.\n\n";
  text += "| figure | value |\n|---|---|\n";
  for (const auto& [name, value] : info.figures)
    text += "| " + name + " | " + short_number(value) + " |\n";
  if (!info.command.empty()) text += "\nMade by `" + info.command + "`.\n";
  return text + "\n";
}

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "\"" : ", \"") + text + '"';
  return all;
}

// Of a head that no label was used for: what stands for a label, and figures if there are any.
std::string prompts_section(const LinearHead& head) {
  std::string text = "## Labels by texts: " + head.task +
                     "\nHow well the recording goes with texts, learned from recordings and their "
                     "reports; no label was looked at. A value says how likely the model finds it "
                     "that recording and texts belong together among others; values of two labels "
                     "can be compared, but they are no probabilities of a finding. ";
  if (head.records > 0) {
    text += "Macro AUROC " + rounded(head.macro_auroc) + " (95 % interval " +
            rounded(head.macro_low) + " to " + rounded(head.macro_high) + ") on " +
            std::to_string(head.records) + " records: " + head.reported_on + ".";
  } else {
    text += "How well it tells records apart was not measured.";
  }
  text += "\n\n| label | AUROC | records that have it | texts |\n|---|---|---|---|\n";
  for (const HeadLabel& label : head.labels) {
    text += "| " + label.name + " | " + (head.records > 0 ? rounded(label.auroc) : "-") + " | " +
            (head.records > 0 ? std::to_string(label.positives) : "-") + " | " +
            joined(label.prompts) + " |\n";
  }
  return text;
}

std::string fitted_section(const LinearHead& head) {
  std::string text = "## Labels: " + head.task +
                     "\nOne logistic regression per label on the embedding, fitted on " +
                     head.fitted_on + ". Macro AUROC " + rounded(head.macro_auroc) +
                     " (95 % interval " + rounded(head.macro_low) + " to " +
                     rounded(head.macro_high) + ") on " + std::to_string(head.records) +
                     " records that neither encoder nor head was fitted to: " + head.reported_on +
                     ".\n\n| label | AUROC | records that have it |\n|---|---|---|\n";
  for (const HeadLabel& label : head.labels) {
    text += "| " + label.name + " | " + rounded(label.auroc) + " | " +
            std::to_string(label.positives) + (label.positives < 10 ? " (too few to judge)" : "") +
            " |\n";
  }
  return text;
}

std::string heads_section(const BundleInfo& info) {
  std::string text;
  for (const LinearHead& head : info.heads) {
    text += head.input == "shared" ? prompts_section(head) : fitted_section(head);
    text +=
        "\nWhat a head answers is a guess for teaching. It must not be used to decide about a "
        "person.\n\n";
  }
  return text;
}

}  // namespace

std::string card_from_bundle(const BundleModel& model, const BundleInfo& info) {
  return "# " + info.input.name + " " + info.input.version +
         "\n\n**For education and research, not for diagnosis.** The model has not been validated "
         "for any "
         "clinical use.\n\n" +
         "## Model\n" + model.description + "\n\n" + input_section(info.input) +
         training_section(info) + figures_section(info) + heads_section(info) +
         "## Limits\nWhat the model fills in is a likely waveform, not the patient's. Its figures "
         "hold for "
         "the corpus named above; on other devices, populations and diseases they are unknown. A "
         "model "
         "trained on simulated recordings shows that the machinery works and nothing about "
         "people.\n\n"
         "## Licence\n" +
         info.licence + "\n";
}

}  // namespace ecg
