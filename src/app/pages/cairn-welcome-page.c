/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The start: whose record to open, which clinic to sign in to, or a look around with sample data.
 *
 * Signals: "account" with a CairnAccount to open; "address" with a portal's address; "sample".
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-sample.h"
#include "cairn-words.h"
#include "client/cairn-session.h"
#include "common/cairn-error.h"
#include "pages/cairn-welcome-page.h"
#include "parts/cairn-door-menu.h"
#include "parts/cairn-field-error.h"

struct _CairnWelcomePage
{
  AdwBin parent_instance;

  GtkEditable     *address;
  GtkWidget       *busy;
  GtkLabel        *busy_label;
  GtkListBox      *clinics;
  GtkWidget       *clinics_box;
  GtkLabel        *clinics_title;
  CairnFieldError *error;
  GtkWidget       *form;
  GtkLabel        *other_title;
  GtkWidget       *sample_button;

  CairnAccounts   *accounts;
  GCancellable    *looking;
};

G_DEFINE_FINAL_TYPE (CairnWelcomePage, cairn_welcome_page, ADW_TYPE_BIN)

enum
{
  ACCOUNT,
  ADDRESS,
  SAMPLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
dup_address (CairnWelcomePage *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->address)));
}

static void
update (CairnWelcomePage *self)
{
  g_autofree char *address = dup_address (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "welcome.go", *address != '\0' && self->looking == NULL);
  gtk_widget_set_visible (self->busy, self->looking != NULL);
  gtk_label_set_text (self->busy_label, self->looking != NULL ? _("Looking for the clinic's portal…") : "");
}

static void
stop_looking (CairnWelcomePage *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
}

/* Another address is typed: the one before does not matter any more. */
static void
changed_cb (CairnWelcomePage *self)
{
  stop_looking (self);
  cairn_field_error_clear (self->error);
  update (self);
}

static void
activated_cb (CairnWelcomePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "welcome.go", NULL);
}

/* What is wrong with an address and what to do about it. */
static const char *
get_words (const char   *address,
           const GError *error)
{
  const char *scheme = strstr (address, "://");

  if (strpbrk (address, " \t") != NULL)
    return _("An address has no spaces; it looks like portal.clinic.example.");
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_USAGE))
    return scheme != NULL && !g_str_has_prefix (address, "https://")
           ? _("A clinic's address begins with https:// or with its name.")
           : _("This is no address. It looks like portal.clinic.example; your clinic can tell you.");
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK))
    return _("Nothing answers at this address. Look for a typing mistake, and check your connection.");
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL))
    return _("There is no patient portal at this address. Ask your clinic for the right one.");
  return cairn_words_error (error);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(CairnWelcomePage) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *address = NULL;

  cairn_session_find_finish (result, &error);
  if (self->form == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->looking);
  update (self);
  address = dup_address (self);
  if (error == NULL)
    {
      g_signal_emit (self, signals[ADDRESS], 0, address);
      return;
    }
  g_message ("Looking for a portal: %s", error->message);
  cairn_field_error_show (self->error, GTK_WIDGET (self->address), get_words (address, error));
}

static void
go (GtkWidget  *widget,
    const char *action,
    GVariant   *parameter)
{
  CairnWelcomePage *self = CAIRN_WELCOME_PAGE (widget);
  g_autofree char *address = dup_address (self);

  cairn_field_error_clear (self->error);
  self->looking = g_cancellable_new ();
  update (self);
  cairn_session_find_async (address, self->looking, found_cb, g_object_ref (self));
}

static void
sample (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  g_signal_emit (widget, signals[SAMPLE], 0);
}

static void
account_row_cb (AdwActionRow *row,
                gpointer      data)
{
  CairnWelcomePage *self = data;

  g_signal_emit (self, signals[ACCOUNT], 0, g_object_get_data (G_OBJECT (row), "account"));
}

static void
recent_row_cb (AdwActionRow *row,
               gpointer      data)
{
  CairnWelcomePage *self = data;

  g_signal_emit (self, signals[ADDRESS], 0, g_object_get_data (G_OBJECT (row), "address"));
}

static GtkWidget *
create_row (const char *title,
            const char *subtitle,
            const char *icon)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *image = gtk_image_new_from_icon_name (icon);
  GtkWidget *chevron = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_add_css_class (image, "dim-label");
  gtk_widget_add_css_class (chevron, "dim-label");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), chevron);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static gboolean
add_accounts (CairnWelcomePage *self,
              GHashTable       *portals)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(CairnAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      g_autofree char *host = cairn_account_dup_host (account);
      GtkWidget *row = create_row (cairn_account_get_username (account), host, "avatar-default-symbolic");

      g_hash_table_add (portals, g_strdup (cairn_account_get_portal (account)));
      g_object_set_data_full (G_OBJECT (row), "account", g_object_ref (account), g_object_unref);
      g_signal_connect_object (row, "activated", G_CALLBACK (account_row_cb), self, 0);
      gtk_list_box_append (self->clinics, row);
    }
  return n > 0;
}

