/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Home: the next visit and new results in the first picture; messages, medicines, things to do and pinned trends a
 * moment later. Each card leads on; an empty one says what it will have.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "client/cairn-trend.h"
#include "fhir/cairn-date.h"
#include "pages/cairn-home-page.h"
#include "parts/cairn-columns.h"
#include "parts/cairn-home-card.h"
#include "parts/cairn-states.h"
#include "parts/cairn-sync-status.h"
#include "parts/cairn-trend-row.h"
#include "parts/cairn-visit-card.h"

#define LATER_MS 30

struct _CairnHomePage
{
  CairnFramePage parent_instance;

  GtkBox        *body;
  GtkWidget     *columns;
  GtkLabel      *greeting;
  CairnStates   *states;
  GtkLabel      *today;
  CairnVisitCard *visit;

  /* Made here, the first with the first picture, the others after it */
  CairnHomeCard *results;
  CairnHomeCard *messages;
  CairnHomeCard *medicines;
  CairnHomeCard *to_do;
  CairnHomeCard *trends;

  char          *said;
  guint          later;
  gboolean       known;      /* what is not here is not there: the record came once */
  gboolean       loading;
  gboolean       stale;
};

G_DEFINE_FINAL_TYPE (CairnHomePage, cairn_home_page, CAIRN_TYPE_FRAME_PAGE)

static void load (CairnHomePage *self);
static void load_more (CairnHomePage *self);

static void
add_card (CairnHomePage *self,
          CairnHomeCard **where,
          const char    *icon,
          const char    *title,
          const char    *kind)
{
  *where = CAIRN_HOME_CARD (cairn_home_card_new (icon, title, kind));
  gtk_widget_set_parent (GTK_WIDGET (*where), self->columns);
}

/* What is new, counted as the badge beside "Records" counts it, or the newest results. */
static void
show_results (CairnHomePage   *self,
              const CairnHome *home)
{
  guint n = g_list_model_get_n_items (home->results);
  gboolean new = home->n_new > 0;

  if (self->results == NULL)
    add_card (self, &self->results, "cairn-lab-symbolic", _("Newest results"), "test-result");
  cairn_home_card_clear (self->results);
  cairn_home_card_set_title (self->results, !new ? _("Newest results") : home->only_results ? _("New results")
                                                                          : _("New in your record"), home->n_new);
  cairn_home_card_set_way (self->results, new ? "win.show-status" : "win.show-kind", new ? "new" : "test-result");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(CairnRecord) record = g_list_model_get_item (home->results, i);

      cairn_home_card_add_record (self->results, record);
    }
  if (n == 0)
    cairn_home_card_add_words (self->results, _("Test results appear here when the clinic has any."));
}

static void
show_messages (CairnHomePage       *self,
               const CairnHomeMore *more)
{
  cairn_home_card_clear (self->messages);
  cairn_home_card_set_title (self->messages, _("Unread messages"), more->n_unread);
  if (more->messages->len == 0)
    cairn_home_card_add_words (self->messages,
                               self->known
                               ? _("No unread messages. What the care team writes to you appears here.")
                               : _("What the care team writes to you appears here."));
  for (guint i = 0; i < more->messages->len; i++)
    {
      const CairnHomeMessage *message = more->messages->pdata[i];
      const char *title = cairn_record_get_title (message->record);
      g_autofree char *when = cairn_words_moment (cairn_record_get_date (message->record), FALSE, cairn_date_now ());

      if (message->sender != NULL)
        cairn_home_card_add_lines (self->messages, message->record, message->sender, title, when, FALSE);
      else
        cairn_home_card_add_lines (self->messages, message->record, title, NULL, when, FALSE);
    }
}

static void
show_medicines (CairnHomePage       *self,
                const CairnHomeMore *more)
{
  gint64 now = cairn_date_now ();

  cairn_home_card_clear (self->medicines);
  for (guint i = 0; i < more->medicines->len; i++)
    cairn_home_card_add_medicine (self->medicines, more->medicines->pdata[i], now);
  if (more->medicines->len == 0)
    cairn_home_card_add_words (self->medicines, _("Medicines that are prescribed for you appear here."));
}

static void
show_to_do (CairnHomePage       *self,
            const CairnHomeMore *more)
{
  gint64 now = cairn_date_now ();

  cairn_home_card_clear (self->to_do);
  cairn_home_card_set_title (self->to_do, _("To do"), more->n_to_do);
  for (guint i = 0; i < more->to_do->len; i++)
    cairn_home_card_add_task (self->to_do, more->to_do->pdata[i], now);
  if (more->to_do->len == 0)
    cairn_home_card_add_words (self->to_do,
                               self->known ? _("Nothing to do. Forms and reminders from the clinic appear here.")
                                           : _("Forms and reminders from the clinic appear here."));
}

