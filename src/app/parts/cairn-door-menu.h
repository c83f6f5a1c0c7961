/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_DOOR_MENU (cairn_door_menu_get_type ())
G_DECLARE_FINAL_TYPE (CairnDoorMenu, cairn_door_menu, CAIRN, DOOR_MENU, AdwBin)

G_END_DECLS
