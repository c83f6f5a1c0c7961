/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/**
 * CairnSamples:
 * @values: (array): @n times @dimensions numbers in @unit, the dimensions of one instant together; NaN where the device
 *   failed, ±infinity beyond what it measures
 * @n: instants
 * @dimensions: curves
 * @left_out: instants that are not in @values, because there are too many
 * @period: milliseconds between two instants
 * @unit: (nullable): as people write it
 * @low: the lowest finite number
 * @high: the highest finite number
 * @n_failed: numbers that are NaN
 * @n_beyond: numbers that are infinite
 *
 * A SampledData (FHIR R4 §2.24.0.11) in numbers, as of an electrocardiogram. Counted, and immutable.
 */
typedef struct
{
  double *values;
  gsize   n;
  guint   dimensions;
  gsize   left_out;
  double  period;
  char   *unit;
  double  low, high;
  gsize   n_failed, n_beyond;
} CairnSamples;

CairnSamples *cairn_samples_new       (CairnJson sampled_data);
CairnSamples *cairn_samples_ref       (CairnSamples *self);
void          cairn_samples_unref     (CairnSamples *self);
char         *cairn_samples_dup_words (const CairnSamples *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSamples, cairn_samples_unref)

G_END_DECLS
