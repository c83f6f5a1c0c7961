/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/* Any FHIR datatype in words, told apart by its members; what only src/fhir needs. */

/**
 * CairnReferenceNamer:
 * @reference: a Reference
 * @data: the caller's
 *
 * Returns: (transfer full) (nullable): what to call what it points at
 */
typedef char *(*CairnReferenceNamer) (CairnJson reference, gpointer data);

/**
 * cairn_datatype_dup_words:
 * @value: a primitive or an element of a datatype (FHIR R4 §2.24)
 * @namer: (nullable) (scope call): names references; without it their display does
 * @data: for @namer
 *
 * Returns: (transfer full) (nullable): what it says; %NULL when it has parts that no datatype has, as the
 *   elements that resources define, or nothing that a person reads, as the address of a definition
 */
char    *cairn_datatype_dup_words (CairnJson value, CairnReferenceNamer namer, gpointer data);

/**
 * cairn_datatype_is_known:
 * @value: a value
 *
 * Returns: whether it is a primitive or of a datatype, so that cairn_datatype_dup_words() says all of it
 */
gboolean cairn_datatype_is_known  (CairnJson value);

G_END_DECLS
