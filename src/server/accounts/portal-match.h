/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/people/portal-store-registration.h"

G_BEGIN_DECLS

gboolean portal_match_chart (CairnConnection *db, const PortalRegistration *who, char **patient, GError **error);

G_END_DECLS
