/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes a file where a person wants it. The dialog is the desktop's, so that a sandboxed app reaches
 * that one file and no other.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-save.h"

#define MAX_NAME 80

typedef struct
{
  AdwToastOverlay      *toasts;
  GBytes               *bytes;      /* or a file of a message */
  CairnSession         *session;
  CairnFile            *file;
  GtkFileChooserNative *dialog;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->toasts);
  g_clear_pointer (&saving->bytes, g_bytes_unref);
  g_clear_object (&saving->session);
  g_clear_object (&saving->file);
  g_clear_object (&saving->dialog);
  g_free (saving);
}

static const char *
get_extension (const char *type)
{
  static const char *const extensions[][2] = {
    { "application/pdf", ".pdf" }, { "image/png", ".png" }, { "image/jpeg", ".jpg" }, { "image/tiff", ".tiff" },
    { "image/gif", ".gif" }, { "image/svg+xml", ".svg" }, { "text/plain", ".txt" }, { "text/html", ".html" },
    { "text/csv", ".csv" }, { "application/xml", ".xml" }, { "application/hl7-sda+xml", ".xml" }, { "application/rtf", ".rtf" },
    { "application/dicom", ".dcm" }, { "application/json", ".json" }, { "application/fhir+json", ".json" },
    { "application/msword", ".doc" }, { "application/zip", ".zip" },
    { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx" },
  };

  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (extensions); i++)
    if (g_str_equal (extensions[i][0], type))
      return extensions[i][1];
  return "";
}

/* "2026-10-14 Chest X-ray.pdf": the day in front, so that a folder sorts by time. */
char *
cairn_save_dup_name (const char *title,
                     const char *date,
                     const char *type)
{
  GString *name = g_string_new (NULL);
  guint n = 0;

  if (date != NULL && strlen (date) >= 4)
    g_string_append_printf (name, "%.10s ", date);
  for (const char *at = title != NULL ? title : ""; *at != '\0' && n < MAX_NAME; at = g_utf8_next_char (at), n++)
    {
      gunichar letter = g_utf8_get_char (at);

      if (letter == '/' || letter == '\\' || letter == ':' || g_unichar_iscntrl (letter) ||
          g_unichar_type (letter) == G_UNICODE_FORMAT)
        letter = ' ';
      g_string_append_unichar (name, letter);
    }
  g_strstrip (name->str);
  name->len = strlen (name->str);
  while (name->len > 0 && *name->str == '.')
    g_string_erase (name, 0, 1);
  if (name->len == 0)
    g_string_append (name, _("Document"));
  g_string_append (name, get_extension (type));
  return g_string_free (name, FALSE);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Saving *saving = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;
  gboolean written = saving->file != NULL ? cairn_session_save_file_finish (CAIRN_SESSION (source), result, &error)
                                          : g_file_replace_contents_finish (G_FILE (source), result, NULL, &error);

  if (written)
    words = g_strdup (_("Saved. The file is not protected by Cairn."));
  else
    /* Translators: %s says why, in the system's words */
    words = g_strdup_printf (_("It could not be saved: %s"), error->message);
  adw_toast_overlay_add_toast (saving->toasts, adw_toast_new (words));
  saving_free (saving);
}

static void
response_cb (Saving *saving,
             int     response)
{
  g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (saving->dialog)) : NULL;

  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (saving->dialog));
  if (file != NULL && saving->file != NULL)
    cairn_session_save_file_async (saving->session, saving->file, file, NULL, written_cb, saving);
  else if (file != NULL)
    g_file_replace_contents_bytes_async (file, saving->bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, written_cb, saving);
  else
    saving_free (saving);
}

static void
ask (Saving          *saving,
     AdwToastOverlay *toasts,
     const char      *name)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (toasts));

  saving->toasts = g_object_ref (toasts);
  saving->dialog = gtk_file_chooser_native_new (_("Save"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                                GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (saving->dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (saving->dialog), name);
  g_signal_connect_swapped (saving->dialog, "response", G_CALLBACK (response_cb), saving);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (saving->dialog));
}

/* Asks where, writes there, and says how it went. */
void
cairn_save_bytes (AdwToastOverlay *toasts,
                  const char      *name,
                  GBytes          *bytes)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->bytes = g_bytes_ref (bytes);
  ask (saving, toasts, name);
}

/* The same for a file of a message, piece by piece. */
void
cairn_save_file (AdwToastOverlay *toasts,
                 CairnSession    *session,
                 CairnFile       *file)
{
  const char *title = cairn_file_get_title (file), *dot = title != NULL ? strrchr (title, '.') : NULL;
  g_autofree char *name = cairn_save_dup_name (title, NULL, dot != NULL && strlen (dot) > 2 && strlen (dot) < 6
                                                            ? NULL : cairn_file_get_media_type (file));
  Saving *saving = g_new0 (Saving, 1);

  saving->session = g_object_ref (session);
  saving->file = g_object_ref (file);
  ask (saving, toasts, name);
}
