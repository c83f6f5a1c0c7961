/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

#include "client/cairn-file.h"

G_BEGIN_DECLS

/**
 * CairnThumbnails:
 *
 * Small pictures of files, drawn one after the other. Belongs to a session.
 *
 * Signal "ready" (CairnFile): there is one of that file now.
 */
#define CAIRN_TYPE_THUMBNAILS (cairn_thumbnails_get_type ())
G_DECLARE_FINAL_TYPE (CairnThumbnails, cairn_thumbnails, CAIRN, THUMBNAILS, GObject)

CairnThumbnails *cairn_thumbnails_of  (CairnSession *session);
GdkTexture      *cairn_thumbnails_get (CairnThumbnails *self, CairnFile *file);

G_END_DECLS
