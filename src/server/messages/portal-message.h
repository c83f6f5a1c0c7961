/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/write/portal-edit.h"

G_BEGIN_DECLS

gboolean portal_message_settle (PortalEdit *edit, PortalEditing *editing, CairnJson message, GError **error);

G_END_DECLS
