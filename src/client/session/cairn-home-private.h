/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"
#include "client/cairn-home.h"

G_BEGIN_DECLS

/* A CairnDatabaseFunc; @data is the Patient's id. */
gpointer cairn_home_load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);

G_END_DECLS
