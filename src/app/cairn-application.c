/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program: settings, known accounts, one window. The account's cache is opened while GTK starts; the
 * window comes up when it has something to show, so that its first picture is already the right one.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-notice.h"
#include "cairn-application.h"
#include "cairn-compat.h"
#include "cairn-head-start.h"
#include "cairn-preferences-window.h"
#include "cairn-window.h"
#include "cairn-words.h"

/* How long the window waits for the record before it comes up empty. */
#define PATIENCE_MS 250

struct _CairnApplication
{
  AdwApplication parent_instance;

  CairnAccount  *account;
  CairnAccounts *accounts;
  GSettings     *settings;
  CairnWindow   *window;

  CairnSession  *session;
  GError        *error;
  gboolean       opening;
  guint          patience;
};

G_DEFINE_FINAL_TYPE (CairnApplication, cairn_application, ADW_TYPE_APPLICATION)

static const struct
{
  const char *action;
  const char *accels[3];
} shortcuts[] = {
  { "app.preferences", { "<Control>comma" } },
  { "app.quit", { "<Control>q" } },
  { "app.shortcuts", { "<Control>question" } },
  { "win.back", { "<Alt>Left", "Back" } },
  { "win.lock", { "<Control>l" } },
  { "win.new-message", { "<Control>n" } },
  { "win.page('home')", { "<Alt>1" } },
  { "win.page('messages')", { "<Alt>4", "<Alt>3" } },
  { "win.page('records')", { "<Alt>2" } },
  { "win.search", { "<Control>f" } },
  { "win.sync", { "<Control>r", "F5" } },
  { "window.close", { "<Control>w" } },
};

static gboolean
patience_cb (gpointer data)
{
  CairnApplication *self = data;

  self->patience = 0;
  if (self->window != NULL)
    gtk_window_present (GTK_WINDOW (self->window));
  return G_SOURCE_REMOVE;
}

static void
ensure_window (CairnApplication *self)
{
  if (self->window == NULL)
    g_set_weak_pointer (&self->window, cairn_window_new (GTK_APPLICATION (self), self->accounts, self->settings));
}

/* Shows what became of opening the only account. */
static void
show_opened (CairnApplication *self)
{
  if (self->session != NULL)
    {
      cairn_window_set_session (self->window, self->session);
      g_clear_object (&self->session);
      return;
    }
  g_message ("Opening: %s", self->error->message);
  cairn_window_sign_in (self->window, cairn_account_get_portal (self->account),
                        cairn_account_get_username (self->account), cairn_words_error (self->error));
  g_clear_error (&self->error);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnApplication) self = data;

  self->opening = FALSE;
  self->session = cairn_session_open_finish (result, &self->error);
  if (self->window != NULL)
    show_opened (self);
}

/* The only account is opened right away, while GTK starts; with none or several there is a choice. */
static void
open_account (CairnApplication *self)
{
  g_autoptr(GError) error = NULL;

  if (!cairn_accounts_reload (self->accounts, &error))
    g_message ("Accounts: %s", error->message);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) != 1)
    return;
  self->account = g_list_model_get_item (G_LIST_MODEL (self->accounts), 0);
  self->opening = TRUE;
  cairn_session_open_async (self->account, NULL, opened_cb, g_object_ref (self));
}

static void
color_scheme_cb (CairnApplication *self)
{
  static const AdwColorScheme schemes[] = {
    ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK
  };
  int scheme = g_settings_get_enum (self->settings, "color-scheme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[CLAMP (scheme, 0, (int) G_N_ELEMENTS (schemes) - 1)]);
}

static GtkWindow *
get_window (CairnApplication *self)
{
  return gtk_application_get_active_window (GTK_APPLICATION (self));
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  cairn_compat_show_about (get_window (data));
}

static void
preferences_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  CairnApplication *self = data;
  GtkWidget *window = cairn_preferences_window_new (self->settings);
  GtkWindow *parent = get_window (self);
  int width, height;

  /* On a telephone it is no wider than what it lies on. */
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  if (parent != NULL)
    gtk_window_set_default_size (GTK_WINDOW (window), MIN (width, gtk_widget_get_width (GTK_WIDGET (parent))), height);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  CairnApplication *self = data;

  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
}

