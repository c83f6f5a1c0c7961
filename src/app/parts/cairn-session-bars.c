/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be said about a session beside its record: sample data, an ended sign-in, no connection, no keyring.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "parts/cairn-bar.h"
#include "parts/cairn-session-bars.h"
#include "parts/cairn-sync-status.h"

#define AGE_SECONDS 20

typedef enum
{
  BAR_SAMPLE,
  BAR_EXPIRED,
  BAR_OFFLINE,
  BAR_KEYRING,
  BAR_OUTBOX,
  BAR_RENEWED,
  N_BARS
} Bar;

/* Icon, whether it asks for something, button and its action of each bar, in the order of the enum. */
static const struct
{
  const char *icon;
  gboolean    attention;
  const char *button;
  const char *action;
} bars[N_BARS] = {
  { "dialog-information-symbolic", FALSE, N_("Leave"), "win.leave" },
  { "dialog-password-symbolic", TRUE, N_("Sign In"), "win.sign-in-again" },
  { "network-offline-symbolic", FALSE, NULL, NULL },
  { "dialog-warning-symbolic", FALSE, NULL, NULL },
  { "dialog-warning-symbolic", TRUE, NULL, NULL },
  { "dialog-warning-symbolic", FALSE, NULL, NULL },
};

struct _CairnSessionBars
{
  GtkBox parent_instance;

  CairnSession *session;
  CairnBar     *shown[N_BARS];
  guint         tick;
};

G_DEFINE_FINAL_TYPE (CairnSessionBars, cairn_session_bars, GTK_TYPE_BOX)

/* A bar is made when there is first something to say. */
static void
set_bar (CairnSessionBars *self,
         Bar               bar,
         gboolean          shown,
         const char       *text)
{
  if (!shown)
    {
      if (self->shown[bar] != NULL)
        cairn_bar_hide (self->shown[bar]);
      return;
    }
  if (self->shown[bar] == NULL)
    {
      self->shown[bar] = g_object_new (CAIRN_TYPE_BAR,
                                       "icon", bars[bar].icon,
                                       "attention", bars[bar].attention,
                                       NULL);
      if (bars[bar].button != NULL)
        g_object_set (self->shown[bar], "button", _(bars[bar].button), "action", bars[bar].action, NULL);
      gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->shown[bar]));
    }
  cairn_bar_show (self->shown[bar], text);
}

static void
update (CairnSessionBars *self)
{
  CairnSync *sync = cairn_session_get_sync (self->session);
  gboolean expired = cairn_session_get_expired (self->session);
  gboolean offline = !expired && !cairn_session_get_online (self->session) && cairn_sync_get_error (sync) != NULL;
  g_autofree char *age = cairn_sync_status_dup_age (self->session);
  g_autofree char *words = NULL;

  if (*age != '\0')
    /* Translators: %s is an age such as "2 hours ago" */
    words = g_strdup_printf (_("No connection. Last update: %s."), age);
  else
    words = g_strdup (_("No connection. Nothing has been fetched yet."));
  set_bar (self, BAR_OFFLINE, offline, words);
  set_bar (self, BAR_EXPIRED, expired, _("Your sign-in has ended. You can read on; to update, sign in again."));
  set_bar (self, BAR_OUTBOX, cairn_session_get_outbox_kept_aside (self->session) != NULL,
           _("What was waiting to be sent could not be opened. It was kept aside, not deleted."));
  set_bar (self, BAR_RENEWED, cairn_session_get_cache_renewed (self->session) && cairn_sync_get_last_sync (sync) == 0,
           _("The copy on this computer was damaged. It is fetched again."));
  set_bar (self, BAR_KEYRING,
           cairn_account_get_keep (cairn_session_get_account (self->session)) &&
           !cairn_session_get_remembered (self->session),
           _("There is no keyring on this computer. Nothing is kept when Cairn is closed."));
}

static gboolean
tick_cb (gpointer data)
{
  update (data);
  return G_SOURCE_CONTINUE;
}

static void
cairn_session_bars_dispose (GObject *object)
{
  CairnSessionBars *self = CAIRN_SESSION_BARS (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_session_bars_parent_class)->dispose (object);
}

static void
cairn_session_bars_class_init (CairnSessionBarsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_session_bars_dispose;
}

static void
cairn_session_bars_init (CairnSessionBars *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

void
cairn_session_bars_set_session (CairnSessionBars *self,
                                CairnSession     *session)
{
  CairnSync *sync = cairn_session_get_sync (session);

  g_return_if_fail (CAIRN_IS_SESSION_BARS (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sync, "notify::last-sync", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sync, "notify::error", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->tick = g_timeout_add_seconds (AGE_SECONDS, tick_cb, self);
  update (self);
}

/* Says all the time that none of this is about a real person. */
void
cairn_session_bars_mark_sample (CairnSessionBars *self)
{
  g_return_if_fail (CAIRN_IS_SESSION_BARS (self));

  set_bar (self, BAR_SAMPLE, TRUE, _("Sample data: invented people"));
}
