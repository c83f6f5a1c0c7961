/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/write/portal-edit.h"

G_BEGIN_DECLS

#define PORTAL_ATTACHMENT_TYPE "The portal doesn't take files of this type"
#define PORTAL_ATTACHMENT_SIZE "It is larger than a file may be here"

/**
 * PortalMagic:
 *
 * Tells what bytes are by what they begin with. Of the thread that uses it first; what it knows is read then.
 */
typedef struct _PortalMagic PortalMagic;

PortalMagic *portal_magic_new     (void);
void         portal_magic_free    (PortalMagic *self);
gboolean     portal_magic_fits    (PortalMagic *self, const char *media_type, gconstpointer data, gsize length);

gboolean     portal_attachment_takes  (const PortalConfig *config, const char *media_type);
gsize        portal_attachment_most   (const PortalConfig *config);
gboolean     portal_attachment_settle (PortalEdit *edit, PortalEditing *editing, CairnJson binary, GError **error);
gboolean     portal_attachment_sweep  (CairnConnection *db, gint64 before, guint *n, GError **error);

G_END_DECLS
