/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tells the desktop that a message has come, without a word of it: who looks over a shoulder at a locked screen learns
 * nothing. Whoever looks at the window needs no telling. It goes when nothing is unread any more; pressed, it opens the
 * newest message, after the lock if there is one, and starts the program if it doesn't run (D-Bus activation). So it
 * stays when the program ends; it goes with the account.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-notice.h"

#define ID "messages"
#define ACTION "read-messages"
/* Of the application: who answers the action, and that it was wanted before there was anybody */
#define NOTICE_KEY "cairn-notice"
#define WANTED_KEY "cairn-notice-wanted"

struct _CairnNotice
{
  GObject       parent_instance;

  GApplication *application;
  GtkWindow    *window;
  CairnSession *session;
  gboolean      wanted;         /* to be read once it is unlocked */
};

G_DEFINE_FINAL_TYPE (CairnNotice, cairn_notice, G_TYPE_OBJECT)

static gboolean
is_readable (CairnNotice *self)
{
  CairnSessionState state = cairn_session_get_state (self->session);

  return state == CAIRN_SESSION_OPEN || state == CAIRN_SESSION_EXPIRED;
}

static void
withdraw (CairnNotice *self)
{
  g_application_withdraw_notification (self->application, ID);
}

static void
arrived_cb (CairnNotice *self)
{
  g_autoptr(GNotification) notification = NULL;

  if (is_readable (self) && self->window != NULL && gtk_window_is_active (self->window))
    return;
  notification = g_notification_new (_("New message from your care team"));
  g_notification_set_body (notification, _("Open Cairn to read it."));
  g_notification_set_default_action (notification, "app." ACTION);
  g_application_send_notification (self->application, ID, notification);
}

static void
unread_cb (CairnNotice *self)
{
  if (cairn_session_get_n_unread (self->session) == 0)
    withdraw (self);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(CairnNotice) self = data;
  g_autoptr(CairnHomeMore) more = cairn_session_load_home_more_finish (CAIRN_SESSION (source), result, NULL);

  if (self->window == NULL)
    return;
  if (more != NULL && more->messages->len > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.open-thread", "s",
                                cairn_record_get_reference (((const CairnHomeMessage *) more->messages->pdata[0])->record));
  else
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.page", "s", "messages");
}

static gboolean
read_cb (gpointer data)
{
  CairnNotice *self = data;

  self->wanted = FALSE;
  cairn_session_load_home_more_async (self->session, NULL, found_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* When the window shows the record again. */
static void
state_cb (CairnNotice *self)
{
  if (self->wanted && is_readable (self))
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, read_cb, g_object_ref (self), g_object_unref);
}

static void
activate_cb (GApplication *application)
{
  CairnNotice *self = g_object_get_data (G_OBJECT (application), NOTICE_KEY);

  g_application_withdraw_notification (application, ID);
  if (self == NULL)
    g_object_set_data (G_OBJECT (application), WANTED_KEY, application);
  else
    self->wanted = TRUE;
  g_application_activate (application);
  if (self != NULL)
    state_cb (self);
}

static void
cairn_notice_dispose (GObject *object)
{
  CairnNotice *self = CAIRN_NOTICE (object);

  if (self->application != NULL)
    {
      if (cairn_session_get_state (self->session) == CAIRN_SESSION_SIGNED_OUT)
        withdraw (self);
      g_object_set_data (G_OBJECT (self->application), NOTICE_KEY, NULL);
    }
  g_clear_object (&self->application);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_notice_parent_class)->dispose (object);
}

static void
cairn_notice_class_init (CairnNoticeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_notice_dispose;
}

static void
cairn_notice_init (CairnNotice *self)
{
}

CairnNotice *
cairn_notice_new (GtkWindow    *window,
                  CairnSession *session)
{
  CairnNotice *self = g_object_new (CAIRN_TYPE_NOTICE, NULL);
  GtkApplication *application = gtk_window_get_application (window);

  self->session = g_object_ref (session);
  g_set_weak_pointer (&self->window, window);
  if (application == NULL)
    return self;
  self->application = g_object_ref (G_APPLICATION (application));
  g_object_set_data (G_OBJECT (application), NOTICE_KEY, self);
  g_signal_connect_object (session, "arrived", G_CALLBACK (arrived_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::n-unread", G_CALLBACK (unread_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  self->wanted = g_object_get_data (G_OBJECT (application), WANTED_KEY) != NULL;
  g_object_set_data (G_OBJECT (application), WANTED_KEY, NULL);
  state_cb (self);
  return self;
}

/* When the application starts: what a notification's default action does, also one of an earlier run. */
void
cairn_notice_add_action (GApplication *application)
{
  g_autoptr(GSimpleAction) action = g_simple_action_new (ACTION, NULL);

  g_signal_connect_object (action, "activate", G_CALLBACK (activate_cb), application, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
}
