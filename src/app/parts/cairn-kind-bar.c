/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chips for the kinds of records that are looked at most, as many as have room, and a menu of all kinds behind them.
 * The chosen chip always has room. A chip activates "records.kind".
 */

#include "config.h"

#include <glib/gi18n.h>

#include "client/cairn-records.h"
#include "parts/cairn-kind-bar.h"

#define SPACING 6

struct _CairnKindBar
{
  GtkWidget parent_instance;

  GtkMenuButton *more;
  char          *kind;
  gboolean       narrow;
};

G_DEFINE_FINAL_TYPE (CairnKindBar, cairn_kind_bar, GTK_TYPE_WIDGET)

/* The kinds that are chips of their own, behind the one for everything. */
static const char *const chip_kinds[] = { "test-result", "vital-sign", "report", "visit" };

static const char *
get_kind_title (const CairnKind *kind)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "kind", kind->title);
}

static const char *
get_chip_kind (GtkWidget *chip)
{
  return g_object_get_data (G_OBJECT (chip), "kind");
}

static int
measure_width (GtkWidget *child)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static GtkWidget *
find_chip (CairnKindBar *self,
           const char   *kind)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != GTK_WIDGET (self->more);
       child = gtk_widget_get_next_sibling (child))
    if (g_str_equal (get_chip_kind (child), kind))
      return child;
  return NULL;
}

/* What is there at any width: everything, the chosen chip, the menu. */
static int
measure_least (CairnKindBar *self)
{
  GtkWidget *all = gtk_widget_get_first_child (GTK_WIDGET (self));
  GtkWidget *chosen = find_chip (self, self->kind);
  int width = measure_width (all) + SPACING + measure_width (GTK_WIDGET (self->more));

  return chosen != NULL && chosen != all ? width + SPACING + measure_width (chosen) : width;
}

static void
cairn_kind_bar_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  int sum = 0, most = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int size;

      gtk_widget_measure (child, orientation, -1, NULL, &size, NULL, NULL);
      sum += size + (sum > 0 ? SPACING : 0);
      most = MAX (most, size);
    }
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? sum : most;
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? measure_least (CAIRN_KIND_BAR (widget)) : most;
}

static void
place (GtkWidget *widget,
       GtkWidget *child,
       int        x,
       int        width)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int all = gtk_widget_get_width (widget);

  gtk_widget_size_allocate (child, &(GtkAllocation) { rtl ? all - x - width : x, 0, width, gtk_widget_get_height (widget) }, -1);
}

static void
cairn_kind_bar_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  CairnKindBar *self = CAIRN_KIND_BAR (widget);
  GtkWidget *more = GTK_WIDGET (self->more);
  GtkWidget *all = gtk_widget_get_first_child (widget);
  GtkWidget *chosen = find_chip (self, self->kind);
  int more_width = measure_width (more);
  int room = width - measure_least (self);
  gboolean full = FALSE;
  int x = 0;

  for (GtkWidget *chip = all; chip != more; chip = gtk_widget_get_next_sibling (chip))
    {
      int chip_width = measure_width (chip);
      gboolean needed = chip == all || chip == chosen;
      gboolean shown = needed || (!full && chip_width + SPACING <= room);

      gtk_widget_set_child_visible (chip, shown);
      full = full || !shown;
      if (!shown)
        continue;
      place (widget, chip, x, chip_width);
      x += chip_width + SPACING;
      room -= needed ? 0 : chip_width + SPACING;
    }
  place (widget, more, MAX (x, width - more_width), more_width);
}

static void
add_chip (CairnKindBar *self,
          const char   *label,
          const char   *kind)
{
  GtkWidget *chip = gtk_toggle_button_new_with_label (label);

  gtk_widget_add_css_class (chip, "chip");
  g_object_set_data (G_OBJECT (chip), "kind", (gpointer) kind);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (chip), "s", kind);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (chip), "records.kind");
  gtk_widget_set_parent (chip, GTK_WIDGET (self));
}

static void
add_more (CairnKindBar *self)
{
  g_autoptr(GMenu) menu = g_menu_new ();

  for (const CairnKind *const *kind = cairn_kind_list (); *kind != NULL; kind++)
    if ((*kind)->in_timeline)
      {
        g_autoptr(GMenuItem) item = g_menu_item_new (get_kind_title (*kind), NULL);

        g_menu_item_set_action_and_target (item, "records.kind", "s", (*kind)->id);
        g_menu_append_item (menu, item);
      }
  self->more = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_menu_model (self->more, G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->more), _("More Kinds"));
  gtk_widget_add_css_class (GTK_WIDGET (self->more), "chip-menu");
  gtk_widget_set_parent (GTK_WIDGET (self->more), GTK_WIDGET (self));
}

/* The menu says which kind is chosen when no chip does; on a phone it is but an arrow. */
static void
update (CairnKindBar *self)
{
  const CairnKind *kind = *self->kind != '\0' ? cairn_kind_lookup (self->kind) : NULL;
  gboolean chosen = kind != NULL && find_chip (self, self->kind) == NULL;

  gtk_menu_button_set_label (self->more, chosen ? get_kind_title (kind) : self->narrow ? "" : _("More"));
  if (chosen)
    gtk_widget_add_css_class (GTK_WIDGET (self->more), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->more), "chosen");
  /* The button in it takes the focus, and as an arrow has no words. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->more))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("More Kinds"), -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
cairn_kind_bar_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cairn_kind_bar_parent_class)->dispose (object);
}

static void
cairn_kind_bar_finalize (GObject *object)
{
  g_free (CAIRN_KIND_BAR (object)->kind);

  G_OBJECT_CLASS (cairn_kind_bar_parent_class)->finalize (object);
}

static void
cairn_kind_bar_class_init (CairnKindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_kind_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_kind_bar_finalize;
  widget_class->measure = cairn_kind_bar_measure;
  widget_class->size_allocate = cairn_kind_bar_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cairn_kind_bar_init (CairnKindBar *self)
{
  self->kind = g_strdup ("");
  add_chip (self, C_("kind", "Everything"), "");
  for (guint i = 0; i < G_N_ELEMENTS (chip_kinds); i++)
    {
      const CairnKind *kind = cairn_kind_lookup (chip_kinds[i]);

      if (kind != NULL)
        add_chip (self, get_kind_title (kind), kind->id);
    }
  add_more (self);
  update (self);
}

void
cairn_kind_bar_set_kind (CairnKindBar *self,
                         const char   *kind)
{
  g_return_if_fail (CAIRN_IS_KIND_BAR (self));

  g_free (self->kind);
  self->kind = g_strdup (kind != NULL ? kind : "");
  update (self);
}

void
cairn_kind_bar_set_narrow (CairnKindBar *self,
                           gboolean      narrow)
{
  g_return_if_fail (CAIRN_IS_KIND_BAR (self));

  self->narrow = narrow;
  update (self);
}
