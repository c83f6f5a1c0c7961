/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ways by which files come to a message: chosen, dropped, pasted. What may not be sent is said on its chip.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-compat.h"
#include "messages/cairn-composer-files.h"

#define PLACE_KEY "cairn-draft-place"

guint
cairn_composer_files_count (GListModel     *files,
                            CairnFileState  state)
{
  guint n = 0;

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (files, i);

      n += cairn_file_get_state (file) == state;
    }
  return n;
}

static const char *
get_place (gpointer      widget,
           CairnOutbox **outbox)
{
  CairnDraftPlaceFunc func = (CairnDraftPlaceFunc) g_object_get_data (widget, PLACE_KEY);

  return func != NULL ? func (widget, outbox) : NULL;
}

static void
attach (GtkWidget *widget,
        GFile     *file)
{
  CairnOutbox *outbox;
  const char *key = get_place (widget, &outbox);

  if (key != NULL)
    cairn_outbox_attach (outbox, key, file);
}

static void
chosen_cb (gpointer    widget,
           GListModel *files)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(GFile) file = g_list_model_get_item (files, i);

      attach (widget, file);
    }
}

/* @types: media types that can be sent */
void
cairn_composer_files_choose (GtkWidget           *widget,
                             CairnDraftPlaceFunc  place,
                             const char *const   *types)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  g_object_set_data (G_OBJECT (widget), PLACE_KEY, (gpointer) place);
  cairn_compat_choose_files (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("Attach Files"),
                             _("What can be sent"), types, chosen_cb, G_OBJECT (widget));
}

/* A picture without a name: as PNG, made on a worker. */
static void
encode (GTask        *task,
        gpointer      source,
        gpointer      data,
        GCancellable *cancellable)
{
  g_task_return_pointer (task, gdk_texture_save_to_png_bytes (data), (GDestroyNotify) g_bytes_unref);
}

static void
encoded_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);
  CairnOutbox *outbox;
  const char *key = get_place (source, &outbox);

  if (bytes != NULL && key != NULL)
    /* Translators: name of a picture that was pasted */
    cairn_outbox_attach_bytes (outbox, key, bytes, _("Picture.png"));
}

static void
attach_texture (GtkWidget  *widget,
                GdkTexture *texture)
{
  g_autoptr(GTask) task = g_task_new (widget, NULL, encoded_cb, NULL);

  g_task_set_task_data (task, g_object_ref (texture), g_object_unref);
  g_task_run_in_thread (task, encode);
}

static void
attach_list (GtkWidget    *widget,
             const GValue *value)
{
  g_autoptr(GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *l = files; l != NULL; l = l->next)
    attach (widget, l->data);
}

static gboolean
attach_value (GtkWidget    *widget,
              const GValue *value)
{
  CairnOutbox *outbox;

  if (get_place (widget, &outbox) == NULL)
    return FALSE;
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    attach_list (widget, value);
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    attach_texture (widget, g_value_get_object (value));
  else
    return FALSE;
  return TRUE;
}

static gboolean
drop_cb (GtkWidget    *widget,
         const GValue *value)
{
  return attach_value (widget, value);
}

static void
pasted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GtkWidget) widget = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value != NULL)
    attach_value (widget, value);
}

/* Pictures and files become attachments; words are the text view's. */
static void
paste_cb (GtkWidget   *widget,
          GtkTextView *view)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (view));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  GType type = gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ||
               gdk_content_formats_contain_mime_type (formats, "text/uri-list") ? GDK_TYPE_FILE_LIST
               : gdk_content_formats_contain_gtype (formats, G_TYPE_STRING) ||
                 gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8") ||
                 gdk_content_formats_contain_mime_type (formats, "text/plain") ? G_TYPE_STRING
               : gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) ||
                 gdk_content_formats_contain_mime_type (formats, "image/png") ? GDK_TYPE_TEXTURE : G_TYPE_STRING;

  if (type == G_TYPE_STRING)
    return;
  g_signal_stop_emission_by_name (view, "paste-clipboard");
  gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, NULL, pasted_cb, g_object_ref (widget));
}

/* Takes what is dropped on a widget, and what is pasted into its text. */
void
cairn_composer_files_accept (GtkWidget           *widget,
                             GtkTextView         *view,
                             CairnDraftPlaceFunc  place)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType dropped[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };

  g_object_set_data (G_OBJECT (widget), PLACE_KEY, (gpointer) place);
  gtk_drop_target_set_gtypes (target, dropped, G_N_ELEMENTS (dropped));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), widget, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
  g_signal_connect_object (view, "paste-clipboard", G_CALLBACK (paste_cb), widget, G_CONNECT_SWAPPED);
}