static gboolean
add_recent (CairnWelcomePage *self,
            GHashTable       *portals)
{
  g_auto(GStrv) recent = cairn_accounts_list_recent (self->accounts);
  gboolean any = FALSE;

  for (guint i = 0; recent != NULL && recent[i] != NULL; i++)
    {
      g_autofree char *host = cairn_words_host (recent[i]);
      GtkWidget *row;

      /* A portal on this very computer was a sample or a trial; its port is gone by now. */
      if (g_hash_table_contains (portals, recent[i]) || g_str_has_prefix (recent[i], "http://127."))
        continue;
      row = create_row (host, NULL, "network-server-symbolic");
      g_object_set_data_full (G_OBJECT (row), "address", g_strdup (recent[i]), g_free);
      g_signal_connect_object (row, "activated", G_CALLBACK (recent_row_cb), self, 0);
      gtk_list_box_append (self->clinics, row);
      any = TRUE;
    }
  return any;
}

static void
cairn_welcome_page_dispose (GObject *object)
{
  stop_looking (CAIRN_WELCOME_PAGE (object));
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_WELCOME_PAGE);
  g_clear_object (&CAIRN_WELCOME_PAGE (object)->accounts);

  G_OBJECT_CLASS (cairn_welcome_page_parent_class)->dispose (object);
}

static void
cairn_welcome_page_class_init (CairnWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_welcome_page_dispose;

  signals[ACCOUNT] = g_signal_new ("account", CAIRN_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, CAIRN_TYPE_ACCOUNT);
  signals[ADDRESS] = g_signal_new ("address", CAIRN_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SAMPLE] = g_signal_new ("sample", CAIRN_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  g_type_ensure (CAIRN_TYPE_DOOR_MENU);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, address);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, busy);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, busy_label);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, clinics);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, clinics_box);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, clinics_title);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, error);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, form);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, other_title);
  gtk_widget_class_bind_template_child (widget_class, CairnWelcomePage, sample_button);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "welcome.go", NULL, go);
  gtk_widget_class_install_action (widget_class, "welcome.sample", NULL, sample);
}

static void
cairn_welcome_page_init (CairnWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "welcome.go", FALSE);
  gtk_widget_set_visible (self->sample_button, cairn_sample_is_available ());
}

/* Lists the accounts and the clinics that this computer knows. */
void
cairn_welcome_page_set_accounts (CairnWelcomePage *self,
                                 CairnAccounts    *accounts)
{
  g_autoptr(GHashTable) portals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GtkListBoxRow *row;
  gboolean any;

  g_return_if_fail (CAIRN_IS_WELCOME_PAGE (self));

  g_set_object (&self->accounts, accounts);
  while ((row = gtk_list_box_get_row_at_index (self->clinics, 0)) != NULL)
    gtk_list_box_remove (self->clinics, GTK_WIDGET (row));
  any = add_accounts (self, portals);
  any |= add_recent (self, portals);
  gtk_widget_set_visible (self->clinics_box, any);
  gtk_widget_set_visible (GTK_WIDGET (self->other_title), any);
  cairn_welcome_page_set_busy (self, NULL);
}

/* An error below the address, with the focus on it. */
void
cairn_welcome_page_say (CairnWelcomePage *self,
                        const char       *words)
{
  g_return_if_fail (CAIRN_IS_WELCOME_PAGE (self));

  cairn_welcome_page_set_busy (self, NULL);
  cairn_field_error_show (self->error, GTK_WIDGET (self->address), words);
}

/* Words while something is being opened; NULL when a choice is possible again. */
void
cairn_welcome_page_set_busy (CairnWelcomePage *self,
                             const char       *words)
{
  g_return_if_fail (CAIRN_IS_WELCOME_PAGE (self));

  stop_looking (self);
  update (self);
  /* A field must lose the focus before it becomes insensitive. */
  if (words != NULL && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_widget_set_visible (self->busy, words != NULL);
  gtk_widget_set_sensitive (self->form, words == NULL);
  gtk_label_set_text (self->busy_label, words != NULL ? words : "");
}

void
cairn_welcome_page_take_focus (CairnWelcomePage *self)
{
  GtkListBoxRow *first;

  g_return_if_fail (CAIRN_IS_WELCOME_PAGE (self));

  first = gtk_list_box_get_row_at_index (self->clinics, 0);
  gtk_widget_grab_focus (first != NULL ? GTK_WIDGET (first) : GTK_WIDGET (self->address));
}
