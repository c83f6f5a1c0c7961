/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results over time as one widget that the keyboard can walk: Left and Right go from result to result, Home and End to
 * the first and last, plus, minus and 0 zoom, Return opens the record. What a pointed bubble says, the accessible
 * description says as well. Ctrl and the wheel, or two fingers, zoom where they are; dragging moves.
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "cairn-words.h"
#include "fhir/cairn-value.h"
#include "parts/cairn-drawing.h"
#include "parts/cairn-trend-chart.h"
#include "parts/cairn-trend-draw.h"
#include "parts/cairn-trend-words.h"

#define HEIGHT 200
#define HOUR G_GINT64_CONSTANT (3600000)
#define STEP 1.5        /* one step of zooming */
#define MANY 10         /* results that Page Up and Page Down skip */

struct _CairnTrendChart
{
  GtkWidget parent_instance;

  CairnTrend      *trend;
  CairnTrendView   view;
  gint64           first, last;   /* all that there is */
  GdkTexture      *drawn;         /* all but the point that is looked at, while nothing changes */
  GskRenderNode   *looked;        /* that point */
  GtkGesture      *drag;
  gint64           drag_from;
  double           pinch_span;
  double           pointer_x;
  gboolean         pointed;       /* the focus follows the pointer, not the keyboard */
};

G_DEFINE_FINAL_TYPE (CairnTrendChart, cairn_trend_chart, GTK_TYPE_WIDGET)

static guint zoomed_signal;

