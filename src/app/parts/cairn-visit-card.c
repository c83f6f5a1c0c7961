/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The next visit on Home: the day, what and with whom, where, and what can be done about it here and now.
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "cairn-compat.h"
#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-columns.h"
#include "parts/cairn-visit-card.h"

/* Pixels beside the day of the next visit on a telephone, and between what can be done about it. */
#define LEAST_ROOM 190
#define ACTION_GAP 6

struct _CairnVisitCard
{
  AdwBin parent_instance;

  GtkWidget *actions;        /* NULL when nothing can be done */
  GtkBox    *box;
  GtkWidget *chevron;
  GtkWidget *row;
  GtkWidget *tile;
  GtkLabel  *tile_day;
  GtkLabel  *tile_month;
  GtkLabel  *tile_weekday;
  GtkLabel  *what;
  GtkLabel  *when;
  GtkLabel  *where;

  char      *call;
  char      *directions;
};

G_DEFINE_FINAL_TYPE (CairnVisitCard, cairn_visit_card, ADW_TYPE_BIN)

static void
set_text (GtkLabel   *label,
          const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_tile (CairnVisitCard *self,
           gint64          start)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (start / 1000);
  g_autoptr(GDateTime) time = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *weekday = time != NULL ? g_date_time_format (time, "%a") : NULL;
  g_autofree char *day = time != NULL ? g_date_time_format (time, "%-e") : NULL;
  g_autofree char *month = time != NULL ? g_date_time_format (time, "%b") : NULL;

  gtk_widget_set_visible (self->tile, time != NULL);
  set_text (self->tile_weekday, weekday);
  set_text (self->tile_day, day);
  set_text (self->tile_month, month);
}

static void
add_action (GPtrArray  *buttons,
            const char *label,
            const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  g_ptr_array_add (buttons, button);
}

/* Beside each other when that fits on a telephone, else in columns, which are one below the other there. */
static GtkWidget *
create_actions (GPtrArray *buttons)
{
  GtkWidget *box;
  int widest = 0, all = 0;

  for (guint i = 0; i < buttons->len; i++)
    {
      int width;

      gtk_widget_measure (buttons->pdata[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
      widest = MAX (widest, width);
      all += width + ACTION_GAP;
    }
  if (all - ACTION_GAP <= LEAST_ROOM)
    box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, ACTION_GAP);
  else
    box = g_object_new (CAIRN_TYPE_COLUMNS, "min-column", widest, "spacing", ACTION_GAP, NULL);
  for (guint i = 0; i < buttons->len; i++)
    gtk_widget_set_parent (buttons->pdata[i], box);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  return box;
}

/* Where it is, as maps take it: a position when the clinic says it, else the address in words. */
static char *
dup_directions (const CairnHome *home)
{
  const char *words = home->address != NULL ? home->address : home->appointment_where;
  g_autofree char *query = words != NULL ? g_uri_escape_string (words, NULL, TRUE) : NULL;

  if (home->address == NULL && home->position == NULL)
    return NULL;
  return g_strdup_printf ("geo:%s%s%s", home->position != NULL ? home->position : "0,0", query != NULL ? "?q=" : "",
                          query != NULL ? query : "");
}

/* Only what can be done here and now has a button. */
static void
show_actions (CairnVisitCard  *self,
              const CairnHome *home)
{
  g_autoptr(GPtrArray) buttons = g_ptr_array_new ();

  g_free (self->directions);
  g_free (self->call);
  self->directions = home->appointment != NULL ? dup_directions (home) : NULL;
  self->call = home->appointment != NULL ? cairn_words_call (home->phone) : NULL;
  g_clear_pointer (&self->actions, gtk_widget_unparent);
  if (self->directions != NULL)
    add_action (buttons, _("Directions"), "visit.directions");
  if (self->call != NULL)
    add_action (buttons, _("Call"), "visit.call");
  if (buttons->len == 0)
    return;
  self->actions = create_actions (buttons);
  gtk_box_append (self->box, self->actions);
}

static void
directions (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  cairn_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (widget)), CAIRN_VISIT_CARD (widget)->directions,
                         _("There is no app for maps on this computer."));
}

static void
call (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnVisitCard *self = CAIRN_VISIT_CARD (widget);
  g_autofree char *words = NULL;

  words = g_strdup_printf (_("There is no app for calls on this computer. The number is %s."), self->call + strlen ("tel:"));
  cairn_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (widget)), self->call, words);
}

static void
show_visit (CairnVisitCard  *self,
            const CairnHome *home,
            gboolean         known)
{
  CairnRecord *record = home->appointment;
  GtkActionable *row = GTK_ACTIONABLE (self->row);
  g_autofree char *when = NULL;
  g_autofree char *what = NULL;
  g_autofree char *name = NULL;
  gint64 start = 0;

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->row), record != NULL);
  gtk_widget_set_visible (self->chevron, record != NULL);
  if (record == NULL)
    {
      const char *title = known ? _("No visit planned") : _("Not known yet");

      gtk_actionable_set_action_name (row, NULL);
      gtk_widget_set_visible (self->tile, FALSE);
      set_text (self->when, title);
      set_text (self->what, _("Visits that the clinic books for you appear here."));
      set_text (self->where, NULL);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
      return;
    }

  when = cairn_words_when (cairn_record_get_date (record), cairn_date_now ());
  if (home->appointment_with != NULL)
    /* Translators: %1$s is a visit such as "Check-up", %2$s a person */
    what = g_strdup_printf (_("%1$s with %2$s"), cairn_record_get_title (record), home->appointment_with);
  else
    what = g_strdup (cairn_record_get_title (record));
  cairn_record_get_start (record, &start);
  show_tile (self, start);
  set_text (self->when, when);
  set_text (self->what, what);
  set_text (self->where, home->appointment_where);
  name = g_strdup_printf ("%s: %s, %s", _("Next appointment"), when, what);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target (row, "s", cairn_record_get_reference (record));
  gtk_actionable_set_action_name (row, "win.open-record");
}

static void
cairn_visit_card_dispose (GObject *object)
{
  CAIRN_VISIT_CARD (object)->actions = NULL;
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_VISIT_CARD);

  G_OBJECT_CLASS (cairn_visit_card_parent_class)->dispose (object);
}

static void
cairn_visit_card_finalize (GObject *object)
{
  g_free (CAIRN_VISIT_CARD (object)->call);
  g_free (CAIRN_VISIT_CARD (object)->directions);

  G_OBJECT_CLASS (cairn_visit_card_parent_class)->finalize (object);
}

static void
cairn_visit_card_class_init (CairnVisitCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_visit_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_visit_card_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-visit-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, box);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, chevron);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, row);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, tile);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, tile_day);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, tile_month);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, tile_weekday);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, what);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, when);
  gtk_widget_class_bind_template_child (widget_class, CairnVisitCard, where);
  gtk_widget_class_install_action (widget_class, "visit.call", NULL, call);
  gtk_widget_class_install_action (widget_class, "visit.directions", NULL, directions);
}

static void
cairn_visit_card_init (CairnVisitCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @known: whether a visit that is not here is not planned. */
void
cairn_visit_card_set_home (CairnVisitCard  *self,
                           const CairnHome *home,
                           gboolean         known)
{
  g_return_if_fail (CAIRN_IS_VISIT_CARD (self));

  show_visit (self, home, known);
  show_actions (self, home);
}
