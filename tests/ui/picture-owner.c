/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * picture-owner [FILE]: another program from which things are brought into Cairn. Its window can be dragged: it gives
 * FILE, or a red picture of 40×30; the same stands on the clipboard. Prints "ready" when it does. Ends with its input.
 */
#include <gtk/gtk.h>

static GdkTexture *
create_picture (void)
{
  g_autoptr(GBytes) bytes = NULL;
  guint32 *pixels = g_new (guint32, 40 * 30);

  for (guint i = 0; i < 40 * 30; i++)
    pixels[i] = GUINT32_FROM_BE (0xff0000ff);   /* R, G, B, A in memory */
  bytes = g_bytes_new_take (pixels, 40 * 30 * 4);
  return gdk_memory_texture_new (40, 30, GDK_MEMORY_R8G8B8A8, bytes, 40 * 4);
}

static GdkContentProvider *
create_content (const char *path)
{
  g_autoptr(GdkTexture) picture = NULL;

  if (path != NULL)
    {
      g_autoptr(GFile) file = g_file_new_for_path (path);
      GSList *files = g_slist_append (NULL, file);
      GdkContentProvider *content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, files);

      g_slist_free (files);
      return content;
    }
  picture = create_picture ();
  return gdk_content_provider_new_typed (GDK_TYPE_TEXTURE, picture);
}

static gboolean
end_cb (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  *(gboolean *) data = TRUE;
  g_main_context_wakeup (NULL);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr(GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr(GdkContentProvider) content = NULL;
  GtkDragSource *source;
  GtkWidget *window;
  gboolean over = FALSE;

  gtk_init ();
  content = create_content (argc > 1 ? argv[1] : NULL);
  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "Picture owner");
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 60, 60);
  source = gtk_drag_source_new ();
  gtk_drag_source_set_content (source, content);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (source));
  gtk_window_present (GTK_WINDOW (window));
  gdk_clipboard_set_content (gtk_widget_get_clipboard (window), content);
  g_io_add_watch (input, G_IO_HUP | G_IO_IN, end_cb, &over);
  g_print ("ready\n");
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  gtk_window_destroy (GTK_WINDOW (window));
  return 0;
}
