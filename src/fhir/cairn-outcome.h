/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/* OperationOutcome (FHIR R4 §2.29): the one reader and the one writer of it. */
char *cairn_outcome_new      (const char *severity, const char *code, const char *diagnostics);
char *cairn_outcome_dup_text (CairnJson resource);

G_END_DECLS