static void
redraw (CairnTrendChart *self)
{
  g_clear_object (&self->drawn);
  g_clear_pointer (&self->looked, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The other half of a pair; NULL for any other result. */
static const CairnTrendPoint *
find_other (CairnTrendChart       *self,
            const CairnTrendPoint *point)
{
  return self->view.n_series == 2 ? cairn_trend_words_find_other (self->view.series[1], point) : NULL;
}

/* Names the whole for a screen reader, and the result that is looked at. */
static void
tell (CairnTrendChart *self)
{
  g_autofree char *label = NULL, *words = NULL;
  guint n = self->view.n_series > 0 ? self->view.series[0]->n_points : 0;

  if (n == 0)
    return;
  /* Translators: %1$s is a test such as "Blood sugar (HbA1c)", %2$u a number of results */
  label = g_strdup_printf (ngettext ("%1$s over time, chart of %2$u result", "%1$s over time, chart of %2$u results", n),
                           self->view.series[0]->label != NULL ? self->view.series[0]->label : cairn_trend_get_title (self->trend), n);
  if (self->view.focus >= 0)
    {
      const CairnTrendPoint *point = &self->view.series[0]->points[self->view.focus];

      words = cairn_trend_words_spoken (point, find_other (self, point), (guint) self->view.focus + 1, n,
                                        g_strcmp0 (point->id, self->view.current) == 0);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words != NULL ? words : _("Arrow keys go from result to result."),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words != NULL ? words : "",
                                  -1);
}

static void
write_bubble (CairnTrendChart *self)
{
  const CairnTrendPoint *point;

  g_clear_pointer (&self->view.bubble, g_free);
  if (self->view.focus < 0)
    return;
  point = &self->view.series[0]->points[self->view.focus];
  self->view.bubble = cairn_trend_words_bubble (point, find_other (self, point));
}

/* The result whose record is open, else the newest: where the keyboard begins. */
static int
get_start (CairnTrendChart *self)
{
  int marked = cairn_trend_view_find_marked (&self->view, 0);

  return marked >= 0 ? marked : (int) self->view.series[0]->n_points - 1;
}

static void
set_focus (CairnTrendChart *self,
           int              focus)
{
  if (self->view.focus == focus)
    return;
  if ((self->view.focus < 0) != (focus < 0))   /* the last value stands at its point while none is looked at */
    g_clear_object (&self->drawn);
  g_clear_pointer (&self->looked, gsk_render_node_unref);
  self->view.focus = focus;
  write_bubble (self);
  tell (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Shows from here to there, within what there is. */
static void
set_view (CairnTrendChart *self,
          gint64           from,
          gint64           span)
{
  gint64 all = self->last - self->first;

  span = CLAMP (span, MIN (HOUR, all), all);
  from = CLAMP (from, self->first, self->last - span);
  if (self->view.from == from && self->view.to == from + span)
    return;
  self->view.from = from;
  self->view.to = from + span;
  redraw (self);
}

static void
zoom (CairnTrendChart *self,
      double           times,
      gint64           around)
{
  gint64 old = self->view.to - self->view.from, span = (gint64) ((double) old / times);

  span = CLAMP (span, MIN (HOUR, self->last - self->first), self->last - self->first);
  if (old > 0)
    set_view (self, around - (gint64) ((double) (around - self->view.from) * ((double) span / (double) old)), span);
  g_signal_emit (self, zoomed_signal, 0);
}

/* Goes to a result, and moves the view so far that it is seen. */
static void
walk (CairnTrendChart *self,
      int              to)
{
  const CairnTrendSeries *series = self->view.series[0];
  gint64 span = self->view.to - self->view.from, time;

  to = CLAMP (to, 0, (int) series->n_points - 1);
  time = series->points[to].time;
  if (time < self->view.from)
    set_view (self, time, span);
  else if (time > self->view.to)
    set_view (self, time - span, span);
  self->pointed = FALSE;
  set_focus (self, to);
}

static void
open_record (CairnTrendChart *self)
{
  g_autofree char *reference = NULL;

  if (self->view.focus < 0)
    return;
  reference = g_strdup_printf ("Observation/%s", self->view.series[0]->points[self->view.focus].id);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-record", "s", reference);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                gpointer               data)
{
  CairnTrendChart *self = data;
  int focus = self->view.focus;
  int last = (int) self->view.series[0]->n_points - 1;
  gint64 around = focus >= 0 ? self->view.series[0]->points[focus].time : self->view.to;

  if ((state & (GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left: case GDK_KEY_KP_Left: walk (self, focus < 0 ? get_start (self) : focus - 1); break;
    case GDK_KEY_Right: case GDK_KEY_KP_Right: walk (self, focus < 0 ? get_start (self) : focus + 1); break;
    case GDK_KEY_Home: case GDK_KEY_KP_Home: walk (self, 0); break;
    case GDK_KEY_End: case GDK_KEY_KP_End: walk (self, last); break;
    case GDK_KEY_Page_Up: case GDK_KEY_KP_Page_Up: walk (self, focus < 0 ? last : focus - MANY); break;
    case GDK_KEY_Page_Down: case GDK_KEY_KP_Page_Down: walk (self, focus < 0 ? last : focus + MANY); break;
    case GDK_KEY_plus: case GDK_KEY_equal: case GDK_KEY_KP_Add: zoom (self, STEP, around); break;
    case GDK_KEY_minus: case GDK_KEY_KP_Subtract: zoom (self, 1 / STEP, around); break;
    case GDK_KEY_0: case GDK_KEY_KP_0: cairn_trend_chart_set_span (self, 0); g_signal_emit (self, zoomed_signal, 0); break;
    case GDK_KEY_Return: case GDK_KEY_KP_Enter: case GDK_KEY_space: open_record (self); break;
    default: return GDK_EVENT_PROPAGATE;
    }
  return GDK_EVENT_STOP;
}

/* The result nearest to a place. */
static int
find_nearest (CairnTrendChart *self,
              double           x)
{
  GtkWidget *widget = GTK_WIDGET (self);
  CairnTrendLayout layout = cairn_trend_layout (widget, &self->view, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  const CairnTrendSeries *series = self->view.series[0];
  gint64 time = CLAMP (cairn_trend_layout_get_time (&layout, x), self->view.from, self->view.to);
  guint after = cairn_plot_find (series->points, series->n_points, time);

  if (after == series->n_points || (after > 0 && time - series->points[after - 1].time < series->points[after].time - time))
    after--;
  return (int) after;
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           gpointer                  data)
{
  CairnTrendChart *self = data;

  /* A pointer that lies still looks at nothing, though GTK says that it moves when what is below it does. */
  if (self->view.n_series == 0 || gtk_gesture_is_recognized (self->drag) || x == self->pointer_x)
    return;
  self->pointer_x = x;
  self->pointed = TRUE;
  set_focus (self, find_nearest (self, x));
}

static void
leave_cb (CairnTrendChart *self)
{
  if (self->pointed)
    set_focus (self, -1);
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            gpointer         data)
{
  CairnTrendChart *self = data;

  if (self->view.n_series == 0)
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  walk (self, find_nearest (self, x));
  if (n_press == 2)
    open_record (self);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           gpointer                  data)
{
  CairnTrendChart *self = data;
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  gint64 around = self->view.to;

  if ((state & GDK_CONTROL_MASK) == 0 || self->view.n_series == 0)
    return GDK_EVENT_PROPAGATE;
  if (self->view.focus >= 0)
    around = self->view.series[0]->points[self->view.focus].time;
  zoom (self, pow (STEP, -dy), around);
  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (GtkGesture       *gesture,
                GdkEventSequence *sequence,
                gpointer          data)
{
  CairnTrendChart *self = data;

  self->pinch_span = (double) (self->view.to - self->view.from);
}

static void
pinch_cb (GtkGestureZoom *gesture,
          double          scale,
          gpointer        data)
{
  CairnTrendChart *self = data;
  double now = (double) (self->view.to - self->view.from);

  if (scale > 0 && now > 0 && self->view.n_series > 0)
    zoom (self, now * scale / self->pinch_span, self->view.from + (self->view.to - self->view.from) / 2);
}

static void
drag_begin_cb (GtkGestureDrag *gesture,
               double          x,
               double          y,
               gpointer        data)
{
  CairnTrendChart *self = data;

  self->drag_from = self->view.from;
  /* With all in sight there is nothing to move, and a finger scrolls the page. */
  if (self->view.n_series == 0 || self->view.to - self->view.from >= self->last - self->first)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
drag_cb (GtkGestureDrag *gesture,
         double          x,
         double          y,
         gpointer        data)
{
  CairnTrendChart *self = data;
  GtkWidget *widget = GTK_WIDGET (self);
  CairnTrendLayout layout = cairn_trend_layout (widget, &self->view, gtk_widget_get_width (widget), gtk_widget_get_height (widget));

  set_view (self, self->drag_from - (gint64) (x / layout.per_ms), self->view.to - self->view.from);
}

static void
focus_changed_cb (GtkEventControllerFocus *controller,
                  gpointer                 data)
{
  CairnTrendChart *self = data;

  if (self->view.n_series == 0)
    return;
  if (!gtk_event_controller_focus_contains_focus (controller))
    set_focus (self, -1);
  else if (self->view.focus < 0 || self->pointed)
    walk (self, get_start (self));
}

static void
cairn_trend_chart_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  CairnTrendChart *self = CAIRN_TREND_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  if (self->view.n_series == 0 || width <= 0 || height <= 0)
    return;
  if (self->drawn == NULL)
    self->drawn = cairn_trend_draw_texture (widget, &self->view, width, height);
  gtk_snapshot_append_texture (snapshot, self->drawn, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->view.focus >= 0 && self->looked == NULL)
    {
      GtkSnapshot *alone = gtk_snapshot_new ();

      cairn_trend_draw_focus (widget, alone, &self->view, width, height);
      self->looked = gtk_snapshot_free_to_node (alone);
    }
  if (self->looked != NULL)
    gtk_snapshot_append_node (snapshot, self->looked);
}

static void
cairn_trend_chart_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 180;
      *natural = 480;
    }
  else
    *minimum = *natural = HEIGHT + 2 * (cairn_drawing_get_line_height (widget, 0.82) - 14);
}

static void
cairn_trend_chart_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  redraw (CAIRN_TREND_CHART (widget));
}

static void
cairn_trend_chart_css_changed (GtkWidget         *widget,
                               GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (cairn_trend_chart_parent_class)->css_changed (widget, change);
  redraw (CAIRN_TREND_CHART (widget));
  gtk_widget_queue_resize (widget);
}

static void
cairn_trend_chart_dispose (GObject *object)
{
  CairnTrendChart *self = CAIRN_TREND_CHART (object);

  self->view.n_series = 0;
  g_clear_pointer (&self->view.bubble, g_free);
  g_clear_pointer (&self->view.current, g_free);
  g_clear_object (&self->drawn);
  g_clear_pointer (&self->looked, gsk_render_node_unref);
  g_clear_object (&self->trend);

  G_OBJECT_CLASS (cairn_trend_chart_parent_class)->dispose (object);
}

static void
cairn_trend_chart_class_init (CairnTrendChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_trend_chart_dispose;
  widget_class->snapshot = cairn_trend_chart_snapshot;
  widget_class->measure = cairn_trend_chart_measure;
  widget_class->size_allocate = cairn_trend_chart_size_allocate;
  widget_class->css_changed = cairn_trend_chart_css_changed;

  /* Somebody zoomed by hand */
  zoomed_signal = g_signal_new ("zoomed", CAIRN_TYPE_TREND_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "trend");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_controllers (CairnTrendChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *keys = gtk_event_controller_key_new (), *focus = gtk_event_controller_focus_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *click = gtk_gesture_click_new (), *pinch = gtk_gesture_zoom_new ();

  self->drag = gtk_gesture_drag_new ();
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (focus, "enter", G_CALLBACK (focus_changed_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_changed_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  g_signal_connect (self->drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (self->drag, "drag-update", G_CALLBACK (drag_cb), self);
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, focus);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (self->drag));
}

static void
cairn_trend_chart_init (CairnTrendChart *self)
{
  self->view.focus = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  add_controllers (self);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (redraw), NULL);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
cairn_trend_chart_new (void)
{
  return g_object_new (CAIRN_TYPE_TREND_CHART, NULL);
}

/* Shows one series of a trend, or the two of a pair; all of it. */
void
cairn_trend_chart_set_trend (CairnTrendChart *self,
                             CairnTrend      *trend,
                             guint            first,
                             guint            n_series)
{
  g_return_if_fail (CAIRN_IS_TREND_CHART (self));
  g_return_if_fail (n_series == 1 || n_series == 2);

  g_set_object (&self->trend, trend);
  self->view.n_series = n_series;
  self->first = G_MAXINT64;
  self->last = G_MININT64;
  for (guint i = 0; i < n_series; i++)
    {
      const CairnTrendSeries *series = cairn_trend_get_series (trend, first + i);

      self->view.series[i] = series;
      self->first = MIN (self->first, series->points[0].time);
      self->last = MAX (self->last, series->points[series->n_points - 1].time);
    }
  if (self->first == self->last)   /* a single result stands in the middle of its day */
    {
      self->first -= 12 * HOUR;
      self->last += 12 * HOUR;
    }
  self->view.from = self->first;
  self->view.to = self->last;
  self->view.focus = -1;
  write_bubble (self);
  tell (self);
  redraw (self);
}

/* Marks the result whose record is open; @id: of its Observation, NULL for none. */
void
cairn_trend_chart_set_current (CairnTrendChart *self,
                               const char      *id)
{
  g_return_if_fail (CAIRN_IS_TREND_CHART (self));

  g_free (self->view.current);
  self->view.current = g_strdup (id);
  redraw (self);
}

/* Milliseconds from the first result to the last. */
gint64
cairn_trend_chart_get_length (CairnTrendChart *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND_CHART (self), 0);

  return self->last - self->first;
}

/* Shows so many milliseconds up to the last result, 0 for all. */
void
cairn_trend_chart_set_span (CairnTrendChart *self,
                            gint64           span)
{
  g_return_if_fail (CAIRN_IS_TREND_CHART (self));

  if (span == 0)
    span = self->last - self->first;
  set_view (self, self->last - span, span);
}

void
cairn_trend_chart_get_view (CairnTrendChart *self,
                            gint64          *from,
                            gint64          *to)
{
  g_return_if_fail (CAIRN_IS_TREND_CHART (self));

  *from = self->view.from;
  *to = self->view.to;
}

/* Looks at a result, and moves the view so far that it is seen. */
void
cairn_trend_chart_look_at (CairnTrendChart *self,
                           int              point)
{
  g_return_if_fail (CAIRN_IS_TREND_CHART (self) && self->view.n_series > 0);

  walk (self, point);
}

/* The number of the result that is looked at, −1 for none. */
int
cairn_trend_chart_get_focus (CairnTrendChart *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND_CHART (self), -1);

  return self->view.focus;
}
