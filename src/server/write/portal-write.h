/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-edit.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_RETURN_REPRESENTATION,
  PORTAL_RETURN_MINIMAL,
  PORTAL_RETURN_OUTCOME,
} PortalReturn;

PortalReturn portal_write_get_return (const PortalCall *call, PortalReturn fallback);

PortalEdit  *portal_write_new_edit   (PortalCall *call, PortalEditKind kind);
void         portal_write_run_edit   (PortalCall *call, CairnConnection *db, PortalEdit *edit);
gboolean     portal_write_take_upload (PortalEditing *editing, PortalEdit *edit, GError **error);

void portal_write_binary_create (PortalCall *call, CairnConnection *db);
void portal_write_binary_update (PortalCall *call, CairnConnection *db);
void portal_write_create   (PortalCall *call, CairnConnection *db);
void portal_write_update   (PortalCall *call, CairnConnection *db);
void portal_write_patch    (PortalCall *call, CairnConnection *db);
void portal_write_erase    (PortalCall *call, CairnConnection *db);
void portal_write_validate (PortalCall *call, CairnConnection *db);
void portal_write_bundle   (PortalCall *call, CairnConnection *db);

G_END_DECLS
