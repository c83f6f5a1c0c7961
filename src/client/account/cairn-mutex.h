/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnMutex:
 *
 * A lock between the processes of one user: an flock on a file in XDG_RUNTIME_DIR/cairn, held until
 * it is freed or the process dies.
 */
typedef struct _CairnMutex CairnMutex;

CairnMutex *cairn_mutex_lock (const char *name, guint wait_ms, GCancellable *cancellable, GError **error);
void        cairn_mutex_free (CairnMutex *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnMutex, cairn_mutex_free)

G_END_DECLS
