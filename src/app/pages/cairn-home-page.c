/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Home: the next visit, the newest results and unread messages, read from the cache in one go.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "pages/cairn-home-page.h"
#include "parts/cairn-columns.h"
#include "parts/cairn-record-row.h"
#include "parts/cairn-states.h"

struct _CairnHomePage
{
  CairnFramePage parent_instance;

  GtkLabel    *greeting;
  GtkListBox  *messages;
  GtkLabel    *n_unread;
  GtkListBox  *results;
  CairnStates *states;
  GtkWidget   *tile;
  GtkLabel    *tile_day;
  GtkLabel    *tile_month;
  GtkLabel    *tile_weekday;
  GtkLabel    *today;
  GtkWidget   *visit_row;
  GtkWidget   *visit_chevron;
  GtkLabel    *visit_what;
  GtkLabel    *visit_when;
  GtkLabel    *visit_where;

  char        *said;
  gboolean     loading;
  gboolean     stale;
};

G_DEFINE_FINAL_TYPE (CairnHomePage, cairn_home_page, CAIRN_TYPE_FRAME_PAGE)

static void load (CairnHomePage *self);

static void
set_text (GtkLabel   *label,
          const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_tile (CairnHomePage *self,
           gint64         start)
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
show_visit (CairnHomePage   *self,
            const CairnHome *home)
{
  CairnRecord *record = home->appointment;
  GtkActionable *row = GTK_ACTIONABLE (self->visit_row);
  g_autofree char *when = NULL;
  g_autofree char *what = NULL;
  g_autofree char *name = NULL;
  gint64 start = 0;

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->visit_row), record != NULL);
  gtk_widget_set_visible (self->visit_chevron, record != NULL);
  if (record == NULL)
    {
      gtk_actionable_set_action_name (row, NULL);
      gtk_widget_set_visible (self->tile, FALSE);
      set_text (self->visit_when, _("No visit planned"));
      set_text (self->visit_what, _("Visits that the clinic books for you appear here."));
      set_text (self->visit_where, NULL);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _("No visit planned"), -1);
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
  set_text (self->visit_when, when);
  set_text (self->visit_what, what);
  set_text (self->visit_where, home->appointment_where);
  name = g_strdup_printf ("%s: %s, %s", _("Next appointment"), when, what);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target (row, "s", cairn_record_get_reference (record));
  gtk_actionable_set_action_name (row, "win.open-record");
}

/* Keeps the first row, which is the card's head. */
static void
clear_card (GtkListBox *card)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (card, 1)) != NULL)
    gtk_list_box_remove (card, GTK_WIDGET (row));
}

static void
add_record (GtkListBox  *card,
            CairnRecord *record)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *line = cairn_record_row_new ();

  gtk_widget_set_margin_start (line, 15);
  gtk_widget_set_margin_end (line, 15);
  gtk_widget_set_margin_top (line, 8);
  gtk_widget_set_margin_bottom (line, 8);
  cairn_record_row_hide_icon (CAIRN_RECORD_ROW (line));
  cairn_record_row_set_record (CAIRN_RECORD_ROW (line), record);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", cairn_record_get_reference (record));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-record");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  cairn_record_get_title (record), -1);
  gtk_list_box_append (card, row);
}

static GtkWidget *
create_label (const char *text,
              const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* A row of words, under a line that says who wrote them and when. */
static GtkWidget *
add_words (GtkListBox *card,
           const char *heading,
           const char *date,
           const char *text)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *label = create_label (text, "dim-label");

  gtk_widget_set_margin_start (box, 15);
  gtk_widget_set_margin_end (box, 15);
  gtk_widget_set_margin_top (box, 11);
  gtk_widget_set_margin_bottom (box, 11);
  if (heading != NULL)
    gtk_box_append (GTK_BOX (box), create_label (heading, "heading"));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_lines (GTK_LABEL (label), 2);
  gtk_box_append (GTK_BOX (box), label);
  if (date != NULL)
    {
      GtkWidget *when = create_label (date, "caption");

      gtk_widget_add_css_class (when, "dim-label");
      gtk_box_append (GTK_BOX (box), when);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_list_box_append (card, row);
  return row;
}

static void
add_message (GtkListBox  *card,
             CairnRecord *record,
             const char  *sender)
{
  const char *title = cairn_record_get_title (record);
  g_autofree char *when = cairn_words_moment (cairn_record_get_date (record), FALSE, cairn_date_now ());
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", sender != NULL ? sender : "", title, when);
  GtkWidget *row = add_words (card, sender, *when != '\0' ? when : NULL, title);

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sender != NULL ? name : title, -1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", cairn_record_get_reference (record));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-record");
}

static void
show_results (CairnHomePage   *self,
              const CairnHome *home)
{
  guint n = home->results != NULL ? g_list_model_get_n_items (home->results) : 0;

  clear_card (self->results);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(CairnRecord) record = g_list_model_get_item (home->results, i);

      add_record (self->results, record);
    }
  if (n == 0)
    add_words (self->results, NULL, NULL, _("Test results appear here when the clinic has any."));
}

