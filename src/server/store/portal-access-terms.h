/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/* A part of portal-access.c; @me is "Patient/id" or "Practitioner/id" */
const char *portal_terms_of_patient    (const char *type, const char *me, CairnJson before, CairnJson after);
const char *portal_terms_of_staff      (const char *type, const char *me, CairnJson before, CairnJson after);
gboolean    portal_terms_only_received (const char *type, CairnJson before, CairnJson after);

G_END_DECLS
