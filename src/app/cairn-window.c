/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window shows one of: the door, the lock, or the frame with the pages of an open session.
 * Which one follows from the session's state alone. Leaving a view destroys it, so that a locked or
 * signed-out window holds no word of the record.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-again.h"
#include "cairn-compat.h"
#include "cairn-door.h"
#include "cairn-frame.h"
#include "cairn-leave.h"
#include "cairn-notice.h"
#include "cairn-window.h"
#include "cairn-words.h"
#include "pages/cairn-lock-page.h"

#define TOUCH_INTERVAL (G_USEC_PER_SEC / 2)
#define FIRST_SYNC_MS 400
#define SYNC_SECONDS (15 * 60)

struct _CairnWindow
{
  AdwApplicationWindow parent_instance;

  GtkStack        *stack;
  AdwToastOverlay *toasts;

  CairnAccounts   *accounts;
  GSettings       *settings;
  CairnSession    *session;
  CairnNotice     *notice;
  CairnSample     *sample;

  CairnDoor       *door;
  CairnAgain      *again;
  CairnLockPage   *lock;
  CairnFrame      *frame;

  char            *place;
  gboolean         presented;
  gint64           touched;
  guint            sync_timer;
};

G_DEFINE_FINAL_TYPE (CairnWindow, cairn_window, ADW_TYPE_APPLICATION_WINDOW)

static void show_session (CairnWindow *self);

/* Where an action with a word leads. */
static const struct
{
  const char *action;
  void       (*go) (CairnFrame *frame, const char *where);
} ways[] = {
  { "win.open-record", cairn_frame_open_record },
  { "win.open-thread", cairn_frame_open_thread },
  { "win.page", cairn_frame_show_page },
  { "win.show-kind", cairn_frame_show_kind },
  { "win.show-status", cairn_frame_show_status },
};

static void
toast (CairnWindow *self,
       const char  *words)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (words));
}

static void
update_actions (CairnWindow *self)
{
  gboolean open = self->frame != NULL;
  gboolean reading = open && self->again == NULL;
  gboolean any = self->session != NULL;
  gboolean idle = any && !cairn_sync_get_running (cairn_session_get_sync (self->session));
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "win.back", reading);
  gtk_widget_action_set_enabled (widget, "win.leave", any);
  gtk_widget_action_set_enabled (widget, "win.lock", open);
  gtk_widget_action_set_enabled (widget, "win.new-message", reading);
  gtk_widget_action_set_enabled (widget, "win.search", reading);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    gtk_widget_action_set_enabled (widget, ways[i].action, reading);
  gtk_widget_action_set_enabled (widget, "win.sign-in-again", open);
  gtk_widget_action_set_enabled (widget, "win.sign-out", open);
  gtk_widget_action_set_enabled (widget, "win.sync", open && idle);
}

/* Takes a view of a session out of the window, and with it all that it says. */
static void
drop (CairnWindow *self,
      gpointer     view)
{
  GtkWidget **where = view;

  if (*where == NULL)
    return;
  gtk_stack_remove (self->stack, *where);
  *where = NULL;
}

static void
show (CairnWindow *self,
      gpointer     view)
{
  GtkWidget *widget = GTK_WIDGET (view);

  /* A field that is about to go must lose the focus first. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  if (gtk_widget_get_parent (widget) == NULL)
    gtk_stack_add_child (self->stack, widget);
  gtk_stack_set_visible_child (self->stack, widget);
  update_actions (self);
}

/* Something is there to be looked at: the window comes up, the first time. */
static void
present_once (CairnWindow *self)
{
  if (!self->presented)
    gtk_window_present (GTK_WINDOW (self));
}

static void
sync_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSyncReport) report = cairn_sync_start_finish (CAIRN_SYNC (source), result, &error);

  if (report == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("Sync: %s", error->message);
}

