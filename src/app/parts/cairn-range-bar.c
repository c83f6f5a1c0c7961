/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Low, usual, high as a bar with the value as a dot and the words beside it. The scale is the usual
 * range, three quarters of its width below and one and a half above; a range with one limit has two
 * segments. Heights come from the font, so that large text never clips.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "parts/cairn-drawing.h"
#include "parts/cairn-range-bar.h"

#define SMALL 0.82   /* of the font's size */
#define INSET 8
#define TRACK 8
#define ABOVE 7
#define BELOW 6
#define DOT 6.5
#define RING 8.5

typedef struct
{
  double      from, to;
  const char *words;
  gboolean    usual;
} Segment;

struct _CairnRangeBar
{
  GtkWidget parent_instance;

  char      *low_text;
  char      *high_text;
  double     value;
  double     low, high;
  gboolean   has_low, has_high;
  double     scale_min, scale_max;
  CairnLevel level;
};

G_DEFINE_FINAL_TYPE (CairnRangeBar, cairn_range_bar, GTK_TYPE_WIDGET)

/* Where a value stands, in pixels from the left; beyond the scale it stops at the end. */
static double
get_x (CairnRangeBar *self,
       double         value)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * INSET;
  double at = (value - self->scale_min) / (self->scale_max - self->scale_min);

  at = CLAMP (at, 0, 1);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    at = 1 - at;
  return INSET + width * at;
}

static gboolean
reaches (CairnRangeBar *self,
         const Segment *segment)
{
  if (segment->usual)
    return self->value >= segment->from && self->value <= segment->to;
  return segment->from == self->scale_min ? self->value < segment->to : self->value > segment->from;
}

static guint
list_segments (CairnRangeBar *self,
               Segment        segments[3])
{
  guint n = 0;

  if (self->has_low && self->low > self->scale_min)
    segments[n++] = (Segment) { self->scale_min, self->low, C_("range", "Low"), FALSE };
  segments[n++] = (Segment) { self->has_low ? self->low : self->scale_min,
                              self->has_high ? self->high : self->scale_max,
                              C_("range", "Usual"), TRUE };
  if (self->has_high)
    segments[n++] = (Segment) { self->high, self->scale_max, C_("range", "High"), FALSE };
  return n;
}

static void
snapshot_text (GtkSnapshot   *snapshot,
               PangoLayout   *layout,
               double         middle,
               double         y,
               double         limit,
               const GdkRGBA *color)
{
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (round (CLAMP (middle - width / 2.0, 0, MAX (0, limit - width))), y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_pill (GtkSnapshot   *snapshot,
               double         x,
               double         y,
               double         width,
               double         height,
               const GdkRGBA *color)
{
  GskRoundedRect pill;

  gsk_rounded_rect_init_from_rect (&pill, &GRAPHENE_RECT_INIT (x, y, width, height), MIN (width, height) / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, color, &pill.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
snapshot_segment (CairnRangeBar *self,
                  GtkSnapshot   *snapshot,
                  const Segment *segment,
                  double         y)
{
  int limit = gtk_widget_get_width (GTK_WIDGET (self));
  gboolean reached = reaches (self, segment);
  double a = get_x (self, segment->from);
  double b = get_x (self, segment->to);
  double left = MIN (a, b) + (MIN (a, b) > INSET ? 1.5 : 0);
  double right = MAX (a, b) - (MAX (a, b) < limit - INSET ? 1.5 : 0);
  GdkRGBA track = segment->usual ? cairn_drawing_get_color (GTK_WIDGET (self), "success_color", 0.8f)
                                 : cairn_drawing_get_color (GTK_WIDGET (self), NULL, 0.16f);
  GdkRGBA text = cairn_drawing_get_color (GTK_WIDGET (self), NULL, reached ? 1 : 0.72f);
  g_autoptr(PangoLayout) layout = cairn_drawing_create_layout (GTK_WIDGET (self), segment->words, SMALL, reached);
  int width;

  if (right > left)
    snapshot_pill (snapshot, left, y, right - left, TRACK, &track);
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (reached || width <= right - left)
    snapshot_text (snapshot, layout, (left + right) / 2, 0, limit, &text);
}

static void
snapshot_limit (CairnRangeBar *self,
                GtkSnapshot   *snapshot,
                const char    *words,
                double         x,
                double         y)
{
  g_autoptr(PangoLayout) layout = cairn_drawing_create_layout (GTK_WIDGET (self), words, SMALL, FALSE);
  GdkRGBA color = cairn_drawing_get_color (GTK_WIDGET (self), NULL, 0.72f);

  snapshot_text (snapshot, layout, x, y, gtk_widget_get_width (GTK_WIDGET (self)), &color);
}

static void
cairn_range_bar_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  CairnRangeBar *self = CAIRN_RANGE_BAR (widget);
  double y = cairn_drawing_get_line_height (widget, SMALL) + ABOVE;
  double x = get_x (self, self->value);
  GdkRGBA ring = cairn_drawing_get_color (GTK_WIDGET (self), "popover_bg_color", 1);
  GdkRGBA dot = cairn_drawing_get_color (GTK_WIDGET (self), "success_color", 1);
  Segment segments[3];
  guint n;

  if (!self->has_low && !self->has_high)
    return;

  n = list_segments (self, segments);
  for (guint i = 0; i < n; i++)
    snapshot_segment (self, snapshot, &segments[i], y);
  if (self->low_text != NULL)
    snapshot_limit (self, snapshot, self->low_text, get_x (self, self->low), y + TRACK + BELOW);
  if (self->high_text != NULL)
    snapshot_limit (self, snapshot, self->high_text, get_x (self, self->high), y + TRACK + BELOW);

  if (self->level == CAIRN_LEVEL_VERY_HIGH || self->level == CAIRN_LEVEL_VERY_LOW)
    dot = cairn_drawing_get_color (GTK_WIDGET (self), "error_color", 1);
  else if (self->level != CAIRN_LEVEL_USUAL)
    dot = cairn_drawing_get_color (GTK_WIDGET (self), "warning_color", 1);
  y += TRACK / 2.0;
  snapshot_pill (snapshot, x - RING, y - RING, 2 * RING, 2 * RING, &ring);
  snapshot_pill (snapshot, x - DOT, y - DOT, 2 * DOT, 2 * DOT, &dot);
}

static void
cairn_range_bar_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 160;
      *natural = 300;
    }
  else
    {
      *minimum = *natural = 2 * cairn_drawing_get_line_height (widget, SMALL) + ABOVE + TRACK + BELOW;
    }
}

static void
cairn_range_bar_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (cairn_range_bar_parent_class)->css_changed (widget, change);
  gtk_widget_queue_resize (widget);
}

