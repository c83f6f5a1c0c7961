/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conclusion, author and documents of what was written for others to read. Any thread. */
#include "cairn-report.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "fhir/cairn-value.h"

#define SNOMED "http://snomed.info/sct"
#define MAX_CODES 10

typedef struct
{
  CairnReportResolver resolver;
  gpointer            data;
  char               *person;
  char               *other;
} Authors;

typedef struct
{
  GString *text;
  guint    n, n_usual;
} Codes;

/* Who writes each type of resource, the most personal first. */
static const struct
{
  const char *type;
  const char *paths[3];
} places[] = {
  { "Communication", { "sender" } },
  { "DiagnosticReport", { "resultsInterpreter", "performer" } },
  { "DocumentReference", { "author", "custodian" } },
  { "Media", { "operator" } },
};

static gboolean
add_author (CairnJson value, gpointer data)
{
  Authors *authors = data;
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference"), *type = NULL, *id = NULL;
  g_autofree char *name = cairn_json_dup_text_at (value, "display");
  gboolean known = reference != NULL && cairn_reference_split (reference, &type, &id);
  char **place;

  if (name == NULL && known && authors->resolver != NULL)
    {
      g_autofree char *plain = g_strdup_printf ("%s/%s", type, id);

      name = authors->resolver (plain, NULL, authors->data);
    }
  place = known && (g_str_equal (type, "Practitioner") || g_str_equal (type, "PractitionerRole")) ? &authors->person : &authors->other;
  if (*place == NULL)
    *place = g_steal_pointer (&name);
  return authors->person == NULL;
}

static char *
dup_author (CairnJson resource, CairnReportResolver resolver, gpointer data)
{
  CairnJson type = cairn_json_member (resource, "resourceType");
  Authors authors = { resolver, data, NULL, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (cairn_json_equals (type, places[i].type))
      for (guint j = 0; j < G_N_ELEMENTS (places[i].paths) && places[i].paths[j] != NULL && authors.person == NULL; j++)
        cairn_json_foreach (resource, places[i].paths[j], add_author, &authors);
  if (authors.person == NULL)
    return authors.other;
  g_free (authors.other);
  return authors.person;
}

static gboolean
add_code (CairnJson concept, gpointer data)
{
  Codes *codes = data;
  g_autofree char *text = cairn_concept_dup_text (concept);

  if (text == NULL)
    return TRUE;
  if (codes->n++ > 0)
    g_string_append_c (codes->text, '\n');
  g_string_append (codes->text, text);
  /* "Normal" and "No abnormality detected" */
  if (cairn_concept_has_code (concept, SNOMED, "17621005") || cairn_concept_has_code (concept, SNOMED, "281900007"))
    codes->n_usual++;
  return codes->n < MAX_CODES;
}

/**
 * cairn_report_new:
 * @resource: a resource
 * @resolver: (nullable) (scope call): names what references point at
 * @data: for @resolver
 *
 * Returns: (transfer full) (nullable): what is written there; %NULL for a resource with neither a conclusion nor documents
 */
CairnReport *
cairn_report_new (CairnJson resource, CairnReportResolver resolver, gpointer data)
{
  CairnReport *self = g_new0 (CairnReport, 1);
  Codes codes = { g_string_new (NULL), 0, 0 };

  self->attachments = cairn_attachment_list (resource);
  if (cairn_json_equals (cairn_json_member (resource, "resourceType"), "DiagnosticReport"))
    {
      self->conclusion = cairn_json_dup_text_at (resource, "conclusion");
      cairn_json_foreach (resource, "conclusionCode", add_code, &codes);
      self->usual = codes.n > 0 && codes.n == codes.n_usual;
      if ((self->conclusion == NULL || *g_strstrip (self->conclusion) == '\0') && codes.n > 0)
        {
          g_free (self->conclusion);
          self->conclusion = g_strdup (codes.text->str);
        }
    }
  g_string_free (codes.text, TRUE);
  self->author = dup_author (resource, resolver, data);
  if (self->conclusion == NULL && self->attachments->len == 0)
    g_clear_pointer (&self, cairn_report_free);
  return self;
}

/**
 * cairn_report_free:
 * @self: (transfer full): a report
 */
void
cairn_report_free (CairnReport *self)
{
  g_free (self->conclusion);
  g_free (self->author);
  g_ptr_array_unref (self->attachments);
  g_free (self);
}
