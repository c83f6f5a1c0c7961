/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the pages of a document. Draws those that are seen, as textures that a process of its own has
 * drawn (parts/cairn-paper-textures), so that neither time nor memory grows with the document.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "parts/cairn-paper-keys.h"
#include "parts/cairn-paper-layout.h"
#include "parts/cairn-paper-textures.h"
#include "parts/cairn-paper-view.h"

#define ZOOM_STEP 1.2
#define ZOOM_LEAST 0.25
#define ZOOM_MOST 4.0

struct _CairnPaperView
{
  GtkWidget parent_instance;

  GtkAdjustment       *adjustments[2];   /* by GtkOrientation */
  GtkScrollablePolicy  policies[2];
  GtkWidget           *header;
  CairnPaper          *paper;
  CairnPaperTextures  *textures;
  CairnPaperLayout     layout;
  char                *name;
  GCancellable        *reading;
  double               zoom;             /* 0 fits the width */
  double               pinched;          /* zoom when fingers came down */
  guint                page;
  int                  header_height;
  int                  width;
  guint                telling;

  GArray              *hits;
  guint                hit_page;
  guint                hit;
};

enum
{
  PROP_PAGE = 1,
  PROP_PERCENT,
  N_PROPS,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnPaperView, cairn_paper_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static double
get_value (CairnPaperView *self,
           GtkOrientation  orientation)
{
  return self->adjustments[orientation] != NULL ? gtk_adjustment_get_value (self->adjustments[orientation]) : 0;
}

static void
text_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnPaperView) self = data;
  g_autofree char *text = cairn_paper_read_text_finish (CAIRN_PAPER (source), result, NULL);

  if (text != NULL && self->paper == CAIRN_PAPER (source))
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

/* "Chest X-ray, page 1 of 3", and the page's words for who listens. */
static void
say_page (CairnPaperView *self)
{
  guint n = self->paper != NULL ? cairn_paper_get_n_pages (self->paper) : 0;
  g_autofree char *words = NULL;

  if (n == 0)
    return;
  /* Translators: %1$s is a document's name, %2$u the page that is shown, %3$u how many there are */
  words = g_strdup_printf (_("%1$s, page %2$u of %3$u"), self->name != NULL ? self->name : _("Document"), self->page + 1, n);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "", -1);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  cairn_paper_read_text_async (self->paper, self->page, self->reading, text_cb, g_object_ref (self));
}

static gboolean
tell_cb (gpointer data)
{
  CairnPaperView *self = data;

  self->telling = 0;
  say_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PERCENT]);
  return G_SOURCE_REMOVE;
}

/* Not while widgets are being laid out: who hears of it may change others. */
static void
tell (CairnPaperView *self)
{
  if (self->telling == 0)
    self->telling = g_idle_add (tell_cb, self);
}

/* Asks for what is seen, and for a page on each side of it. */
static void
update_seen (CairnPaperView *self)
{
  double top = get_value (self, GTK_ORIENTATION_VERTICAL), height = gtk_widget_get_height (GTK_WIDGET (self));
  guint first, last, page;

  if (self->layout.n_pages == 0 || height < 1)
    return;
  first = cairn_paper_layout_page_at (&self->layout, top);
  last = cairn_paper_layout_page_at (&self->layout, top + height);
  cairn_paper_textures_want (self->textures, &self->layout, first > 0 ? first - 1 : 0, MIN (last + 1, self->layout.n_pages - 1),
                             gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  page = top > 0 && top + height > self->layout.height - 1 ? self->layout.n_pages - 1
                                                           : cairn_paper_layout_page_at (&self->layout, top + height / 3);
  if (page != self->page)
    tell (self);
  self->page = page;
}

static void
configure (CairnPaperView *self,
           GtkOrientation  orientation,
           double          value,
           double          size,
           double          whole)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  if (adjustment == NULL)
    return;
  whole = MAX (whole, size);
  g_signal_handlers_block_by_func (adjustment, gtk_widget_queue_allocate, self);
  gtk_adjustment_configure (adjustment, CLAMP (value, 0, whole - size), 0, whole, CAIRN_PAPER_LINE, size * 0.9, size);
  g_signal_handlers_unblock_by_func (adjustment, gtk_widget_queue_allocate, self);
}

static int
measure_header (CairnPaperView *self,
                int             width)
{
  int height = 0;

  if (self->header != NULL && gtk_widget_should_layout (self->header))
    gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return height;
}

