/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-accounts.h"
#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_WINDOW (cairn_window_get_type ())
G_DECLARE_FINAL_TYPE (CairnWindow, cairn_window, CAIRN, WINDOW, AdwApplicationWindow)

CairnWindow *cairn_window_new         (GtkApplication *application, CairnAccounts *accounts, GSettings *settings);
void         cairn_window_set_session (CairnWindow *self, CairnSession *session);
void         cairn_window_welcome     (CairnWindow *self);
void         cairn_window_sign_in     (CairnWindow *self,
                                        const char  *address,
                                        const char  *username,
                                        const char  *words);

G_END_DECLS
