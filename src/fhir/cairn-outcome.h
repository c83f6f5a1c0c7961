/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/* Of issue.details.coding: why a portal of ours refused something, for programs */
#define CAIRN_REFUSAL_SYSTEM "https://cairnhealth.github.io/fhir/refusal"

/* OperationOutcome (FHIR R4 §2.29): the one reader and the one writer of it. */
char *cairn_outcome_new      (const char *severity, const char *code, const char *diagnostics);
char *cairn_outcome_new_refusal (const char *code, const char *detail, const char *diagnostics);
char *cairn_outcome_dup_text (CairnJson resource);
char *cairn_outcome_dup_refusal (CairnJson resource);

G_END_DECLS
