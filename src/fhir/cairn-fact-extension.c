/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extensions whose meaning is known: those of HL7, US Core and the German core profiles. Others say something only to who
 * defined them. Any thread. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-fact-rows.h"

#define MAX_EXTENSIONS 100

static const struct
{
  const char *name, *label;   /* the end of its address */
} known[] = {
  { "us-core-race", NC_ ("fact", "Race") },
  { "us-core-ethnicity", NC_ ("fact", "Ethnicity") },
  { "us-core-birthsex", NC_ ("fact", "Sex at birth") },
  { "us-core-sex", NC_ ("fact", "Sex") },
  { "us-core-individual-sex", NC_ ("fact", "Sex") },
  { "us-core-genderIdentity", NC_ ("fact", "Gender identity") },
  { "patient-genderIdentity", NC_ ("fact", "Gender identity") },
  { "individual-genderIdentity", NC_ ("fact", "Gender identity") },
  { "individual-pronouns", NC_ ("fact", "Pronouns") },
  { "us-core-tribal-affiliation", NC_ ("fact", "Tribe") },
  { "us-core-interpreter-needed", NC_ ("fact", "Interpreter needed") },
  { "patient-interpreterRequired", NC_ ("fact", "Interpreter needed") },
  { "patient-mothersMaidenName", NC_ ("fact", "Mother's name before marriage") },
  { "patient-birthPlace", NC_ ("fact", "Born at") },
  { "birthPlace", NC_ ("fact", "Born at") },
  { "patient-citizenship", NC_ ("fact", "Citizen of") },
  { "patient-nationality", NC_ ("fact", "Nationality") },
  { "patient-religion", NC_ ("fact", "Religion") },
  { "patient-disability", NC_ ("fact", "Disability") },
  { "condition-assertedDate", NC_ ("fact", "Found") },
  { "condition-dueTo", NC_ ("fact", "Because of") },
  { "condition-related", NC_ ("fact", "Belongs to") },
  { "allergyintolerance-abatement", NC_ ("fact", "Ended") },
  { "flag-priority", NC_ ("fact", "How urgent") },
  { "us-core-medication-adherence", NC_ ("fact", "Taken as prescribed") },
  { "us-core-familymemberhistory-recorder", NC_ ("fact", "Recorded by") },
  { "us-core-jurisdiction", NC_ ("fact", "Valid in") },
  { "workflow-supportingInfo", NC_ ("fact", "From") },
  { "seitenlokalisation", NC_ ("fact", "Side") },
  { "Durchfuehrungsabsicht", NC_ ("fact", "Purpose") },
  { "observation-bodyPosition", NC_ ("fact", "Position of the body") },
  { "observation-delta", NC_ ("fact", "Change") },
  { "procedure-incisionDateTime", NC_ ("fact", "First cut") },
  { "goal-reasonRejected", NC_ ("fact", "Why it was rejected") },
};

/* Sexes as US Core writes them. */
static const char *
sex_words (CairnJson value)
{
  if (cairn_json_equals (value, "M") || cairn_json_equals (value, "248153007"))
    return C_("code", "Male");
  if (cairn_json_equals (value, "F") || cairn_json_equals (value, "248152002"))
    return C_("code", "Female");
  return cairn_json_equals (value, "UNK") ? C_("code", "Unknown") : NULL;
}

/* Its value, or those of the extensions inside it; a "text" there says it all. */
static void
add_values (CairnFactBuilder *self, CairnJson extension)
{
  CairnJsonIter iter, inner;
  CairnJson name, value, part;
  gboolean has_text = FALSE;

  cairn_json_iter_init (&iter, extension);
  while (cairn_json_iter_next (&iter, &name, &value))
    if (sex_words (value) != NULL)
      cairn_fact_builder_add_text (self, sex_words (value));
    else if (name.length > 7 && memcmp (name.text + 1, "value", 5) == 0)
      cairn_fact_builder_add_line (value, self);
  for (guint pass = 0; pass < 2 && !has_text; pass++)
    {
      cairn_json_iter_init (&inner, cairn_json_member (extension, "extension"));
      while (cairn_json_iter_next (&inner, NULL, &part))
        if (pass == 1 || cairn_json_equals (cairn_json_member (part, "url"), "text"))
          {
            has_text = has_text || pass == 0;
            cairn_json_iter_init (&iter, part);
            while (cairn_json_iter_next (&iter, &name, &value))
              if (name.length > 7 && memcmp (name.text + 1, "value", 5) == 0)
                cairn_fact_builder_add_line (value, self);
          }
    }
}

static const char *
find_label (CairnJson extension)
{
  g_autofree char *url = cairn_json_dup_text_at (extension, "url");
  const char *name = url != NULL ? strrchr (url, '/') : NULL;

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (name + 1, known[i].name))
      return g_dpgettext2 (GETTEXT_PACKAGE, "fact", known[i].label);
  return NULL;
}

void
cairn_fact_extensions_add (CairnFactBuilder *self)
{
  CairnJsonIter iter;
  CairnJson extension;
  guint n = 0;

  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_MORE, _("More details"));
  if (g_str_equal (self->facts->summary->type, "Patient"))
    cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_MAIN, NULL);
  cairn_json_iter_init (&iter, cairn_json_member (self->resource, "extension"));
  while (n++ < MAX_EXTENSIONS && cairn_json_iter_next (&iter, NULL, &extension))
    {
      const char *label = find_label (extension);

      if (label == NULL)
        continue;
      add_values (self, extension);
      cairn_fact_builder_finish (self, label);
    }
}
