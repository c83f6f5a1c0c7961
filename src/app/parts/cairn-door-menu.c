/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The main menu where no record is open: a certificate of the clinic's, for one, is needed before signing in.
 */

#include "config.h"

#include "parts/cairn-door-menu.h"

struct _CairnDoorMenu
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (CairnDoorMenu, cairn_door_menu, ADW_TYPE_BIN)

static void
cairn_door_menu_class_init (CairnDoorMenuClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/io/github/cairnhealth/Cairn/ui/cairn-door-menu.ui");
}

static void
cairn_door_menu_init (CairnDoorMenu *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