static void
show_messages (CairnHomePage   *self,
               const CairnHome *home)
{
  g_autofree char *count = g_strdup_printf ("%u", home->n_unread);

  clear_card (self->messages);
  gtk_label_set_text (self->n_unread, count);
  gtk_widget_set_visible (GTK_WIDGET (self->n_unread), home->n_unread > 0);
  if (home->message != NULL)
    add_message (self->messages, home->message, home->message_sender);
  else
    add_words (self->messages, NULL, NULL, _("No unread messages."));
}

static void
append_record (GString     *text,
               CairnRecord *record)
{
  if (record == NULL)
    return;
  g_string_append_printf (text, "\n%s %s %s %s %s %s %d",
                          cairn_record_get_reference (record), cairn_record_get_title (record),
                          cairn_record_get_date (record), cairn_record_get_value (record),
                          cairn_record_get_unit (record), cairn_record_get_interpretation (record),
                          cairn_record_get_flags (record));
}

/* All that the page says: while it stays the same, rows stay, and with them the keyboard's place. */
static char *
dup_said (const CairnHome *home,
          const char      *greeting,
          const char      *today)
{
  GString *text = g_string_new (greeting);
  guint n = home->results != NULL ? g_list_model_get_n_items (home->results) : 0;

  g_string_append_printf (text, "\n%s\n%s %s\n%u %s", today, home->appointment_where, home->appointment_with,
                          home->n_unread, home->message_sender);
  append_record (text, home->appointment);
  append_record (text, home->message);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(CairnRecord) record = g_list_model_get_item (home->results, i);

      append_record (text, record);
    }
  return g_string_free (text, FALSE);
}

static void
show (CairnHomePage   *self,
      const CairnHome *home)
{
  CairnSession *session = cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self));
  gint64 now = cairn_date_now ();
  g_autofree char *greeting = cairn_words_greeting (cairn_session_get_patient_name (session), now);
  g_autofree char *today = cairn_words_today (now);
  g_autofree char *said = dup_said (home, greeting, today);

  if (g_strcmp0 (said, self->said) == 0)
    return;
  g_free (self->said);
  self->said = g_steal_pointer (&said);
  gtk_label_set_text (self->greeting, greeting);
  gtk_label_set_text (self->today, today);
  show_visit (self, home);
  show_results (self, home);
  show_messages (self, home);
  cairn_states_set_state (self->states, CAIRN_STATE_CONTENT);
}

static void
load_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnHomePage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnHome) home = cairn_session_load_home_finish (CAIRN_SESSION (source), result, &error);

  self->loading = FALSE;
  if (self->states == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (home != NULL)
    show (self, home);
  else
    {
      g_clear_pointer (&self->said, g_free);
      cairn_states_set_error (self->states, error);
    }
  if (self->stale)
    load (self);
}

static void
load (CairnHomePage *self)
{
  if (self->loading)
    {
      self->stale = TRUE;
      return;
    }
  self->loading = TRUE;
  self->stale = FALSE;
  cairn_session_load_home_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)),
                                 cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), load_cb, g_object_ref (self));
}

static void
cairn_home_page_constructed (GObject *object)
{
  CairnHomePage *self = CAIRN_HOME_PAGE (object);
  CairnSession *session = cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self));

  G_OBJECT_CLASS (cairn_home_page_parent_class)->constructed (object);

  cairn_states_set_state (self->states, CAIRN_STATE_LOADING);
  g_signal_connect_object (session, "changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::patient-name", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
}

static void
cairn_home_page_dispose (GObject *object)
{
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_HOME_PAGE);

  G_OBJECT_CLASS (cairn_home_page_parent_class)->dispose (object);
}

static void
cairn_home_page_finalize (GObject *object)
{
  g_free (CAIRN_HOME_PAGE (object)->said);

  G_OBJECT_CLASS (cairn_home_page_parent_class)->finalize (object);
}

static void
cairn_home_page_class_init (CairnHomePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cairn_home_page_constructed;
  object_class->dispose = cairn_home_page_dispose;
  object_class->finalize = cairn_home_page_finalize;

  g_type_ensure (CAIRN_TYPE_COLUMNS);
  g_type_ensure (CAIRN_TYPE_STATES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-home-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, greeting);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, messages);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, n_unread);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, results);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, states);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, tile);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, tile_day);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, tile_month);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, tile_weekday);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, today);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, visit_chevron);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, visit_row);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, visit_what);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, visit_when);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, visit_where);
  gtk_widget_class_bind_template_callback (widget_class, load);
}

static void
cairn_home_page_init (CairnHomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

CairnFramePage *
cairn_home_page_new (CairnSession *session)
{
  return g_object_new (CAIRN_TYPE_HOME_PAGE,
                       "session", session,
                       "title", _("Home"),
                       NULL);
}