/* As wide as the paper when that fits, and never too narrow to be read. */
static void
allocate_header (CairnPaperView *self,
                 int             width)
{
  int margin = (int) cairn_paper_layout_margin (width), least = 0, own, x;

  if (self->header == NULL || !gtk_widget_should_layout (self->header))
    return;
  gtk_widget_measure (self->header, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  own = width - 2 * margin;
  if (self->layout.n_pages > 0)
    own = MIN (own, MAX ((int) (self->layout.pages[0].size.width / self->layout.scale * self->layout.fit), 480));
  own = MAX (own, least);
  x = (width - own) / 2;
  gtk_widget_size_allocate (self->header,
                            &(GtkAllocation) { x, margin - (int) get_value (self, GTK_ORIENTATION_VERTICAL), own,
                                               measure_header (self, own) }, -1);
}

static void
cairn_paper_view_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (widget);
  double margin = cairn_paper_layout_margin (width);
  double x = get_value (self, GTK_ORIENTATION_HORIZONTAL), y = get_value (self, GTK_ORIENTATION_VERTICAL);
  double old_scale = self->layout.scale, old_top = self->header_height;

  self->header_height = measure_header (self, (int) (width - 2 * margin));
  if (self->header_height > 0)
    self->header_height += (int) margin;
  cairn_paper_layout_update (&self->layout, self->paper, self->zoom, width, self->header_height);
  /* What is in the middle stays there when the pages grow or shrink. */
  if (self->width > 0 && old_scale > 0 && fabs (old_scale - self->layout.scale) > 0.0001 && y > 0)
    y = (y + height / 2. - old_top) * self->layout.scale / old_scale + self->header_height - height / 2.;
  if (self->width > 0 && self->layout.width > width && old_scale > 0 && fabs (old_scale - self->layout.scale) > 0.0001)
    x = (x + width / 2.) * self->layout.scale / old_scale - width / 2.;
  self->width = width;
  configure (self, GTK_ORIENTATION_HORIZONTAL, x, width, self->layout.width);
  configure (self, GTK_ORIENTATION_VERTICAL, y, height, self->layout.height);
  allocate_header (self, width);
  update_seen (self);
  if (fabs (old_scale - self->layout.scale) > 0.0001)
    tell (self);
}

static void
cairn_paper_view_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = *natural = 0;
}

static void
snapshot_hits (CairnPaperView        *self,
               GtkSnapshot           *snapshot,
               const graphene_rect_t *page)
{
  for (guint i = 0; i < self->hits->len; i++)
    {
      const CairnPaperPlace *place = &g_array_index (self->hits, CairnPaperPlace, i);
      GdkRGBA colour = i == self->hit ? (GdkRGBA) { 1, 0.47f, 0, 0.5f } : (GdkRGBA) { 0.97f, 0.85f, 0.1f, 0.4f };

      gtk_snapshot_append_color (snapshot, &colour,
                                 &GRAPHENE_RECT_INIT (page->origin.x + place->x * page->size.width,
                                                      page->origin.y + place->y * page->size.height,
                                                      place->width * page->size.width, place->height * page->size.height));
    }
}

static void
snapshot_failure (CairnPaperView        *self,
                  GtkSnapshot           *snapshot,
                  const graphene_rect_t *page)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), _("This page can't be shown."));
  int height;

  pango_layout_set_width (layout, (int) (page->size.width - 24) * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_size (layout, NULL, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (page->origin.x + 12, page->origin.y + (page->size.height - (float) height) / 2));
  gtk_snapshot_append_layout (snapshot, layout, &(GdkRGBA) { 0, 0, 0, 0.75f });
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_page (CairnPaperView *self,
               GtkSnapshot    *snapshot,
               guint           index)
{
  const graphene_rect_t *page = &self->layout.pages[index];
  GdkTexture *texture = cairn_paper_textures_get (self->textures, index);
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, page, 0);
  gtk_snapshot_append_outset_shadow (snapshot, &outline, &(GdkRGBA) { 0, 0, 0, 0.25f }, 0, 1, 0, 6);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 1, 1, 1 }, page);
  if (texture != NULL)
    gtk_snapshot_append_texture (snapshot, texture, page);
  else if (cairn_paper_textures_has_failed (self->textures, index))
    snapshot_failure (self, snapshot, page);
  if (self->hits != NULL && self->hit_page == index)
    snapshot_hits (self, snapshot, page);
}

