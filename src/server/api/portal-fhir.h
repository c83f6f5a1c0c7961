/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

typedef void (*PortalFhirReply) (PortalCall *call, CairnConnection *db, const PortalRow *row);

char *portal_fhir_dup_http_date (gint64 ms);
void  portal_fhir_read          (PortalCall *call, CairnConnection *db);
void  portal_fhir_vread         (PortalCall *call, CairnConnection *db);
gboolean portal_fhir_takes_json (PortalCall *call);
void  portal_fhir_answer        (PortalCall *call, CairnConnection *db, gint64 version, PortalFhirReply reply);
void  portal_fhir_answer_version (PortalCall *call, CairnConnection *db, PortalFhirReply reply);

G_END_DECLS