static void
start_sync (CairnWindow *self)
{
  CairnSync *sync;

  if (self->session == NULL)
    return;
  sync = cairn_session_get_sync (self->session);
  if (!cairn_sync_get_running (sync) && !cairn_session_get_expired (self->session))
    cairn_sync_start_async (sync, NULL, sync_cb, NULL);
}

static gboolean
sync_timer_cb (gpointer data)
{
  CairnWindow *self = data;

  start_sync (self);
  cairn_session_start_live (self->session);
  self->sync_timer = g_timeout_add_seconds (SYNC_SECONDS, sync_timer_cb, self);
  return G_SOURCE_REMOVE;
}

static void
show_frame (CairnWindow *self)
{
  if (self->frame == NULL)
    {
      self->frame = CAIRN_FRAME (cairn_frame_new (self->session));
      if (self->sample != NULL)
        cairn_frame_mark_sample (self->frame);
      show (self, self->frame);
      cairn_frame_restore_place (self->frame, self->place);
    }
  drop (self, &self->lock);
  drop (self, &self->again);
  drop (self, &self->door);
  update_actions (self);
}

static void
show_lock (CairnWindow *self)
{
  if (self->frame != NULL)
    {
      g_free (self->place);
      self->place = cairn_frame_dup_place (self->frame);
    }
  if (self->lock == NULL)
    self->lock = CAIRN_LOCK_PAGE (cairn_lock_page_new (self->session));
  show (self, self->lock);
  drop (self, &self->frame);
  drop (self, &self->again);
  drop (self, &self->door);
  update_actions (self);
  cairn_lock_page_take_focus (self->lock);
  present_once (self);
}

/* Nothing of the session stays: neither in the window nor, unless it is kept, on the disk. */
static void
forget_session (CairnWindow *self)
{
  g_autoptr(CairnSession) session = g_steal_pointer (&self->session);

  g_clear_handle_id (&self->sync_timer, g_source_remove);
  g_clear_pointer (&self->place, g_free);
  g_clear_object (&self->notice);
  if (session == NULL)
    return;
  g_signal_handlers_disconnect_by_data (session, self);
  g_signal_handlers_disconnect_by_data (cairn_session_get_sync (session), self);
  cairn_session_close (session);
}

static void
show_session (CairnWindow *self)
{
  switch (cairn_session_get_state (self->session))
    {
    case CAIRN_SESSION_OPEN:
    case CAIRN_SESSION_EXPIRED:
      show_frame (self);
      break;
    case CAIRN_SESSION_LOCKED:
      show_lock (self);
      break;
    case CAIRN_SESSION_SIGNED_OUT:
    case CAIRN_SESSION_CLOSED:
      cairn_window_welcome (self);
      break;
    case CAIRN_SESSION_OPENING:
    default:
      break;
    }
}

static void
update_lock_time (CairnWindow *self)
{
  if (self->session != NULL)
    cairn_session_set_lock_seconds (self->session, 60 * g_settings_get_uint (self->settings, "lock-minutes"));
}

static void
opened_cb (CairnWindow  *self,
           CairnSession *session)
{
  g_clear_object (&self->sample);
  self->sample = cairn_door_steal_sample (self->door);
  cairn_window_set_session (self, session);
}

static CairnDoor *
ensure_door (CairnWindow *self)
{
  if (self->door == NULL)
    {
      self->door = CAIRN_DOOR (cairn_door_new (self->accounts));
      g_signal_connect_object (self->door, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
    }
  show (self, self->door);
  return self->door;
}

static void
signed_in_again_cb (CairnWindow *self)
{
  show_session (self);
  start_sync (self);
}

static void
again_back_cb (CairnWindow *self)
{
  show (self, self->frame);
  drop (self, &self->again);
  update_actions (self);
}

static void
back (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  cairn_frame_go_back (CAIRN_WINDOW (widget)->frame);
}

static void
leave_now (gpointer self)
{
  cairn_window_welcome (self);
}

static void
lock (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  cairn_session_lock (CAIRN_WINDOW (widget)->session);
}

static void
new_message (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  cairn_frame_write_message (CAIRN_WINDOW (widget)->frame);
}

static void
go (GtkWidget  *widget,
    const char *action,
    GVariant   *parameter)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (ways[i].action, action))
      ways[i].go (CAIRN_WINDOW (widget)->frame, g_variant_get_string (parameter, NULL));
}

