/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "cairn-sample.h"
#include "client/cairn-accounts.h"
#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_DOOR (cairn_door_get_type ())
G_DECLARE_FINAL_TYPE (CairnDoor, cairn_door, CAIRN, DOOR, AdwBin)

GtkWidget   *cairn_door_new          (CairnAccounts *accounts);
void         cairn_door_welcome      (CairnDoor *self);
void         cairn_door_refresh      (CairnDoor *self);
void         cairn_door_sign_in      (CairnDoor  *self,
                                      const char *address,
                                      const char *username,
                                      const char *words);
CairnSample *cairn_door_steal_sample (CairnDoor *self);

G_END_DECLS
