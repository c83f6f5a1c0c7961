/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A box whose children stand two abreast when there is room for "min-column" each, else one below the
 * other; a row is as high as its highest child. GtkFlowBox counts columns by natural width, so that one
 * long wrapping label makes it a single column.
 */

#include "config.h"

#include "parts/cairn-columns.h"

#define CAIRN_TYPE_COLUMNS_LAYOUT (cairn_columns_layout_get_type ())
G_DECLARE_FINAL_TYPE (CairnColumnsLayout, cairn_columns_layout, CAIRN, COLUMNS_LAYOUT, GtkLayoutManager)

struct _CairnColumnsLayout
{
  GtkLayoutManager parent_instance;

  int min_column;
  int spacing;
};

G_DEFINE_FINAL_TYPE (CairnColumnsLayout, cairn_columns_layout, GTK_TYPE_LAYOUT_MANAGER)

struct _CairnColumns
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (CairnColumns, cairn_columns, GTK_TYPE_WIDGET)

enum
{
  PROP_MIN_COLUMN = 1,
  PROP_SPACING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkWidget *
next_shown (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static gboolean
is_wide (CairnColumnsLayout *self,
         int                 width)
{
  return width >= 2 * self->min_column + self->spacing;
}

/* The row that starts with child: its partner or NULL, and its height at these column widths. */
static GtkWidget *
measure_row (GtkWidget *child,
             int        column,
             gboolean   two,
             int       *height)
{
  GtkWidget *partner = two ? next_shown (gtk_widget_get_next_sibling (child)) : NULL;
  int other = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, column, height, NULL, NULL, NULL);
  if (partner != NULL)
    gtk_widget_measure (partner, GTK_ORIENTATION_VERTICAL, column, &other, NULL, NULL, NULL);
  *height = MAX (*height, other);
  return partner;
}

static int
measure_width (GtkWidget *widget)
{
  int width = 0;

  for (GtkWidget *child = next_shown (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_shown (gtk_widget_get_next_sibling (child)))
    {
      int minimum;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      width = MAX (width, minimum);
    }
  return width;
}

static int
measure_height (CairnColumnsLayout *self,
                GtkWidget          *widget,
                int                 width)
{
  gboolean two = is_wide (self, width);
  int column = two ? (width - self->spacing) / 2 : width;
  int total = 0;

  for (GtkWidget *child = next_shown (gtk_widget_get_first_child (widget)); child != NULL;)
    {
      int height;
      GtkWidget *partner = measure_row (child, column, two, &height);

      total += height + (total > 0 ? self->spacing : 0);
      child = next_shown (gtk_widget_get_next_sibling (partner ? partner : child));
    }
  return total;
}

static GtkSizeRequestMode
cairn_columns_layout_get_request_mode (GtkLayoutManager *manager,
                                       GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cairn_columns_layout_measure (GtkLayoutManager *manager,
                              GtkWidget        *widget,
                              GtkOrientation    orientation,
                              int               for_size,
                              int              *minimum,
                              int              *natural,
                              int              *minimum_baseline,
                              int              *natural_baseline)
{
  CairnColumnsLayout *self = CAIRN_COLUMNS_LAYOUT (manager);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = measure_width (widget);
      *natural = MAX (*minimum, 2 * self->min_column + self->spacing);
    }
  else
    {
      *minimum = *natural = measure_height (self, widget, for_size < 0 ? G_MAXINT / 2 : for_size);
    }
}

static void
cairn_columns_layout_allocate (GtkLayoutManager *manager,
                               GtkWidget        *widget,
                               int               width,
                               int               height,
                               int               baseline)
{
  CairnColumnsLayout *self = CAIRN_COLUMNS_LAYOUT (manager);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  gboolean two = is_wide (self, width);
  int column = two ? (width - self->spacing) / 2 : width;
  int y = 0;

  for (GtkWidget *child = next_shown (gtk_widget_get_first_child (widget)); child != NULL;)
    {
      int row;
      GtkWidget *partner = measure_row (child, column, two, &row);
      int start = rtl ? width - column : 0;
      int end = rtl ? 0 : width - column;

      gtk_widget_size_allocate (child, &(GtkAllocation) { start, y, column, row }, -1);
      if (partner != NULL)
        gtk_widget_size_allocate (partner, &(GtkAllocation) { end, y, column, row }, -1);
      y += row + self->spacing;
      child = next_shown (gtk_widget_get_next_sibling (partner ? partner : child));
    }
}

static void
cairn_columns_layout_class_init (CairnColumnsLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = cairn_columns_layout_get_request_mode;
  manager_class->measure = cairn_columns_layout_measure;
  manager_class->allocate = cairn_columns_layout_allocate;
}

static void
cairn_columns_layout_init (CairnColumnsLayout *self)
{
  self->min_column = 300;
  self->spacing = 18;
}

static CairnColumnsLayout *
get_layout (gpointer object)
{
  return CAIRN_COLUMNS_LAYOUT (gtk_widget_get_layout_manager (object));
}

static void
cairn_columns_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cairn_columns_parent_class)->dispose (object);
}

static void
cairn_columns_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_MIN_COLUMN)
    g_value_set_int (value, get_layout (object)->min_column);
  else if (id == PROP_SPACING)
    g_value_set_int (value, get_layout (object)->spacing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_columns_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  CairnColumnsLayout *layout = get_layout (object);

  if (id == PROP_MIN_COLUMN)
    layout->min_column = g_value_get_int (value);
  else if (id == PROP_SPACING)
    layout->spacing = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (layout));
}

static void
cairn_columns_class_init (CairnColumnsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cairn_columns_dispose;
  object_class->get_property = cairn_columns_get_property;
  object_class->set_property = cairn_columns_set_property;

  properties[PROP_MIN_COLUMN] =
    g_param_spec_int ("min-column", NULL, NULL, 1, G_MAXINT / 4, 300,
                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SPACING] =
    g_param_spec_int ("spacing", NULL, NULL, 0, 1000, 18, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), CAIRN_TYPE_COLUMNS_LAYOUT);
}

static void
cairn_columns_init (CairnColumns *self)
{
}
