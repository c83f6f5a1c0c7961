/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sidebar's foot: how fresh the record is, a bar while it is being brought home, a button that
 * does so now.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-sync-status.h"

#define REFRESH_SECONDS 20
#define PULSE_MS 100

struct _CairnSyncStatus
{
  AdwBin parent_instance;

  GtkLabel       *age;
  GtkProgressBar *progress;
  GtkWidget      *refresh;
  GtkLabel       *state;

  CairnSession   *session;
  guint           tick;
  guint           pulse;
};

G_DEFINE_FINAL_TYPE (CairnSyncStatus, cairn_sync_status, ADW_TYPE_BIN)

static const char *
get_words (CairnSession *session)
{
  CairnSync *sync = cairn_session_get_sync (session);

  if (cairn_sync_get_running (sync))
    return _("Updating…");
  if (cairn_session_get_expired (session))
    return _("Not updating");
  if (!cairn_session_get_online (session) && cairn_sync_get_error (sync) != NULL)
    return _("No connection");
  if (cairn_sync_get_error (sync) != NULL)
    return _("Not complete");
  return cairn_sync_get_last_sync (sync) > 0 ? _("Up to date") : _("Not updated yet");
}

static gboolean
pulse_cb (gpointer data)
{
  CairnSyncStatus *self = data;

  gtk_progress_bar_pulse (self->progress);
  return G_SOURCE_CONTINUE;
}

static void
update_progress (CairnSyncStatus *self,
                 CairnSync       *sync)
{
  double fraction = cairn_sync_get_fraction (sync);
  gboolean running = cairn_sync_get_running (sync);

  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  if (running && fraction >= 0)
    {
      g_clear_handle_id (&self->pulse, g_source_remove);
      gtk_progress_bar_set_fraction (self->progress, MIN (fraction, 1));
    }
  else if (!running)
    {
      g_clear_handle_id (&self->pulse, g_source_remove);
    }
  else if (self->pulse == 0)
    {
      self->pulse = g_timeout_add (PULSE_MS, pulse_cb, self);
    }
}

static void
update (CairnSyncStatus *self)
{
  CairnSync *sync;
  g_autofree char *age = NULL;

  if (self->session == NULL)
    return;
  sync = cairn_session_get_sync (self->session);
  age = cairn_sync_status_dup_age (self->session);
  gtk_label_set_text (self->state, get_words (self->session));
  gtk_label_set_text (self->age, age);
  gtk_widget_set_visible (GTK_WIDGET (self->age), *age != '\0');
  update_progress (self, sync);
}

static gboolean
tick_cb (gpointer data)
{
  update (data);
  return G_SOURCE_CONTINUE;
}

static void
cairn_sync_status_dispose (GObject *object)
{
  CairnSyncStatus *self = CAIRN_SYNC_STATUS (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->pulse, g_source_remove);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_SYNC_STATUS);

  G_OBJECT_CLASS (cairn_sync_status_parent_class)->dispose (object);
}

static void
cairn_sync_status_class_init (CairnSyncStatusClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_sync_status_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-sync-status.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnSyncStatus, age);
  gtk_widget_class_bind_template_child (widget_class, CairnSyncStatus, progress);
  gtk_widget_class_bind_template_child (widget_class, CairnSyncStatus, refresh);
  gtk_widget_class_bind_template_child (widget_class, CairnSyncStatus, state);
}

static void
cairn_sync_status_init (CairnSyncStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cairn_sync_status_set_session (CairnSyncStatus *self,
                               CairnSession    *session)
{
  g_return_if_fail (CAIRN_IS_SYNC_STATUS (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (cairn_session_get_sync (session), "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->tick = g_timeout_add_seconds (REFRESH_SECONDS, tick_cb, self);
  update (self);
}

/* The age of what is shown ("Updated 4 minutes ago"), "" when there is nothing yet. */
char *
cairn_sync_status_dup_age (CairnSession *session)
{
  gint64 last = cairn_sync_get_last_sync (cairn_session_get_sync (session));

  return last > 0 ? cairn_words_age (last, cairn_date_now ()) : g_strdup ("");
}

/* Why nothing is known of the record: no update was ever complete, and the last one failed. NULL when it is on its way. */
const GError *
cairn_sync_status_get_failure (CairnSession *session)
{
  CairnSync *sync = cairn_session_get_sync (session);

  return cairn_sync_get_last_sync (sync) == 0 && !cairn_sync_get_running (sync) ? cairn_sync_get_error (sync) : NULL;
}