static void
ready (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  present_once (CAIRN_WINDOW (widget));
}

static void
search (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  cairn_frame_toggle_search (CAIRN_WINDOW (widget)->frame);
}

static void
sign_in_again (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  CairnWindow *self = CAIRN_WINDOW (widget);

  if (self->again == NULL)
    {
      self->again = CAIRN_AGAIN (cairn_again_new (self->session));
      g_signal_connect_object (self->again, "back", G_CALLBACK (again_back_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->again, "signed-in", G_CALLBACK (signed_in_again_cb), self, G_CONNECT_SWAPPED);
    }
  show (self, self->again);
  cairn_again_take_focus (self->again);
}

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr(CairnWindow) self = data;
  g_autoptr(GError) error = NULL;
  gboolean done = cairn_session_sign_out_finish (CAIRN_SESSION (source), result, &error);

  if (!done)
    g_message ("Signing out: %s", error->message);
  if (self->stack == NULL)
    return;
  /* The account is gone only now, after its session. */
  if (self->door != NULL)
    cairn_door_refresh (self->door);
  toast (self, done ? _("You are signed out. Nothing of your record is left on this computer.") : cairn_words_error (error));
}

static void
sign_out_now (gpointer object)
{
  CairnWindow *self = object;

  if (self->session != NULL)
    cairn_session_sign_out_async (self->session, TRUE, NULL, signed_out_cb, g_object_ref (self));
}

static void
ask_for_unsent (gpointer object)
{
  CairnWindow *self = object;

  if (self->session != NULL)
    cairn_leave_ask (GTK_WINDOW (self), self->session, sign_out_now);
}

/* Signs out, or only leaves; the page may have something that would be lost. */
static void
leave (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  CairnWindow *self = CAIRN_WINDOW (widget);
  gboolean out = g_str_equal (action, "win.sign-out");
  const char *unkept = self->frame != NULL ? cairn_frame_get_unkept (self->frame) : NULL;
  CairnAnswerFunc go_on = out ? ask_for_unsent : leave_now;

  if (unkept != NULL)
    cairn_compat_confirm (GTK_WINDOW (self), out ? _("Sign out all the same?") : _("Leave all the same?"), unkept,
                          out ? _("_Sign Out") : _("_Leave"), go_on, G_OBJECT (self));
  else
    go_on (self);
}

static void
sync_now (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  start_sync (CAIRN_WINDOW (widget));
}

/* Any input counts as use. */
static gboolean
event_cb (CairnWindow *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->session != NULL && now - self->touched > TOUCH_INTERVAL)
    {
      self->touched = now;
      cairn_session_touch (self->session);
    }
  return GDK_EVENT_PROPAGATE;
}

static void
close_now (gpointer window)
{
  gtk_window_destroy (window);
}

static gboolean
cairn_window_close_request (GtkWindow *window)
{
  CairnWindow *self = CAIRN_WINDOW (window);
  const char *unkept;

  if (!gtk_window_is_maximized (window))
    {
      int width, height;

      gtk_window_get_default_size (window, &width, &height);
      g_settings_set_int (self->settings, "window-width", MAX (width, 360));
      g_settings_set_int (self->settings, "window-height", MAX (height, 300));
    }
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  if (self->frame != NULL && (unkept = cairn_frame_get_unkept (self->frame)) != NULL)
    {
      cairn_compat_confirm (window, _("Close all the same?"), unkept, _("_Close"), close_now, G_OBJECT (self));
      return TRUE;
    }
  return GTK_WINDOW_CLASS (cairn_window_parent_class)->close_request (window);
}

