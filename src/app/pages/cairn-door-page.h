/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_DOOR_PAGE (cairn_door_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (CairnDoorPage, cairn_door_page, CAIRN, DOOR_PAGE, AdwBin)

/**
 * CairnDoorPageClass:
 * @next: does what the suggested button says
 * @back: goes a step back, or leaves; what ran is stopped by then
 * @leave: leaves at any step; the default goes back
 * @update: shows what can be done now, and that something runs
 *
 * What comes before a session: steps with a way on and a way back. Escape, Alt+Left and the Back key go back.
 */
struct _CairnDoorPageClass
{
  AdwBinClass parent_class;

  void (*next)   (CairnDoorPage *self);
  void (*back)   (CairnDoorPage *self);
  void (*leave)  (CairnDoorPage *self);
  void (*update) (CairnDoorPage *self);
};

GCancellable *cairn_door_page_begin  (CairnDoorPage *self);
gboolean      cairn_door_page_end    (CairnDoorPage *self, const GError *error);
void          cairn_door_page_stop   (CairnDoorPage *self);
gboolean      cairn_door_page_is_busy (CairnDoorPage *self);
void          cairn_door_page_go_on  (CairnDoorPage *self);
gboolean      cairn_door_page_update (CairnDoorPage *self, gboolean filled);
void          cairn_door_page_show   (CairnDoorPage *self, GtkStack *stack, const char *step);
void          cairn_door_page_point_at (CairnDoorPage *self, GtkWidget *widget);

G_END_DECLS
