/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Home reminds of beside tasks: care that prevents, when it is due, and visits that wait for the patient's answer.
 * On the database's thread.
 */
#include "cairn-home-private.h"

#include "fhir/cairn-date.h"
#include "fhir/cairn-value.h"

#define N_READ 50
#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))
/* So long before it is due something is worth a reminder; what was due longer ago was most likely done elsewhere. */
#define AHEAD_DAYS 60
#define PAST_DAYS 730

#define LOINC "http://loinc.org"
#define SNOMED "http://snomed.info/sct"

typedef struct
{
  CairnHomeMore       *home;
  const CairnCacheRow *row;
  const char          *patient;
  gboolean             found;
} Due;

static gboolean
parse (CairnJson value, const char *path, gint64 *day)
{
  g_autofree char *text = cairn_json_dup_text_at (value, path);
  CairnDate date;

  if (text == NULL || !cairn_date_parse (text, &date))
    return FALSE;
  *day = date.start;
  return TRUE;
}

/* A line under another title than the record's own. Takes the title. */
static void
add (Due *self, char *title, CairnHomeLineKind kind, gint64 day)
{
  CairnHomeLine *line;
  CairnCacheRow row = *self->row;
  g_autofree char *own = title;
  gint64 now = cairn_date_now ();

  if (kind == CAIRN_HOME_LINE_CARE && (day > now + AHEAD_DAYS * DAY_MS || day < now - PAST_DAYS * DAY_MS))
    return;
  if (own != NULL && *own != '\0')
    row.title = own;
  line = cairn_home_add_line (self->home->to_do, &row);
  line->kind = kind;
  line->has_day = TRUE;
  line->day = day;
}

static gboolean
take_due_date (CairnJson criterion, gpointer data)
{
  gint64 *day = data;

  /* "Date vaccine due" */
  return !cairn_concept_has_code (cairn_json_member (criterion, "code"), LOINC, "30980-7") || !parse (criterion, "value", day);
}

/* A vaccination that is due or overdue (FHIR R4 immunization-recommendation-status). */
static gboolean
add_vaccination (CairnJson recommendation, gpointer data)
{
  Due *self = data;
  g_autofree char *status = cairn_json_dup_text_at (recommendation, "forecastStatus.coding.0.code");
  gint64 day = 0;
  char *title;

  if (g_strcmp0 (status, "due") != 0 && g_strcmp0 (status, "overdue") != 0)
    return TRUE;
  cairn_json_foreach (recommendation, "dateCriterion", take_due_date, &day);
  if (day == 0 && !parse (recommendation, "dateCriterion.0.value", &day))
    return TRUE;
  title = cairn_concept_dup_text (cairn_json_get (recommendation, "vaccineCode.0"));
  if (title == NULL)
    title = cairn_concept_dup_text (cairn_json_member (recommendation, "targetDisease"));
  add (self, title, CAIRN_HOME_LINE_CARE, day);
  return TRUE;
}

/* A step of a plan of care that was not begun, with a day for it. */
static gboolean
add_activity (CairnJson activity, gpointer data)
{
  static const char *const open[] = { "not-started", "scheduled", NULL };
  Due *self = data;
  CairnJson detail = cairn_json_member (activity, "detail");
  g_autofree char *status = cairn_json_dup_text_at (detail, "status");
  gint64 day;
  char *title;

  if (status == NULL || !g_strv_contains (open, status) || cairn_json_equals (cairn_json_member (detail, "doNotPerform"), "true") ||
      (!parse (detail, "scheduledPeriod.start", &day) && !parse (detail, "scheduledTiming.repeat.boundsPeriod.start", &day) &&
       !parse (detail, "scheduledTiming.event.0", &day)))
    return TRUE;
  title = cairn_json_dup_text_at (detail, "description");
  if (title == NULL)
    title = cairn_concept_dup_text (cairn_json_member (detail, "code"));
  add (self, title, CAIRN_HOME_LINE_CARE, day);
  return TRUE;
}

static gboolean
find_prevention (CairnJson category, gpointer data)
{
  Due *self = data;

  /* "Screening procedure", "Preventive procedure", "Screening" of older lists */
  self->found = cairn_concept_has_code (category, SNOMED, "20135006") || cairn_concept_has_code (category, SNOMED, "169443000") ||
                cairn_concept_has_code (category, SNOMED, "360156006");
  return !self->found;
}

static void
add_plan (Due *self, CairnJson resource)
{
  if (g_strcmp0 (self->row->status, "active") == 0)
    cairn_json_foreach (resource, "activity", add_activity, self);
}

static void
add_recommendation (Due *self, CairnJson resource)
{
  cairn_json_foreach (resource, "recommendation", add_vaccination, self);
}

/* A check-up that is asked for; other orders are the clinic's business until there is a visit. */
static void
add_request (Due *self, CairnJson resource)
{
  gint64 day;

  self->found = FALSE;
  cairn_json_foreach (resource, "category", find_prevention, self);
  if (self->found && g_strcmp0 (self->row->status, "active") == 0 &&
      (parse (resource, "occurrenceDateTime", &day) || parse (resource, "occurrencePeriod.start", &day)))
    add (self, NULL, CAIRN_HOME_LINE_CARE, day);
}

static gboolean
find_own_answer (CairnJson participant, gpointer data)
{
  Due *self = data;
  g_autofree char *own = g_strconcat ("Patient/", self->patient, NULL);

  self->found = cairn_json_equals (cairn_json_get (participant, "actor.reference"), own) &&
                cairn_json_equals (cairn_json_member (participant, "status"), "needs-action");
  return !self->found;
}

/* A visit that the clinic offers: the patient hasn't said whether they come (FHIR R4 participationstatus). */
static void
add_offer (Due *self, CairnJson resource)
{
  static const char *const open[] = { "proposed", "pending", "booked", NULL };
  gint64 day;

  self->found = FALSE;
  cairn_json_foreach (resource, "participant", find_own_answer, self);
  if (self->found && self->row->status != NULL && g_strv_contains (open, self->row->status) && parse (resource, "start", &day) &&
      day > cairn_date_now ())
    add (self, NULL, CAIRN_HOME_LINE_ANSWER, day);
}

static gboolean
read_type (CairnConnection *connection, Due *self, const char *type, const gint64 *from, void (*take) (Due *self, CairnJson resource),
           GError **error)
{
  CairnCacheQuery query = { .type = (char *) type, .limit = N_READ, .from_ms = (gint64 *) from };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      g_autoptr(GBytes) text = NULL;

      self->row = rows->pdata[i];
      if ((self->row->flags & (CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_CANCELLED)) != 0)
        continue;
      text = cairn_home_load_text (connection, self->row, error);
      if (text == NULL)
        return FALSE;
      take (self, cairn_json_from_bytes (text));
    }
  return rows != NULL;
}

/* Adds to @home's things to do. */
gboolean
cairn_home_read_due (CairnConnection *connection, CairnHomeMore *home, const char *patient, GError **error)
{
  Due self = { home, NULL, patient, FALSE };
  gint64 now = cairn_date_now (), past = now - PAST_DAYS * DAY_MS;

  return read_type (connection, &self, "Appointment", &now, add_offer, error) &&
         read_type (connection, &self, "CarePlan", NULL, add_plan, error) &&
         read_type (connection, &self, "ImmunizationRecommendation", &past, add_recommendation, error) &&
         read_type (connection, &self, "ServiceRequest", &past, add_request, error);
}
