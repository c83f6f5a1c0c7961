/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What comes before a session fits a telephone, 360 pixels wide, in large text, too: each page at each of its steps.
 */

#include "config.h"

#include "pages/cairn-recover-page.h"
#include "pages/cairn-register-page.h"
#include "pages/cairn-sign-in-page.h"
#include "pages/cairn-welcome-page.h"
#include "widget-test.h"

#define NARROW 360
#define LARGE (96 * 14 / 10 * 1024)

static GtkStack *
find_stack (GtkWidget *widget)
{
  if (GTK_IS_STACK (widget))
    return GTK_STACK (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkStack *found = find_stack (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static int
measure (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

/* From the page down to what needs the room. */
static void
blame (GtkWidget *widget)
{
  GtkWidget *widest = NULL;

  g_test_message ("%d %s", measure (widget), gtk_widget_get_css_name (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && (widest == NULL || measure (child) > measure (widest)))
      widest = child;
  if (widest != NULL)
    blame (widest);
}

static void
assert_narrow (GtkWidget  *page,
               const char *step)
{
  gtk_test_widget_wait_for_draw (page);
  if (measure (page) <= NARROW)
    return;
  blame (page);
  g_test_message ("Step “%s” needs %d pixels", step, measure (page));
  g_test_fail ();
}

static GtkWidget *
create_welcome (void)
{
  return g_object_new (CAIRN_TYPE_WELCOME_PAGE, NULL);
}

static void
test_page (gconstpointer data)
{
  GtkWidget *(*create) (void) = data;
  GtkWidget *page = create ();
  GtkWidget *window = widget_test_show (page, NARROW, 720);
  GtkStack *stack = find_stack (page);
  g_autoptr(GtkSelectionModel) steps = stack != NULL ? gtk_stack_get_pages (stack) : NULL;

  assert_narrow (page, "first");
  for (guint i = 0; steps != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (steps)); i++)
    {
      g_autoptr(GObject) step = g_list_model_get_item (G_LIST_MODEL (steps), i);

      gtk_stack_set_visible_child (stack, gtk_stack_page_get_child (GTK_STACK_PAGE (step)));
      assert_narrow (page, gtk_stack_page_get_name (GTK_STACK_PAGE (step)));
    }
  widget_test_destroy (window);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GtkCssProvider) provider = NULL;

  widget_test_init (&argc, &argv);
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, "/io/github/cairnhealth/Cairn/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", LARGE, "gtk-font-name", "Cantarell 11", NULL);
  g_test_add_data_func ("/narrow/recover", cairn_recover_page_new, test_page);
  g_test_add_data_func ("/narrow/register", cairn_register_page_new, test_page);
  g_test_add_data_func ("/narrow/sign-in", cairn_sign_in_page_new, test_page);
  g_test_add_data_func ("/narrow/welcome", create_welcome, test_page);
  return g_test_run ();
}
