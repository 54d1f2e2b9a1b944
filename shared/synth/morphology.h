#pragma once
// Morphology: how disease changes a person's beat shape.

#include "synth/anatomy.h"
#include "synth/catalogue.h"

namespace ecg {

/// Changes a normal person's shape. How strongly is drawn once per person and morphology, so a
/// patient looks alike in every recording. Several may be applied one after another; of two that
/// decide the same waves (RBBB and LBBB) the last one holds.
void apply_morphology(Morphology morphology, Anatomy& person);

}  // namespace ecg
