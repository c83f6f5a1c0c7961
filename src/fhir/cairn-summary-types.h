/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnSummaryType:
 * @type: a resource type; %NULL for all without a row of their own
 * @kind: id of its kind
 * @title: (nullable): where it says what it is
 * @date: (nullable): the date that it is about
 * @required: (nullable): elements without which it isn't complete
 *
 * Paths are separated by spaces, the first that leads somewhere counts.
 */
typedef struct
{
  const char *type;
  const char *kind;
  const char *title;
  const char *date;
  const char *required;
} CairnSummaryType;

/**
 * cairn_summary_type_find:
 * @type: a resource type
 *
 * Returns: (transfer none): its row, or that of all others
 */
const CairnSummaryType *cairn_summary_type_find (const char *type);

G_END_DECLS
