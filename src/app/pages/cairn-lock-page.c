/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands in the window while the account is locked: initials and a password field, nothing else of
 * the record. "Not Me" goes back to the start and leaves the account locked.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "common/cairn-error.h"
#include "pages/cairn-lock-page.h"
#include "parts/cairn-caps-lock.h"
#include "parts/cairn-door-menu.h"
#include "parts/cairn-field-error.h"

struct _CairnLockPage
{
  AdwBin parent_instance;

  AdwAvatar       *avatar;
  CairnFieldError *error;
  GtkEditable     *password;
  GtkButton       *unlock_button;

  CairnSession    *session;
  GCancellable    *cancellable;
  gboolean         busy;
};

G_DEFINE_FINAL_TYPE (CairnLockPage, cairn_lock_page, ADW_TYPE_BIN)

static void
update_actions (CairnLockPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "lock.unlock",
                                 !self->busy && *gtk_editable_get_text (self->password) != '\0');
  gtk_button_set_label (self->unlock_button, self->busy ? _("Unlocking…") : _("Unlock"));
}

static void
changed_cb (CairnLockPage *self)
{
  cairn_field_error_clear (self->error);
  update_actions (self);
}

static void
activated_cb (CairnLockPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "lock.unlock", NULL);
}

static char *
dup_words (CairnSession *session,
           const GError *error)
{
  int tries = cairn_session_get_unlock_tries (session);

  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS) && tries > 0)
    return g_strdup_printf (ngettext ("This password is wrong. You can try %d more time while the portal can’t be reached.",
                                      "This password is wrong. You can try %d more times while the portal can’t be reached.",
                                      tries), tries);
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS) && tries < 0)
    return g_strdup (_("This password is wrong."));
  if (tries == 0 && g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS))
    return g_strdup (_("This password is wrong. Connect to the internet to try again."));
  if (tries == 0)
    return g_strdup (_("The portal can’t be reached. Connect to the internet to unlock."));
  return g_strdup (cairn_words_error (error));
}

static void
unlock_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnLockPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;

  cairn_session_unlock_finish (CAIRN_SESSION (source), result, &error);
  if (self->password == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->busy = FALSE;
  update_actions (self);
  if (error == NULL)
    {
      gtk_editable_set_text (self->password, "");
      return;
    }
  g_message ("Unlocking: %s", error->message);
  words = dup_words (self->session, error);
  cairn_field_error_show (self->error, GTK_WIDGET (self->password), words);
}

static void
unlock (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  CairnLockPage *self = CAIRN_LOCK_PAGE (widget);

  self->busy = TRUE;
  cairn_field_error_clear (self->error);
  update_actions (self);
  cairn_session_unlock_async (self->session, gtk_editable_get_text (self->password), self->cancellable, unlock_cb,
                              g_object_ref (self));
}

static void
cairn_lock_page_dispose (GObject *object)
{
  CairnLockPage *self = CAIRN_LOCK_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_LOCK_PAGE);

  G_OBJECT_CLASS (cairn_lock_page_parent_class)->dispose (object);
}

static void
cairn_lock_page_finalize (GObject *object)
{
  CairnLockPage *self = CAIRN_LOCK_PAGE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (cairn_lock_page_parent_class)->finalize (object);
}

static void
cairn_lock_page_class_init (CairnLockPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_lock_page_dispose;
  object_class->finalize = cairn_lock_page_finalize;

  g_type_ensure (CAIRN_TYPE_CAPS_LOCK);
  g_type_ensure (CAIRN_TYPE_DOOR_MENU);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-lock-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnLockPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, CairnLockPage, error);
  gtk_widget_class_bind_template_child (widget_class, CairnLockPage, password);
  gtk_widget_class_bind_template_child (widget_class, CairnLockPage, unlock_button);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "lock.unlock", NULL, unlock);
}

static void
cairn_lock_page_init (CairnLockPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  update_actions (self);
}

GtkWidget *
cairn_lock_page_new (CairnSession *session)
{
  CairnLockPage *self = g_object_new (CAIRN_TYPE_LOCK_PAGE, NULL);
  g_autofree char *initials = cairn_words_initials (cairn_session_get_patient_name (session));

  self->session = g_object_ref (session);
  adw_avatar_set_text (self->avatar, initials);
  adw_avatar_set_show_initials (self->avatar, *initials != '\0');
  return GTK_WIDGET (self);
}

void
cairn_lock_page_take_focus (CairnLockPage *self)
{
  g_return_if_fail (CAIRN_IS_LOCK_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->password));
}
