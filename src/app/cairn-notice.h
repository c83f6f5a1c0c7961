/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnNotice:
 *
 * The desktop's notification of new messages, for a session and the window that shows it.
 */
#define CAIRN_TYPE_NOTICE (cairn_notice_get_type ())
G_DECLARE_FINAL_TYPE (CairnNotice, cairn_notice, CAIRN, NOTICE, GObject)

CairnNotice *cairn_notice_new        (GtkWindow *window, CairnSession *session);
void         cairn_notice_add_action (GApplication *application);

G_END_DECLS
