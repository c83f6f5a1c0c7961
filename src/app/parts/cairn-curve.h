/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "fhir/cairn-samples.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_CURVE (cairn_curve_get_type ())
G_DECLARE_FINAL_TYPE (CairnCurve, cairn_curve, CAIRN, CURVE, GtkWidget)

void cairn_curve_set_samples (CairnCurve *self, CairnSamples *samples);

G_END_DECLS
