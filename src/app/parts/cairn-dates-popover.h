/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_DATES_POPOVER (cairn_dates_popover_get_type ())
G_DECLARE_FINAL_TYPE (CairnDatesPopover, cairn_dates_popover, CAIRN, DATES_POPOVER, GtkPopover)

/* Dates as in FHIR, "" for none. */
typedef void (*CairnDatesFunc) (const char *since, const char *until, gpointer data);

GtkWidget *cairn_dates_popover_new      (const char *since, const char *until);
void       cairn_dates_popover_set_func (CairnDatesPopover *self, CairnDatesFunc func, gpointer data);
void       cairn_dates_popover_popup    (CairnDatesPopover *self, GtkWidget *parent);

G_END_DECLS
