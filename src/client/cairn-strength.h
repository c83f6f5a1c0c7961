/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnStrength:
 * @level: 0 (nothing typed), 1 weak, 2 fair, 3 good, 4 strong
 * @long_enough: whether it has as many characters as the clinic asks for
 * @uncommon: whether it is not among those that are tried first
 * @impersonal: whether it is more than the person's own words
 *
 * How well a password would do. The portal has the last word.
 */
typedef struct
{
  guint    level;
  gboolean long_enough;
  gboolean uncommon;
  gboolean impersonal;
} CairnStrength;

void     cairn_strength_measure_async  (const char *password, guint least, const char *const *words,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean cairn_strength_measure_finish (GAsyncResult *result, CairnStrength *strength, GError **error);

G_END_DECLS