static void
cairn_paper_view_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (widget);
  double x = get_value (self, GTK_ORIENTATION_HORIZONTAL), y = get_value (self, GTK_ORIENTATION_VERTICAL);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-(float) round (x), -(float) round (y)));
  for (guint i = cairn_paper_layout_page_at (&self->layout, y);
       i < self->layout.n_pages && (double) self->layout.pages[i].origin.y < y + height; i++)
    snapshot_page (self, snapshot, i);
  gtk_snapshot_restore (snapshot);
  if (self->header != NULL)
    gtk_widget_snapshot_child (widget, self->header, snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
set_zoom (CairnPaperView *self,
          double          zoom)
{
  self->zoom = zoom > 0 ? CLAMP (zoom, ZOOM_LEAST, ZOOM_MOST) : 0;
  gtk_widget_queue_resize (GTK_WIDGET (self));   /* scrollbars come and go */
}

static void
zoom (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (widget);
  double now = self->layout.scale / CAIRN_PAPER_FULL;

  if (g_str_equal (action, "paper.zoom-in"))
    set_zoom (self, now * ZOOM_STEP);
  else if (g_str_equal (action, "paper.zoom-out"))
    set_zoom (self, now / ZOOM_STEP);
  else
    set_zoom (self, 0);
}

static void
turn (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (widget);

  if (g_str_equal (action, "paper.next"))
    cairn_paper_view_show_page (self, self->page + 1);
  else if (self->page > 0)
    cairn_paper_view_show_page (self, self->page - 1);
}

static gboolean
wheel_cb (CairnPaperView           *self,
          double                    dx,
          double                    dy,
          GtkEventControllerScroll *controller)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if ((state & GDK_CONTROL_MASK) == 0 || dy == 0)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate_action (GTK_WIDGET (self), dy < 0 ? "paper.zoom-in" : "paper.zoom-out", NULL);
  return GDK_EVENT_STOP;
}

static void
pinch_cb (CairnPaperView *self,
          double          scale)
{
  set_zoom (self, self->pinched * scale);
}

static void
pinch_begin_cb (CairnPaperView *self)
{
  self->pinched = self->layout.scale / CAIRN_PAPER_FULL;
}

static void
set_adjustment (CairnPaperView *self,
                GtkOrientation  orientation,
                GtkAdjustment  *adjustment)
{
  GtkAdjustment **where = &self->adjustments[orientation];

  if (*where == adjustment || adjustment == NULL)
    return;
  if (*where != NULL)
    g_signal_handlers_disconnect_by_func (*where, gtk_widget_queue_allocate, self);
  g_clear_object (where);
  *where = g_object_ref_sink (adjustment);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (gtk_widget_queue_allocate), self, G_CONNECT_SWAPPED);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
cairn_paper_view_dispose (GObject *object)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (object);

  g_clear_handle_id (&self->telling, g_source_remove);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->textures, cairn_paper_textures_free);
  g_clear_object (&self->paper);
  g_clear_pointer (&self->header, gtk_widget_unparent);
  g_clear_object (&self->adjustments[0]);
  g_clear_object (&self->adjustments[1]);

  G_OBJECT_CLASS (cairn_paper_view_parent_class)->dispose (object);
}

static void
cairn_paper_view_finalize (GObject *object)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (object);

  cairn_paper_layout_clear (&self->layout);
  g_clear_pointer (&self->hits, g_array_unref);
  g_free (self->name);

  G_OBJECT_CLASS (cairn_paper_view_parent_class)->finalize (object);
}

