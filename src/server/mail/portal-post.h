/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

/**
 * PortalPost:
 *
 * Sends what the store's queue holds, on a thread of its own, until it is freed.
 */
typedef struct _PortalPost PortalPost;

PortalPost *portal_post_new  (PortalStore *store, const PortalConfig *config);
void        portal_post_wake (PortalPost *self);
void        portal_post_free (PortalPost *self);

G_END_DECLS
