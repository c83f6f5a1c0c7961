/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a device measured, as curves one below the other: as wide as the page, or wider and scrolled when there is more
 * in it than a page can show. Where the device failed the line has a gap; beyond what it measures, the line ends at the
 * edge. Plus, minus and 0 stretch the curves.
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "parts/cairn-curve.h"
#include "parts/cairn-drawing.h"
#include "parts/cairn-plot.h"

#define SMALL 0.82
#define STRIP 130       /* height of one curve */
#define MANY_STRIP 70   /* when there are several */
#define MIN_WIDTH 240
#define MAX_STRETCH 64

struct _CairnCurve
{
  GtkWidget parent_instance;

  CairnSamples  *samples;
  GskRenderNode *node;
  double         stretch;
};

G_DEFINE_FINAL_TYPE (CairnCurve, cairn_curve, GTK_TYPE_WIDGET)

/* One curve's place */
typedef struct
{
  double left, width, top, bottom;
  CairnPlotScale scale;
} Strip;

static void
redraw (CairnCurve *self)
{
  g_clear_pointer (&self->node, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static double
get_y (const Strip *strip,
       double       value)
{
  value = CLAMP (value, strip->scale.low, strip->scale.high);
  return strip->bottom - (strip->bottom - strip->top) * (value - strip->scale.low) / (strip->scale.high - strip->scale.low);
}

/* The lowest and highest of the numbers that share a column of pixels, so that no spike is lost. */
static void
draw_line (CairnCurve  *self,
           cairo_t     *cr,
           const Strip *strip,
           guint        dimension)
{
  const CairnSamples *samples = self->samples;
  GdkRGBA accent = cairn_drawing_get_color (GTK_WIDGET (self), "accent_color", 1);
  double per_column = MAX (1, (double) samples->n / strip->width);

  for (gsize i = 0, end; i < samples->n; i = end)
    {
      double low = INFINITY, high = -INFINITY, x = strip->left + strip->width * (double) i / (double) MAX (samples->n - 1, 1);
      gboolean failed = FALSE, rises;

      end = MIN (samples->n, (gsize) (floor ((double) i / per_column + 1e-9) * per_column + per_column + 0.5));
      end = MAX (end, i + 1);
      for (gsize j = i; j < end; j++)
        {
          double value = samples->values[j * samples->dimensions + dimension];

          failed |= isnan (value);
          if (!isnan (value))
            {
              low = MIN (low, value);
              high = MAX (high, value);
            }
        }
      if (high < low)
        {
          cairo_new_sub_path (cr);
          continue;
        }
      rises = samples->values[i * samples->dimensions + dimension] <= low;
      cairo_line_to (cr, x, get_y (strip, rises ? low : high));
      if (high > low)
        cairo_line_to (cr, x, get_y (strip, rises ? high : low));
      if (failed)
        cairo_new_sub_path (cr);
    }
  gdk_cairo_set_source_rgba (cr, &accent);
  cairo_set_line_width (cr, 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
}

static void
draw_grid (CairnCurve  *self,
           cairo_t     *cr,
           const Strip *strip)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GdkRGBA grid = cairn_drawing_get_color (widget, NULL, 0.12f), text = cairn_drawing_get_color (widget, NULL, 0.72f);
  int line = cairn_drawing_get_line_height (widget, SMALL);

  cairo_set_line_width (cr, 1);
  for (double tick = strip->scale.low; tick <= strip->scale.high + strip->scale.step / 2; tick += strip->scale.step)
    {
      double y = round (get_y (strip, tick)) + 0.5;
      char label[40];

      gdk_cairo_set_source_rgba (cr, &grid);
      cairo_move_to (cr, strip->left, y);
      cairo_line_to (cr, strip->left + strip->width, y);
      cairo_stroke (cr);
      g_ascii_formatd (label, sizeof label, "%.4g", fabs (tick) < strip->scale.step / 100 ? 0 : tick);
      cairn_drawing_text (widget, cr, label, SMALL, FALSE, strip->left - 8, y - line / 2.0, 1, &text);
    }
}

/* Seconds below the last curve. */
static void
draw_seconds (CairnCurve  *self,
              cairo_t     *cr,
              const Strip *strip)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GdkRGBA text = cairn_drawing_get_color (widget, NULL, 0.72f), grid = cairn_drawing_get_color (widget, NULL, 0.12f);
  double seconds = self->samples->period * (double) MAX (self->samples->n - 1, 1) / 1000;
  CairnPlotScale scale;

  if (seconds <= 0)
    return;
  scale = cairn_plot_scale (0, seconds, (guint) CLAMP (strip->width / 80, 2, 100));
  for (double tick = 0; tick <= seconds + scale.step / 1000; tick += scale.step)
    {
      double x = strip->left + strip->width * tick / seconds;
      g_autofree char *label = NULL;
      char number[40];

      g_ascii_formatd (number, sizeof number, "%.4g", tick);
      /* Translators: seconds below a curve, %s is a number */
      label = g_strdup_printf (C_("curve", "%s s"), number);
      gdk_cairo_set_source_rgba (cr, &grid);
      cairo_set_line_width (cr, 1);
      cairo_move_to (cr, round (x) + 0.5, strip->bottom);
      cairo_line_to (cr, round (x) + 0.5, strip->bottom + 4);
      cairo_stroke (cr);
      cairn_drawing_text (widget, cr, label, SMALL, FALSE,
                          MIN (x, strip->left + strip->width - cairn_drawing_get_text_width (widget, label, SMALL) / 2.0),
                          strip->bottom + 7, 0.5, &text);
    }
}

static int
get_strip_height (CairnCurve *self)
{
  return self->samples != NULL && self->samples->dimensions > 1 ? MANY_STRIP : STRIP;
}

static void
draw (CairnCurve *self,
      cairo_t    *cr,
      int         width)
{
  GtkWidget *widget = GTK_WIDGET (self);
  Strip strip = { .scale = cairn_plot_scale (self->samples->low, self->samples->high, self->samples->dimensions > 1 ? 2 : 4) };
  int widest = 0;

  for (double tick = strip.scale.low; tick <= strip.scale.high + strip.scale.step / 2; tick += strip.scale.step)
    {
      char label[40];

      g_ascii_formatd (label, sizeof label, "%.4g", tick);
      widest = MAX (widest, cairn_drawing_get_text_width (widget, label, SMALL));
    }
  strip.left = MIN (widest, 80) + 12;
  strip.width = MAX (1, width - strip.left - 4);
  for (guint i = 0; i < self->samples->dimensions; i++)
    {
      strip.top = i * (get_strip_height (self) + 10) + 8;
      strip.bottom = strip.top + get_strip_height (self);
      draw_grid (self, cr, &strip);
      draw_line (self, cr, &strip, i);
    }
  draw_seconds (self, cr, &strip);
}

static void
cairn_curve_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  CairnCurve *self = CAIRN_CURVE (widget);

  if (self->samples == NULL)
    return;
  if (self->node == NULL)
    {
      cairo_t *cr;

      self->node = gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget)));
      cr = gsk_cairo_node_get_draw_context (self->node);
      draw (self, cr, gtk_widget_get_width (widget));
      cairo_destroy (cr);
    }
  gtk_snapshot_append_node (snapshot, self->node);
}