static void
cairn_paper_view_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (object);

  switch (id)
    {
    case PROP_PAGE:
      g_value_set_uint (value, self->page);
      break;
    case PROP_PERCENT:
      g_value_set_uint (value, (guint) round (self->layout.scale / CAIRN_PAPER_FULL * 100));
      break;
    case PROP_HADJUSTMENT:
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[id - PROP_HADJUSTMENT]);
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->policies[id - PROP_HSCROLL_POLICY]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_paper_view_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CairnPaperView *self = CAIRN_PAPER_VIEW (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
    case PROP_VADJUSTMENT:
      set_adjustment (self, id - PROP_HADJUSTMENT, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      self->policies[id - PROP_HSCROLL_POLICY] = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_paper_view_class_init (CairnPaperViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_paper_view_dispose;
  object_class->finalize = cairn_paper_view_finalize;
  object_class->get_property = cairn_paper_view_get_property;
  object_class->set_property = cairn_paper_view_set_property;
  widget_class->measure = cairn_paper_view_measure;
  widget_class->size_allocate = cairn_paper_view_size_allocate;
  widget_class->snapshot = cairn_paper_view_snapshot;

  properties[PROP_PAGE] = g_param_spec_uint ("page", NULL, NULL, 0, G_MAXUINT, 0,
                                             G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PERCENT] = g_param_spec_uint ("percent", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  gtk_widget_class_install_action (widget_class, "paper.zoom-in", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "paper.zoom-out", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "paper.zoom-fit", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "paper.next", NULL, turn);
  gtk_widget_class_install_action (widget_class, "paper.previous", NULL, turn);
  cairn_paper_keys_add (widget_class);
  gtk_widget_class_set_css_name (widget_class, "paper-view");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DOCUMENT);
}

static void
cairn_paper_view_init (CairnPaperView *self)
{
  GtkEventController *wheel = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->textures = cairn_paper_textures_new (GTK_WIDGET (self));
  g_signal_connect_swapped (wheel, "scroll", G_CALLBACK (wheel_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), wheel);
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}

GtkWidget *
cairn_paper_view_new (void)
{
  return g_object_new (CAIRN_TYPE_PAPER_VIEW, NULL);
}

/* An open document, or none. */
void
cairn_paper_view_set_paper (CairnPaperView *self,
                            CairnPaper     *paper)
{
  g_return_if_fail (CAIRN_IS_PAPER_VIEW (self));

  g_set_object (&self->paper, paper);
  cairn_paper_textures_set_paper (self->textures, paper);
  g_clear_pointer (&self->hits, g_array_unref);
  self->zoom = 0;
  self->page = 0;
  self->width = 0;
  if (self->adjustments[GTK_ORIENTATION_VERTICAL] != NULL)
    gtk_adjustment_set_value (self->adjustments[GTK_ORIENTATION_VERTICAL], 0);
  tell (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cairn_paper_view_set_header (CairnPaperView *self,
                             GtkWidget      *header)
{
  g_return_if_fail (CAIRN_IS_PAPER_VIEW (self));

  g_clear_pointer (&self->header, gtk_widget_unparent);
  self->header = header;
  gtk_widget_set_parent (header, GTK_WIDGET (self));
}

void
cairn_paper_view_set_name (CairnPaperView *self,
                           const char     *name)
{
  g_return_if_fail (CAIRN_IS_PAPER_VIEW (self));

  g_free (self->name);
  self->name = g_strdup (name);
}

/* Its upper edge comes to the top. */
void
cairn_paper_view_show_page (CairnPaperView *self,
                            guint           page)
{
  double y;

  g_return_if_fail (CAIRN_IS_PAPER_VIEW (self));

  if (page >= self->layout.n_pages || self->adjustments[GTK_ORIENTATION_VERTICAL] == NULL)
    return;
  y = page == 0 ? 0 : (double) self->layout.pages[page].origin.y - cairn_paper_layout_margin (self->width) / 2;
  gtk_adjustment_set_value (self->adjustments[GTK_ORIENTATION_VERTICAL], y);
}

/* Marks places on a page and brings the current one into view; NULL marks none. */
void
cairn_paper_view_set_hits (CairnPaperView *self,
                           guint           page,
                           GArray         *places,
                           guint           current)
{
  const CairnPaperPlace *place;
  double height, y;

  g_return_if_fail (CAIRN_IS_PAPER_VIEW (self));

  g_clear_pointer (&self->hits, g_array_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (places == NULL || page >= self->layout.n_pages || current >= places->len ||
      self->adjustments[GTK_ORIENTATION_VERTICAL] == NULL)
    return;
  self->hits = g_array_ref (places);
  self->hit_page = page;
  self->hit = current;
  place = &g_array_index (places, CairnPaperPlace, current);
  y = (double) (self->layout.pages[page].origin.y + place->y * self->layout.pages[page].size.height);
  height = gtk_widget_get_height (GTK_WIDGET (self));
  if (y < get_value (self, GTK_ORIENTATION_VERTICAL) + 24 || y > get_value (self, GTK_ORIENTATION_VERTICAL) + height - 96)
    gtk_adjustment_set_value (self->adjustments[GTK_ORIENTATION_VERTICAL], y - height / 3);
}