static void
cairn_range_bar_finalize (GObject *object)
{
  CairnRangeBar *self = CAIRN_RANGE_BAR (object);

  g_free (self->low_text);
  g_free (self->high_text);

  G_OBJECT_CLASS (cairn_range_bar_parent_class)->finalize (object);
}

static void
cairn_range_bar_class_init (CairnRangeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cairn_range_bar_finalize;
  widget_class->snapshot = cairn_range_bar_snapshot;
  widget_class->measure = cairn_range_bar_measure;
  widget_class->css_changed = cairn_range_bar_css_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_METER);
}

static void
cairn_range_bar_init (CairnRangeBar *self)
{
}

GtkWidget *
cairn_range_bar_new (void)
{
  return g_object_new (CAIRN_TYPE_RANGE_BAR, NULL);
}

/* A limit as the clinic wrote it ("4.0"), found again in the range's words; else its shortest digits. */
static char *
dup_limit (const char *words,
           double      limit)
{
  for (const char *at = words; at != NULL && (at = strpbrk (at, "0123456789")) != NULL;)
    {
      char *end;

      if (g_ascii_strtod (at, &end) == limit)
        return g_strndup (at, end - at);
      at = end > at ? end : at + 1;
    }
  return g_strdup_printf ("%.4g", limit);
}

/* FALSE when nothing can be drawn: no limit, or limits that make no range. */
gboolean
cairn_range_bar_set (CairnRangeBar    *self,
                     double            value,
                     const CairnRange *range,
                     CairnLevel        level)
{
  g_autofree char *words = NULL;
  double low, high;

  g_return_val_if_fail (CAIRN_IS_RANGE_BAR (self), FALSE);

  if (range == NULL || (!range->has_low && !range->has_high) || !isfinite (value) ||
      (range->has_low && !isfinite (range->low)) || (range->has_high && !isfinite (range->high)) ||
      (range->has_low && range->has_high && range->low >= range->high))
    return FALSE;

  /* "Below 5.6" is read as 0 to 5.6, "above 40" as 40 to twice that: only for the scale's sake. */
  low = range->has_low ? range->low : MIN (0, range->high);
  high = range->has_high ? range->high : (low > 0 ? 2 * low : low + 1);
  if (high <= low)
    high = low + 1;

  self->value = value;
  self->level = level;
  self->has_low = range->has_low;
  self->has_high = range->has_high;
  self->low = low;
  self->high = high;
  self->scale_min = range->has_low ? low - 0.75 * (high - low) : low;
  self->scale_max = range->has_high ? high + 1.5 * (high - low) : high;
  if (low >= 0)
    self->scale_min = MAX (0, self->scale_min);
  g_free (self->low_text);
  g_free (self->high_text);
  self->low_text = range->has_low ? dup_limit (range->text, low) : NULL;
  self->high_text = range->has_high ? dup_limit (range->text, high) : NULL;

  /* Translators: %s is a range such as "4.0 to 5.6 %" */
  words = g_strdup_printf (_("Usual range: %s"), range->text != NULL ? range->text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, self->scale_min,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, self->scale_max,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, value,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, cairn_level_get_words (level),
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}
