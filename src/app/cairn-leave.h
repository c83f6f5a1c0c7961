/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-compat.h"
#include "client/cairn-session.h"

G_BEGIN_DECLS

void cairn_leave_ask (GtkWindow *window, CairnSession *session, CairnAnswerFunc leave);

G_END_DECLS