static void
make_cards (CairnHomePage *self)
{
  if (self->messages != NULL)
    return;
  add_card (self, &self->messages, "mail-unread-symbolic", _("Unread messages"), "message");
  add_card (self, &self->medicines, "cairn-pill-symbolic", _("Medicines"), "medication");
  add_card (self, &self->to_do, "emblem-ok-symbolic", _("To do"), NULL);
  self->trends = CAIRN_HOME_CARD (cairn_home_card_new ("view-pin-symbolic", _("Trends you follow"), NULL));
  gtk_box_append (self->body, GTK_WIDGET (self->trends));
  cairn_home_card_add_words (self->trends, _("Open a result and press the pin to follow it here."));
}

static void
pins_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnHomePage) self = data;
  g_autoptr(GListModel) pins = cairn_session_load_pins_finish (CAIRN_SESSION (source), result, NULL);

  if (pins == NULL || self->trends == NULL)
    return;
  cairn_home_card_clear (self->trends);
  for (guint i = 0; i < g_list_model_get_n_items (pins); i++)
    {
      g_autoptr(CairnTrend) trend = g_list_model_get_item (pins, i);

      if (cairn_trend_get_n_series (trend) > 0)
        cairn_home_card_add_row (self->trends, cairn_trend_row_new (trend));
    }
  if (g_list_model_get_n_items (pins) == 0)
    cairn_home_card_add_words (self->trends, _("Open a result and press the pin to follow it here."));
}

static void
more_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnHomePage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnHomeMore) more = cairn_session_load_home_more_finish (CAIRN_SESSION (source), result, &error);

  if (self->states == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (more == NULL)
    {
      g_clear_pointer (&self->said, g_free);
      cairn_states_set_error (self->states, error);
      return;
    }
  make_cards (self);
  show_messages (self, more);
  show_medicines (self, more);
  show_to_do (self, more);
  cairn_session_load_pins_async (CAIRN_SESSION (source), cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), pins_cb,
                                 g_object_ref (self));
}

static gboolean
later_cb (gpointer data)
{
  CairnHomePage *self = data;

  self->later = 0;
  load_more (self);
  return G_SOURCE_REMOVE;
}

/* What is below waits until the first picture is on the screen. */
static void
load_more (CairnHomePage *self)
{
  if (self->later != 0)
    return;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || self->results == NULL)
    {
      self->later = g_timeout_add (LATER_MS, later_cb, self);
      return;
    }
  cairn_session_load_home_more_async (cairn_frame_page_get_session (CAIRN_FRAME_PAGE (self)),
                                      cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), more_cb,
                                      g_object_ref (self));
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
          const char      *today,
          gboolean         known)
{
  GString *text = g_string_new (greeting);
  guint n = home->results != NULL ? g_list_model_get_n_items (home->results) : 0;

  g_string_append_printf (text, "\n%s\n%s %s %s\n%u %d", today, home->appointment_where, home->appointment_with, home->phone,
                          home->n_new, known);
  append_record (text, home->appointment);
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
  const GError *failure = cairn_sync_status_get_failure (session);
  gboolean any = home->appointment != NULL || (home->results != NULL && g_list_model_get_n_items (home->results) > 0);
  CairnSync *sync = cairn_session_get_sync (session);
  g_autofree char *said = NULL;

  if (failure != NULL && !any)
    {
      g_clear_pointer (&self->said, g_free);
      cairn_states_set_failure (self->states, _("Your record could not be fetched"), failure);
      return;
    }
  self->known = cairn_sync_get_last_sync (sync) > 0 || (any && !cairn_sync_get_running (sync));
  said = dup_said (home, greeting, today, self->known);
  if (g_strcmp0 (said, self->said) == 0)
    return;
  g_free (self->said);
  self->said = g_steal_pointer (&said);
  gtk_label_set_text (self->greeting, greeting);
  gtk_label_set_text (self->today, today);
  cairn_visit_card_set_home (self->visit, home, self->known);
  show_results (self, home);
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
  if (cairn_states_get_state (self->states) == CAIRN_STATE_CONTENT)
    load_more (self);
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
retry_cb (CairnHomePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.sync", NULL);
  load (self);
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
  g_signal_connect_object (cairn_session_get_sync (session), "notify::running", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
}

static void
cairn_home_page_dispose (GObject *object)
{
  CairnHomePage *self = CAIRN_HOME_PAGE (object);

  g_clear_handle_id (&self->later, g_source_remove);
  self->results = self->messages = self->medicines = self->to_do = self->trends = NULL;
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_HOME_PAGE);

  G_OBJECT_CLASS (cairn_home_page_parent_class)->dispose (object);
}

static void
cairn_home_page_finalize (GObject *object)
{
  CairnHomePage *self = CAIRN_HOME_PAGE (object);

  g_free (self->said);

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
  g_type_ensure (CAIRN_TYPE_VISIT_CARD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-home-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, body);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, columns);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, greeting);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, states);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, today);
  gtk_widget_class_bind_template_child (widget_class, CairnHomePage, visit);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
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
