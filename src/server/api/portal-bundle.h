/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/portal-store.h"

G_BEGIN_DECLS

/**
 * PortalBundle:
 *
 * A page on its way out: stored texts spliced between a few words of JSON, none of them parsed.
 */
typedef struct _PortalBundle PortalBundle;

PortalBundle *portal_bundle_new         (const char *type, const char *base);
void          portal_bundle_free        (PortalBundle *self);
gsize         portal_bundle_get_size    (PortalBundle *self);
guint         portal_bundle_get_count   (PortalBundle *self);
void          portal_bundle_add_match   (PortalBundle *self, const PortalRow *row);
void          portal_bundle_add_include (PortalBundle *self, const PortalRow *row);
void          portal_bundle_add_version (PortalBundle *self, const PortalRow *row);
void          portal_bundle_add_link    (PortalBundle *self, const char *relation, const char *url);
void          portal_bundle_set_total   (PortalBundle *self, gint64 total);
GBytes       *portal_bundle_end         (PortalBundle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalBundle, portal_bundle_free)

G_END_DECLS
