/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the parts of a message stand: the day above, the bubble at the side of who wrote it, as wide as its words,
 * and its state below. Boxes with an alignment lay a text out a dozen times to find the same width; here it is
 * done once for the width and once for the height.
 */

#include "config.h"

#include "messages/cairn-message-layout.h"

#define GAP 48
#define GAP_NARROW 32
#define SPACING 4
#define AVATAR_SPACING 9
#define META_MARGIN 4
/* A bubble whose natural width says nothing, as that of a text view. */
#define WIDE 460

struct _CairnMessageLayout
{
  GtkLayoutManager parent_instance;

  GtkWidget *day;        /* all borrowed from the widget */
  GtkWidget *avatar;
  GtkWidget *bubble;
  GtkWidget *meta;
  gboolean   own;
  gboolean   narrow;
  gboolean   wide;
  int        width;      /* of the list; a list view of GTK 4.8 asks for the height at any width */
};

G_DEFINE_FINAL_TYPE (CairnMessageLayout, cairn_message_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  int width;
  int height;
} Size;

/* From where theirs begin, behind the picture. */
static int
get_inset (CairnMessageLayout *self)
{
  int width;

  if (self->own)
    return 0;
  gtk_widget_measure (self->avatar, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  return width + AVATAR_SPACING;
}

static int
get_gap (CairnMessageLayout *self)
{
  return self->narrow ? GAP_NARROW : GAP;
}

static Size
measure_in (GtkWidget *child,
            int        room,
            int        least)
{
  int minimum, natural;
  Size size;

  if (!gtk_widget_should_layout (child))
    return (Size) { 0, 0 };
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  size.width = CLAMP (MAX (natural, least), minimum, MAX (minimum, room));
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, size.width, NULL, &size.height, NULL, NULL);
  return size;
}

static Size
measure_bubble (CairnMessageLayout *self,
                int                 width)
{
  return measure_in (self->bubble, width - get_inset (self) - get_gap (self), self->wide ? WIDE : 0);
}

static Size
measure_meta (CairnMessageLayout *self,
              int                 width)
{
  return measure_in (self->meta, width - MAX (get_inset (self), META_MARGIN), 0);
}

static int
get_row_height (CairnMessageLayout *self,
                Size                bubble)
{
  int height;

  if (self->own)
    return bubble.height;
  gtk_widget_measure (self->avatar, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  return MAX (height, bubble.height);
}

static void
add_width (GtkWidget *child,
           int        more,
           int       *minimum,
           int       *natural)
{
  int child_minimum, child_natural;

  if (!gtk_widget_should_layout (child))
    return;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
  *minimum = MAX (*minimum, child_minimum + more);
  *natural = MAX (*natural, child_natural + more);
}

static int
measure_height (CairnMessageLayout *self,
                int                 width)
{
  Size day = measure_in (self->day, width, 0), meta = measure_meta (self, width);
  int height = get_row_height (self, measure_bubble (self, width));

  return height + (day.height > 0 ? day.height + SPACING : 0) + (meta.height > 0 ? meta.height + SPACING : 0);
}

static GtkSizeRequestMode
cairn_message_layout_get_request_mode (GtkLayoutManager *manager,
                                       GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cairn_message_layout_measure (GtkLayoutManager *manager,
                              GtkWidget        *widget,
                              GtkOrientation    orientation,
                              int               for_size,
                              int              *minimum,
                              int              *natural,
                              int              *minimum_baseline,
                              int              *natural_baseline)
{
  CairnMessageLayout *self = CAIRN_MESSAGE_LAYOUT (manager);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = measure_height (self, for_size < 0 ? self->width : for_size);
      return;
    }
  add_width (self->day, 0, minimum, natural);
  add_width (self->bubble, get_inset (self) + get_gap (self), minimum, natural);
  add_width (self->meta, MAX (get_inset (self), META_MARGIN), minimum, natural);
}

/* @x: from the side where lines begin */
static void
place (GtkWidget *widget,
       GtkWidget *child,
       int        x,
       int        y,
       Size       size,
       int        width)
{
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x = width - x - size.width;
  if (gtk_widget_should_layout (child))
    gtk_widget_size_allocate (child, &(GtkAllocation) { x, y, size.width, size.height }, -1);
}

static void
cairn_message_layout_allocate (GtkLayoutManager *manager,
                               GtkWidget        *widget,
                               int               width,
                               int               height,
                               int               baseline)
{
  CairnMessageLayout *self = CAIRN_MESSAGE_LAYOUT (manager);
  Size day = measure_in (self->day, width, 0), bubble = measure_bubble (self, width), meta = measure_meta (self, width);
  int y = day.height > 0 ? day.height + SPACING : 0, row = get_row_height (self, bubble), inset = get_inset (self);

  place (widget, self->day, (width - day.width) / 2, 0, day, width);
  place (widget, self->bubble, self->own ? width - bubble.width : inset, y + row - bubble.height, bubble, width);
  if (!self->own)
    {
      Size avatar = measure_in (self->avatar, inset, 0);

      place (widget, self->avatar, 0, y + row - avatar.height, avatar, width);
    }
  place (widget, self->meta, self->own ? width - meta.width - META_MARGIN : inset, y + row + SPACING, meta, width);
}

static void
cairn_message_layout_class_init (CairnMessageLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = cairn_message_layout_get_request_mode;
  manager_class->measure = cairn_message_layout_measure;
  manager_class->allocate = cairn_message_layout_allocate;
}

static void
cairn_message_layout_init (CairnMessageLayout *self)
{
  self->width = G_MAXINT / 2;
}

void
cairn_message_layout_set_children (CairnMessageLayout *self,
                                   GtkWidget          *day,
                                   GtkWidget          *avatar,
                                   GtkWidget          *bubble,
                                   GtkWidget          *meta)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_LAYOUT (self));

  self->day = day;
  self->avatar = avatar;
  self->bubble = bubble;
  self->meta = meta;
}

/* @wide: whether the bubble takes much room, whatever is in it */
void
cairn_message_layout_set_side (CairnMessageLayout *self,
                               gboolean            own,
                               gboolean            narrow,
                               gboolean            wide)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_LAYOUT (self));

  if (self->own == own && self->narrow == narrow && self->wide == wide)
    return;
  self->own = own;
  self->narrow = narrow;
  self->wide = wide;
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
}

/* How wide the list is in which the message stands. */
void
cairn_message_layout_set_width (CairnMessageLayout *self,
                                int                 width)
{
  g_return_if_fail (CAIRN_IS_MESSAGE_LAYOUT (self));

  if (self->width == width || width <= 0)
    return;
  self->width = width;
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
}
