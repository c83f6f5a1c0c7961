/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "portal-call.h"

G_BEGIN_DECLS

/**
 * PortalUploads:
 *
 * The bodies that are coming in part by part. Of the server's thread.
 */
typedef struct _PortalUploads PortalUploads;

PortalUploads *portal_uploads_new   (const PortalService *service);
void           portal_uploads_free  (PortalUploads *self);
void           portal_uploads_begin (PortalUploads *self, SoupServerMessage *message, const char *path);
PortalUpload  *portal_uploads_end   (SoupServerMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalUploads, portal_uploads_free)

G_END_DECLS
