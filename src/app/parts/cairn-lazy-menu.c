/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Menus of the first page are made when somebody opens them: GTK makes a widget for each item at once, which is some
 * milliseconds of a start.
 */
#include "config.h"

#include "parts/cairn-lazy-menu.h"

static void
open_cb (GtkMenuButton *button, gpointer menu)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, menu);
}

void
cairn_lazy_menu_attach (GtkMenuButton *button, GMenuModel *menu)
{
  gtk_menu_button_set_create_popup_func (button, open_cb, g_object_ref (menu), g_object_unref);
}