static void
shortcuts_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  cairn_compat_show_shortcuts (get_window (data));
}

static const GActionEntry actions[] = {
  { "about", about_cb },
  { "preferences", preferences_cb },
  { "quit", quit_cb },
  { "shortcuts", shortcuts_cb },
};

static void
cairn_application_startup (GApplication *application)
{
  CairnApplication *self = CAIRN_APPLICATION (application);
  GThread *fonts;

  self->accounts = cairn_accounts_new ();
  open_account (self);
  gtk_init ();
  fonts = cairn_head_start_fonts (gtk_settings_get_default ());
  cairn_head_start_icons (gtk_icon_theme_get_for_display (gdk_display_get_default ()));
  G_APPLICATION_CLASS (cairn_application_parent_class)->startup (application);
  cairn_head_start_take_fonts (fonts);

  /* For pictures of the mirrored layout where no right-to-left language is installed. */
  if (g_strcmp0 (g_getenv ("CAIRN_TEXT_DIRECTION"), "rtl") == 0)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  cairn_notice_add_action (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action, shortcuts[i].accels);
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (color_scheme_cb), self,
                           G_CONNECT_SWAPPED);
  color_scheme_cb (self);

  /* GTK tells in an idle that icons were added: now, as each widget that is there by then would be styled anew. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
cairn_application_activate (GApplication *application)
{
  CairnApplication *self = CAIRN_APPLICATION (application);
  gboolean opened = self->session != NULL || self->error != NULL;

  if (self->window != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->window));
      return;
    }
  ensure_window (self);
  if (opened)
    show_opened (self);
  else if (self->opening)
    self->patience = g_timeout_add (PATIENCE_MS, patience_cb, self);
  else
    cairn_window_welcome (self->window);
}

static int
cairn_application_handle_local_options (GApplication *application,
                                        GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;
  g_print ("cairn %s\n", CAIRN_VERSION);
  return 0;
}

/* `cairn ADDRESS` goes straight to signing in there, when nobody is signed in yet. */
static void
cairn_application_open (GApplication  *application,
                        GFile        **files,
                        int            n_files,
                        const char    *hint)
{
  CairnApplication *self = CAIRN_APPLICATION (application);
  g_autofree char *address = g_file_get_uri (files[0]);

  if (self->window != NULL || g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) > 0 ||
      !g_str_has_prefix (address, "http"))
    {
      cairn_application_activate (application);
      return;
    }
  ensure_window (self);
  cairn_window_sign_in (self->window, address, NULL, NULL);
}

static void
cairn_application_dispose (GObject *object)
{
  CairnApplication *self = CAIRN_APPLICATION (object);

  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->session);
  g_clear_error (&self->error);
  g_clear_object (&self->account);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cairn_application_parent_class)->dispose (object);
}

static void
cairn_application_class_init (CairnApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_application_dispose;
  application_class->activate = cairn_application_activate;
  application_class->handle_local_options = cairn_application_handle_local_options;
  application_class->open = cairn_application_open;
  application_class->startup = cairn_application_startup;
}

/* A certificate authority of the user's own comes from the settings unless the environment has one;
 * set here, before there is any other thread. */
static void
cairn_application_init (CairnApplication *self)
{
  g_autofree char *ca_file = NULL;

  g_application_add_main_option (G_APPLICATION (self), "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Show the version"), NULL);
  self->settings = cairn_compat_get_settings ();
  ca_file = g_settings_get_string (self->settings, "ca-file");
  if (*ca_file != '\0')
    g_setenv ("CAIRN_CA_FILE", ca_file, FALSE);
}

CairnApplication *
cairn_application_new (void)
{
  return g_object_new (CAIRN_TYPE_APPLICATION,
                       "application-id", CAIRN_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/cairnhealth/Cairn",
                       NULL);
}
