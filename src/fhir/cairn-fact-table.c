/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the table of a resource type, and says who made a record and when. Immutable. */
#include "config.h"

#include "cairn-fact-table.h"

#include <glib/gi18n-lib.h>

static const CairnFactRow source_rows[] = {
  F ("Ordered by", "requester orderer prescriber basedOn prescription authorizingPrescription request"),
  PARTS ("Reported by", "performer", P ("actor"), P ("function"), P ("role")),
  F ("Reported by", "performer resultsInterpreter informationSource source reporter"),
  F ("Recorded by", "recorder asserter enterer author assessor sender"), F ("Kept by", "custodian"),
  PARTS ("Confirmed by", "attester", P ("party"), P ("mode"), P ("time")),
  F ("Reported", "issued"), F ("Recorded", "recorded recordedDate recordedOn dateAsserted dateRecorded created authoredOn dateWritten date dateTime enteredDate"),
  F ("Changed", "lastModified statusDate"), F ("Reported by someone else", "reported[x]"), F ("Taken from", "derivedFrom"), F ("Source system", "meta.source"),
};

const CairnFactRow *
cairn_fact_rows (const char *type, guint *n)
{
  static const CairnFactTable *const tables[] = {
    cairn_fact_table_care, cairn_fact_table_medicine, cairn_fact_table_money, cairn_fact_table_people, cairn_fact_table_plan,
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CairnFactTable *table = tables[i]; table->type != NULL; table++)
      if (g_str_equal (table->type, type))
        {
          *n = table->n;
          return table->rows;
        }
  *n = 0;
  return NULL;
}

const CairnFactRow *
cairn_source_rows (guint *n)
{
  *n = G_N_ELEMENTS (source_rows);
  return source_rows;
}
