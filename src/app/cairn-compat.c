/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the floor does differently from newer releases, or what they deprecate, in one place: dialogs,
 * the About and Shortcuts windows, the file chooser; and finding things in an uninstalled build.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-compat.h"

/* A path in the build folder, relative to src/ there, when this program runs from one; else NULL. */
char *
cairn_compat_dup_built_path (const char *path)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *source = folder != NULL ? g_path_get_dirname (folder) : NULL;
  g_autofree char *full = source != NULL ? g_build_filename (source, path, NULL) : NULL;

  if (full == NULL || !g_file_test (full, G_FILE_TEST_EXISTS))
    return NULL;
  return g_canonicalize_filename (full, NULL);
}

/* The program that reads and draws documents: the build's own when run from there. */
char *
cairn_compat_dup_paper_program (void)
{
  char *path = cairn_compat_dup_built_path ("paper/cairn-paper");

  if (path == NULL)
    path = cairn_compat_dup_built_path ("../src/paper/cairn-paper");
  return path != NULL ? path : g_build_filename (CAIRN_LIBEXECDIR, "cairn-paper", NULL);
}

/* The app's settings: the build's own schema when run from there, so that it needs no installing. */
GSettings *
cairn_compat_get_settings (void)
{
  g_autoptr(GSettingsSchemaSource) source = NULL;
  g_autoptr(GSettingsSchema) schema = NULL;
  g_autofree char *compiled = cairn_compat_dup_built_path ("../data/gschemas.compiled");

  if (compiled != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (compiled);

      source = g_settings_schema_source_new_from_directory (folder, g_settings_schema_source_get_default (), FALSE,
                                                            NULL);
    }
  if (source == NULL)
    return g_settings_new (CAIRN_APPLICATION_ID);
  schema = g_settings_schema_source_lookup (source, CAIRN_APPLICATION_ID, TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : g_settings_new (CAIRN_APPLICATION_ID);
}

void
cairn_compat_show_about (GtkWindow *parent)
{
  adw_show_about_window (parent,
                         "application-icon", CAIRN_APPLICATION_ID,
                         "application-name", _("Cairn"),
                         "comments", _("Your medical record, kept on your own computer. "
                                       "It does not replace advice from your care team."),
                         "developer-name", _("The Cairn contributors"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one a line */
                         "translator-credits", _("translator-credits"),
                         "version", CAIRN_VERSION,
                         NULL);
}

/* GTK 4.8 leaves the search button of its shortcuts window without a name. */
static void
name_search_buttons (GtkWidget *widget)
{
  if (GTK_IS_TOGGLE_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) == NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search"), -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_search_buttons (child);
}

void
cairn_compat_show_shortcuts (GtkWindow *parent)
{
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/cairnhealth/Cairn/ui/shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  name_search_buttons (GTK_WIDGET (window));
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}

typedef struct
{
  CairnAnswerFunc func;
  GWeakRef        object;
} Question;

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             Question         *question)
{
  g_autoptr(GObject) object = g_weak_ref_get (&question->object);

  if (g_str_equal (response, "yes") && object != NULL)
    question->func (object);
}

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_weak_ref_clear (&question->object);
  g_free (question);
}

/* Asks before something that can't be undone; func is called on "yes" when object still lives. */
void
cairn_compat_confirm (GtkWindow       *parent,
                      const char      *title,
                      const char      *body,
                      const char      *yes,
                      CairnAnswerFunc  func,
                      GObject         *object)
{
  cairn_compat_confirm_with (parent, title, body, NULL, yes, func, object);
}

/* @more: (nullable): stands below the words; takes it when it is floating */
void
cairn_compat_confirm_with (GtkWindow       *parent,
                           const char      *title,
                           const char      *body,
                           GtkWidget       *more,
                           const char      *yes,
                           CairnAnswerFunc  func,
                           GObject         *object)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, title, body);
  Question *question = g_new0 (Question, 1);

  question->func = func;
  g_weak_ref_init (&question->object, object);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "no", _("_Cancel"), "yes", yes, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "yes", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "no");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "no");
  if (more != NULL)
    adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), more);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct
{
  CairnFileFunc  func;
  CairnFilesFunc files_func;
  GWeakRef       object;
} Choice;

static void
chosen_cb (GtkNativeDialog *dialog,
           int              response,
           Choice          *choice)
{
  g_autoptr(GObject) object = g_weak_ref_get (&choice->object);

  if (response == GTK_RESPONSE_ACCEPT && object != NULL && choice->files_func != NULL)
    {
      g_autoptr(GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      choice->files_func (object, files);
    }
  else if (response == GTK_RESPONSE_ACCEPT && object != NULL)
    {
      g_autoptr(GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

      if (path != NULL)
        choice->func (object, path);
    }
  g_object_unref (dialog);
}

static void
choice_free (gpointer  data,
             GClosure *closure)
{
  Choice *choice = data;

  g_weak_ref_clear (&choice->object);
  g_free (choice);
}

void
cairn_compat_choose_file (GtkWindow     *parent,
                          const char    *title,
                          CairnFileFunc  func,
                          GObject       *object)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_OPEN,
                                                              _("_Choose"), _("_Cancel"));
  Choice *choice = g_new0 (Choice, 1);

  choice->func = func;
  g_weak_ref_init (&choice->object, object);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (chosen_cb), choice, choice_free, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* The same for several, of these media types by choice. */
void
cairn_compat_choose_files (GtkWindow         *parent,
                           const char        *title,
                           const char        *kinds,
                           const char *const *types,
                           CairnFilesFunc     func,
                           GObject           *object)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_OPEN,
                                                              _("_Choose"), _("_Cancel"));
  g_autoptr(GtkFileFilter) filter = gtk_file_filter_new ();
  Choice *choice = g_new0 (Choice, 1);

  choice->files_func = func;
  g_weak_ref_init (&choice->object, object);
  gtk_file_filter_set_name (filter, kinds);
  for (guint i = 0; types[i] != NULL; i++)
    gtk_file_filter_add_mime_type (filter, types[i]);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (chosen_cb), choice, choice_free, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

typedef struct
{
  GWeakRef  parent;
  char     *none;
} Opening;

static void
uri_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  Opening *opening = data;
  g_autoptr(GtkWindow) parent = g_weak_ref_get (&opening->parent);
  g_autoptr(GError) error = NULL;

  if (parent != NULL && !gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      GtkWidget *dialog = adw_message_dialog_new (parent, _("This could not be opened"), opening->none);

      adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "ok", _("_OK"), NULL);
      gtk_window_present (GTK_WINDOW (dialog));
    }
  g_weak_ref_clear (&opening->parent);
  g_free (opening->none);
  g_free (opening);
}

/* Hands an address to the app that is for such; says so in these words when there is none. */
void
cairn_compat_open_uri (GtkWindow  *parent,
                       const char *uri,
                       const char *none)
{
  Opening *opening = g_new0 (Opening, 1);

  g_weak_ref_init (&opening->parent, parent);
  opening->none = g_strdup (none);
  gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, uri_cb, opening);
}
