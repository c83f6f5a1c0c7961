/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-query.h"

G_BEGIN_DECLS

gboolean portal_focus_patient (PortalCall *call, CairnConnection *db, PortalQuery *query);

G_END_DECLS
