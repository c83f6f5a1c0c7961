/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"

G_BEGIN_DECLS

/* CairnDatabaseFuncs; @data is the wording that is current, from cairn_cache_dup_wording(). */
gpointer cairn_cache_wording_begin (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);
gpointer cairn_cache_wording_go_on (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);

char    *cairn_cache_dup_wording   (void);

G_END_DECLS
