/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves that a device measured, from their text into numbers. Any thread. */
#include "config.h"

#include "cairn-samples.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cairn-value.h"

#define MAX_NUMBERS 400000
#define MAX_DIMENSIONS 16

static double
number_at (CairnJson object, const char *path, double fallback)
{
  double number;

  return cairn_json_double (cairn_json_get (object, path), &number) && isfinite (number) ? number : fallback;
}

/* One word: a decimal, "E" for a failure, "L" and "U" for below and above what can be measured. */
static double
read_word (const char *word, gsize length, double factor, double origin)
{
  char text[40];
  char *end;
  double number;

  if (length == 1 && *word == 'L')
    return -INFINITY;
  if (length == 1 && *word == 'U')
    return INFINITY;
  if (length >= sizeof text)
    return NAN;
  memcpy (text, word, length);
  text[length] = '\0';
  number = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || strspn (text, "+-.0123456789eE") != length)
    return NAN;
  number = number * factor + origin;
  return isfinite (number) ? number : NAN;
}

/* Past what is white space, or what isn't. */
static const char *
skip (const char *at, gboolean space)
{
  while (*at != '\0' && g_ascii_isspace (*at) == space)
    at++;
  return at;
}

static void
count (CairnSamples *self, gsize all)
{
  self->low = INFINITY;
  self->high = -INFINITY;
  for (gsize i = 0; i < all; i++)
    if (isnan (self->values[i]))
      self->n_failed++;
    else if (isinf (self->values[i]))
      self->n_beyond++;
    else
      {
        self->low = MIN (self->low, self->values[i]);
        self->high = MAX (self->high, self->values[i]);
      }
}

/**
 * cairn_samples_new:
 * @sampled_data: a SampledData
 *
 * Returns: (transfer full) (nullable): its numbers; %NULL when there is none to draw
 */
CairnSamples *
cairn_samples_new (CairnJson sampled_data)
{
  g_autofree char *data = cairn_json_dup_text_at (sampled_data, "data");
  g_autoptr(GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *unit = cairn_json_dup_text_at (sampled_data, "origin.unit");
  double factor = number_at (sampled_data, "factor", 1), origin = number_at (sampled_data, "origin.value", 0);
  double dimensions = number_at (sampled_data, "dimensions", 1), period = number_at (sampled_data, "period", 0);
  g_autoptr(CairnSamples) self = NULL;
  gsize words = 0;

  if (data == NULL || dimensions < 1 || dimensions > MAX_DIMENSIONS || dimensions != floor (dimensions))
    return NULL;
  for (const char *at = skip (data, TRUE), *end; *at != '\0'; at = skip (end, TRUE), words++)
    {
      double number;

      end = skip (at, FALSE);
      number = read_word (at, end - at, factor, origin);
      if (words < MAX_NUMBERS)
        g_array_append_val (numbers, number);
    }
  self = g_atomic_rc_box_new0 (CairnSamples);
  self->dimensions = (guint) dimensions;
  self->n = numbers->len / self->dimensions;
  self->left_out = words / self->dimensions - self->n;
  self->period = MAX (period, 0);
  self->values = (double *) (gpointer) g_array_steal (numbers, NULL);
  if (unit == NULL)
    unit = cairn_json_dup_text_at (sampled_data, "origin.code");
  self->unit = cairn_unit_dup_shown (unit);
  count (self, self->n * self->dimensions);
  return self->high >= self->low ? g_steal_pointer (&self) : NULL;
}

/**
 * cairn_samples_ref:
 * @self: samples
 *
 * Returns: (transfer full): the same
 */
CairnSamples *
cairn_samples_ref (CairnSamples *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  CairnSamples *self = data;

  g_free (self->values);
  g_free (self->unit);
}

/**
 * cairn_samples_unref:
 * @self: (transfer full): samples
 */
void
cairn_samples_unref (CairnSamples *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * cairn_samples_dup_words:
 * @self: samples
 *
 * Returns: (transfer full): what can be said of the curve: how long it is, its lowest and highest value, and what is missing
 */
char *
cairn_samples_dup_words (const CairnSamples *self)
{
  GString *out = g_string_new (NULL);

  if (self->period > 0)
    /* Translators: how long a curve is, in seconds; %.3g is a number */
    g_string_append_printf (out, _("%.3g seconds long"), self->period * (double) (self->n + self->left_out) / 1000);
  if (out->len > 0)
    g_string_append_c (out, '\n');
  /* Translators: lowest and highest value of a curve, and their unit */
  g_string_append_printf (out, _("Between %1$.4g and %2$.4g %3$s"), self->low, self->high, self->unit != NULL ? self->unit : "");
  g_strchomp (out->str);
  out->len = strlen (out->str);
  if (self->n_failed > 0)
    g_string_append_printf (out, g_dngettext (GETTEXT_PACKAGE, "\nThe device failed at %u point", "\nThe device failed at %u points",
                                              (gulong) self->n_failed), (guint) self->n_failed);
  if (self->n_beyond > 0)
    g_string_append_printf (out, g_dngettext (GETTEXT_PACKAGE, "\nAt %u point the value was beyond what the device measures",
                                              "\nAt %u points the value was beyond what the device measures", (gulong) self->n_beyond),
                            (guint) self->n_beyond);
  return g_string_free (out, FALSE);
}
