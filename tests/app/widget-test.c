/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows a widget in a window, finds what is in it, and makes sure that nothing of it outlives the window.
 */

#include "config.h"

#include "widget-test.h"

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* One turn of the main loop; a timer keeps it from sleeping. */
void
widget_test_iterate (void)
{
  static guint timer;

  if (timer == 0)
    timer = g_timeout_add (10, wake_cb, NULL);
  g_main_context_iteration (NULL, TRUE);
}

void
widget_test_init (int    *argc,
                  char ***argv)
{
  gtk_test_init (argc, argv);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/io/github/cairnhealth/Cairn/icons");
}

GtkWidget *
widget_test_show (GtkWidget *child,
                  int        width,
                  int        height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  return window;
}

/* Nothing may hold the child when its window is gone. */
void
widget_test_destroy (GtkWidget *window)
{
  gpointer child = gtk_window_get_child (GTK_WINDOW (window));

  g_object_add_weak_pointer (G_OBJECT (child), &child);
  gtk_window_destroy (GTK_WINDOW (window));
  WAIT_FOR (child == NULL, 3000);
}

GtkWidget *
widget_test_find (GtkWidget     *root,
                  WidgetMatch    match,
                  gconstpointer  data)
{
  if (match (root, data))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = widget_test_find (child, match, data);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
match_type (GtkWidget     *widget,
            gconstpointer  data)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), *(const GType *) data);
}

static gboolean
match_label (GtkWidget     *widget,
             gconstpointer  data)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
         g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), data) == 0;
}

static gboolean
match_button (GtkWidget     *widget,
              gconstpointer  data)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), data) == 0;
}

GtkWidget *
widget_test_find_type (GtkWidget *root,
                       GType      type)
{
  return widget_test_find (root, match_type, &type);
}

/* A label with this text that is on the screen. */
GtkWidget *
widget_test_find_label (GtkWidget  *root,
                        const char *text)
{
  return widget_test_find (root, match_label, text);
}

GtkWidget *
widget_test_find_button (GtkWidget  *root,
                         const char *label)
{
  return widget_test_find (root, match_button, label);
}

/* How many pixels of the widget, as drawn, have this colour. */
guint
widget_test_count_color (GtkWidget *widget,
                         guint8     red,
                         guint8     green,
                         guint8     blue)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  g_autofree guchar *pixels = g_malloc ((gsize) width * height * 4);
  g_autoptr(GdkTexture) texture = NULL;
  GskRenderNode *node = NULL;
  guint n = 0;

  /* While an allocation is pending there is nothing to see. */
  for (guint i = 0; node == NULL && i < 100; i++)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();

      gtk_widget_queue_draw (widget);
      gtk_test_widget_wait_for_draw (widget);
      gdk_paintable_snapshot (paintable, snapshot, width, height);
      node = gtk_snapshot_free_to_node (snapshot);
    }
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, width, height));
  gsk_render_node_unref (node);
  gdk_texture_download (texture, pixels, (gsize) width * 4);
  for (gsize i = 0; i < (gsize) width * height; i++)
    {
      guint32 argb;

      memcpy (&argb, pixels + i * 4, 4);
      n += ((argb >> 16) & 0xff) == red && ((argb >> 8) & 0xff) == green && (argb & 0xff) == blue;
    }
  return n;
}
