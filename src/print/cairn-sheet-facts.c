/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record on paper: everything that its page says, in the same order, with the same marks. */
#include "config.h"

#include "cairn-sheet-facts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * cairn_sheet_mark:
 * @facts: a record
 *
 * Returns: (nullable): what must stand on every page of it, translated
 */
const char *
cairn_sheet_mark (const CairnFacts *facts)
{
  CairnFlags flags = facts->summary->flags;

  if (flags & CAIRN_FLAG_ENTERED_IN_ERROR)
    return C_("mark", "Entered by mistake: not part of the record");
  if (flags & CAIRN_FLAG_NEGATED)
    return C_("mark", "Ruled out");
  if (flags & CAIRN_FLAG_CANCELLED)
    return C_("mark", "Cancelled, stopped or not done");
  if (flags & CAIRN_FLAG_CORRECTED)
    return C_("mark", "Corrected");
  if (flags & CAIRN_FLAG_PRELIMINARY)
    return C_("mark", "Preliminary: may still change");
  return NULL;
}

/**
 * cairn_sheet_add_facts:
 * @self: a sheet
 * @facts: a record
 *
 * Adds its title, warning, value and conclusion: what comes first.
 */
void
cairn_sheet_add_facts (CairnSheet *self, const CairnFacts *facts)
{
  g_autofree char *value = cairn_value_dup_full (&facts->value);

  cairn_sheet_add_title (self, facts->summary->title,
                         g_strcmp0 (facts->summary->term, facts->summary->title) != 0 ? facts->summary->term : NULL);
  if (facts->warning != NULL)
    cairn_sheet_add_warning (self, facts->warning);
  if (value != NULL)
    {
      const char *level = cairn_level_get_words (facts->level);
      g_autofree char *range = facts->range != NULL && facts->range->text != NULL
                               /* Translators: %s is a range such as "4.0 to 5.6 %" */
                               ? g_strdup_printf (_("Usual range: %s"), facts->range->text) : NULL;
      g_autofree char *words = level != NULL && range != NULL ? g_strdup_printf ("%s · %s", level, range)
                                                              : g_strdup (level != NULL ? level : range);

      cairn_sheet_add_figure (self, value, words, (facts->summary->flags & CAIRN_FLAG_ENTERED_IN_ERROR) != 0);
    }
  if (facts->report != NULL && facts->report->conclusion != NULL)
    {
      cairn_sheet_add_heading (self, C_("fact", "Conclusion"));
      cairn_sheet_add_text (self, facts->report->conclusion);
    }
}

/* A line after an empty one is a heading (cairn_narrative_dup_text). */
static void
add_narrative (CairnSheet *self, const char *narrative)
{
  g_auto(GStrv) parts = g_strsplit (narrative, "\n\n", -1);

  cairn_sheet_add_heading (self, _("In the clinic's words"));
  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *rest = i > 0 ? strchr (parts[i], '\n') : parts[i];

      if (i > 0)
        {
          if (rest != NULL)
            *rest++ = '\0';
          cairn_sheet_add_heading (self, parts[i]);
        }
      if (rest != NULL && *rest != '\0')
        cairn_sheet_add_text (self, rest);
    }
}

/**
 * cairn_sheet_add_rest:
 * @self: a sheet
 * @facts: a record
 *
 * Adds its text and all facts, each group under its heading.
 */
void
cairn_sheet_add_rest (CairnSheet *self, const CairnFacts *facts)
{
  const char *heading = NULL;
  gboolean first = TRUE;

  if (facts->narrative != NULL)
    add_narrative (self, facts->narrative);
  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = g_ptr_array_index (facts->facts, i);

      if (fact->role == CAIRN_FACT_ROLE_TERM || fact->role == CAIRN_FACT_ROLE_CONCLUSION)
        continue;
      if (first || g_strcmp0 (heading, fact->heading) != 0)
        {
          heading = fact->heading;
          cairn_sheet_add_heading (self, heading != NULL ? heading : _("Details"));
        }
      first = FALSE;
      cairn_sheet_add_row (self, fact->label, fact->text);
    }
}