static void
cairn_curve_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  CairnCurve *self = CAIRN_CURVE (widget);
  guint n = self->samples != NULL ? self->samples->dimensions : 1;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = (int) MIN (MIN_WIDTH * self->stretch, 16000);
  else
    *minimum = *natural = (int) n * (get_strip_height (self) + 10) + 16 + cairn_drawing_get_line_height (widget, SMALL);
}

static void
cairn_curve_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  redraw (CAIRN_CURVE (widget));
}

static void
cairn_curve_css_changed (GtkWidget         *widget,
                         GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (cairn_curve_parent_class)->css_changed (widget, change);
  redraw (CAIRN_CURVE (widget));
  gtk_widget_queue_resize (widget);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                gpointer               data)
{
  CairnCurve *self = data;
  double stretch = self->stretch;

  switch (key)
    {
    case GDK_KEY_plus: case GDK_KEY_equal: case GDK_KEY_KP_Add: stretch *= 2; break;
    case GDK_KEY_minus: case GDK_KEY_KP_Subtract: stretch /= 2; break;
    case GDK_KEY_0: case GDK_KEY_KP_0: stretch = 1; break;
    default: return GDK_EVENT_PROPAGATE;
    }
  self->stretch = CLAMP (stretch, 1, MAX_STRETCH);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  return GDK_EVENT_STOP;
}

static void
cairn_curve_dispose (GObject *object)
{
  CairnCurve *self = CAIRN_CURVE (object);

  g_clear_pointer (&self->samples, cairn_samples_unref);
  g_clear_pointer (&self->node, gsk_render_node_unref);

  G_OBJECT_CLASS (cairn_curve_parent_class)->dispose (object);
}

static void
cairn_curve_class_init (CairnCurveClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_curve_dispose;
  widget_class->snapshot = cairn_curve_snapshot;
  widget_class->measure = cairn_curve_measure;
  widget_class->size_allocate = cairn_curve_size_allocate;
  widget_class->css_changed = cairn_curve_css_changed;
  gtk_widget_class_set_css_name (widget_class, "trend");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cairn_curve_init (CairnCurve *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->stretch = 1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (redraw), self,
                           G_CONNECT_SWAPPED);
}

/* Shows curves, or nothing. */
void
cairn_curve_set_samples (CairnCurve   *self,
                         CairnSamples *samples)
{
  g_return_if_fail (CAIRN_IS_CURVE (self));

  g_clear_pointer (&self->samples, cairn_samples_unref);
  self->samples = samples != NULL ? cairn_samples_ref (samples) : NULL;
  self->stretch = 1;
  if (samples != NULL)
    {
      g_autofree char *words = cairn_samples_dup_words (samples);
      g_autofree char *label = NULL;

      label = samples->unit != NULL ? g_strdup_printf (_("Measured curve, %s"), samples->unit) : g_strdup (_("Measured curve"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
  redraw (self);
}
