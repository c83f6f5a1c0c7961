/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PortalUnpack:
 *
 * A Binary in JSON, as its text comes: the data decoded on the way, the rest kept for the gate.
 */
typedef struct _PortalUnpack PortalUnpack;

PortalUnpack *portal_unpack_new  (void);
void          portal_unpack_free (PortalUnpack *self);
gboolean      portal_unpack_feed (PortalUnpack *self, const guchar *bytes, gsize length, GByteArray *decoded);
GBytes       *portal_unpack_end  (PortalUnpack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalUnpack, portal_unpack_free)

G_END_DECLS
