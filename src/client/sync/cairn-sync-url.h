/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-sync-job.h"

G_BEGIN_DECLS

char *cairn_sync_url_new (const CairnSyncContext *context, const CairnSyncState *state, gboolean compartment,
                          guint page_size, const char *ids);

G_END_DECLS