static void
cairn_window_map (GtkWidget *widget)
{
  CAIRN_WINDOW (widget)->presented = TRUE;

  GTK_WIDGET_CLASS (cairn_window_parent_class)->map (widget);
}

static void
cairn_window_dispose (GObject *object)
{
  CairnWindow *self = CAIRN_WINDOW (object);

  forget_session (self);
  g_clear_object (&self->sample);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_WINDOW);
  self->frame = NULL;

  G_OBJECT_CLASS (cairn_window_parent_class)->dispose (object);
}

static void
cairn_window_finalize (GObject *object)
{
  CairnWindow *self = CAIRN_WINDOW (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cairn_window_parent_class)->finalize (object);
}

static void
cairn_window_class_init (CairnWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_window_dispose;
  object_class->finalize = cairn_window_finalize;
  widget_class->map = cairn_window_map;
  GTK_WINDOW_CLASS (klass)->close_request = cairn_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnWindow, toasts);
  gtk_widget_class_bind_template_callback (widget_class, event_cb);

  gtk_widget_class_install_action (widget_class, "win.back", NULL, back);
  gtk_widget_class_install_action (widget_class, "win.leave", NULL, leave);
  gtk_widget_class_install_action (widget_class, "win.lock", NULL, lock);
  gtk_widget_class_install_action (widget_class, "win.new-message", NULL, new_message);
  gtk_widget_class_install_action (widget_class, "win.ready", NULL, ready);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    gtk_widget_class_install_action (widget_class, ways[i].action, "s", go);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.sign-in-again", NULL, sign_in_again);
  gtk_widget_class_install_action (widget_class, "win.sign-out", NULL, leave);
  gtk_widget_class_install_action (widget_class, "win.sync", NULL, sync_now);
}

static void
cairn_window_init (CairnWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_actions (self);
}

CairnWindow *
cairn_window_new (GtkApplication *application,
                  CairnAccounts  *accounts,
                  GSettings      *settings)
{
  CairnWindow *self = g_object_new (CAIRN_TYPE_WINDOW,
                                    "application", application,
                                    "default-width", g_settings_get_int (settings, "window-width"),
                                    "default-height", g_settings_get_int (settings, "window-height"),
                                    "maximized", g_settings_get_boolean (settings, "window-maximized"),
                                    NULL);

  self->accounts = g_object_ref (accounts);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::lock-minutes", G_CALLBACK (update_lock_time), self, G_CONNECT_SWAPPED);
  return self;
}

/* The session whose record the window shows from now on. */
void
cairn_window_set_session (CairnWindow  *self,
                          CairnSession *session)
{
  g_return_if_fail (CAIRN_IS_WINDOW (self));
  g_return_if_fail (CAIRN_IS_SESSION (session));

  if (self->session == session)
    return;
  forget_session (self);
  self->session = g_object_ref (session);
  self->notice = cairn_notice_new (GTK_WINDOW (self), session);
  update_lock_time (self);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (show_session), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cairn_session_get_sync (session), "notify::running", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  self->sync_timer = g_timeout_add (FIRST_SYNC_MS, sync_timer_cb, self);
  show_session (self);
}

/* The start: no session, a choice of whose record to open. */
void
cairn_window_welcome (CairnWindow *self)
{
  g_return_if_fail (CAIRN_IS_WINDOW (self));

  ensure_door (self);
  drop (self, &self->frame);
  drop (self, &self->lock);
  drop (self, &self->again);
  forget_session (self);
  g_clear_object (&self->sample);
  update_actions (self);
  cairn_door_welcome (self->door);
  present_once (self);
}

/* Sign-in at an address, perhaps with a user name and words that say why. */
void
cairn_window_sign_in (CairnWindow *self,
                      const char  *address,
                      const char  *username,
                      const char  *words)
{
  g_return_if_fail (CAIRN_IS_WINDOW (self));

  cairn_door_sign_in (ensure_door (self), address, username, words);
  present_once (self);
}
