/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which results are part of which report. A report names its results, and comes before or after them: what it names is
 * noted when it comes, and joined to the results when a sync has brought all. On the database's thread.
 */
#include "cairn-cache-parts.h"

#include "fhir/cairn-types.h"

#include <string.h>

typedef struct
{
  CairnConnection *connection;
  gint64           place;
  GError         **error;
} Noting;

/* "Observation/1", or the same under some base. */
static const char *
find_id (const char *reference)
{
  const char *at = g_strrstr (reference, "Observation/");

  return at != NULL && (at == reference || at[-1] == '/') ? at + strlen ("Observation/") : NULL;
}

static gboolean
note_cb (CairnJson value, gpointer data)
{
  Noting *noting = data;
  g_autofree char *reference = cairn_json_dup_string (value);
  const char *id = reference != NULL ? find_id (reference) : NULL;
  CairnStatement *statement;

  if (id == NULL || *id == '\0' || strchr (id, '/') != NULL)
    return TRUE;
  statement = cairn_connection_prepare (noting->connection, "INSERT INTO link (head, child) VALUES (:head, :child)"
                                        " ON CONFLICT DO NOTHING", noting->error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":head", noting->place);
  cairn_statement_bind_text (statement, ":child", id, -1);
  return cairn_statement_run (statement, noting->error);
}

/**
 * cairn_cache_parts_note:
 * @connection: a connection with an open transaction
 * @place: of a record that was just written
 * @type: its type
 * @resource: what it says
 * @error: return location
 *
 * Notes which results a report (DiagnosticReport.result) or a panel (Observation.hasMember) names.
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_parts_note (CairnConnection *connection, gint64 place, const char *type, CairnJson resource, GError **error)
{
  gboolean report = g_str_equal (type, "DiagnosticReport"), panel = g_str_equal (type, "Observation");
  CairnJson parts = report ? cairn_json_member (resource, "result")
                    : panel ? cairn_json_member (resource, "hasMember") : (CairnJson) { NULL };
  CairnStatement *statement;
  Noting noting = { connection, place, error };

  if (!report && (!panel || !cairn_json_is_array (parts)))
    return TRUE;
  statement = cairn_connection_prepare (connection, "DELETE FROM link WHERE head = :head", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":head", place);
  return cairn_statement_run (statement, error) && cairn_json_foreach (parts, "reference", note_cb, &noting);
}

/**
 * cairn_cache_parts_join:
 * @connection: a connection with an open transaction
 * @error: return location
 *
 * Joins all results that are here to the report that names them: the newest one that counts, and what is part of a
 * panel to the report of the panel.
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_parts_join (CairnConnection *connection, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
    "DELETE FROM part;"
    "INSERT INTO part (place, head) SELECT r.place, max(l.head) FROM link l"
    " CROSS JOIN resource h ON h.place = l.head AND h.flags & %d = 0"
    " CROSS JOIN resource r ON r.type = 'Observation' AND r.id = l.child AND r.place != l.head GROUP BY r.place;"
    "UPDATE part SET head = (SELECT p.head FROM part p WHERE p.place = part.head)"
    " WHERE head IN (SELECT place FROM part) AND place != (SELECT p.head FROM part p WHERE p.place = part.head);"
    "DELETE FROM part WHERE head IN (SELECT place FROM part)",
    CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_CANCELLED);

  return cairn_connection_exec (connection, sql, error);
}

/* What a kind is made of; kinds that are left out can be of any type. */
static const struct
{
  const char *kind;
  const char *types[5];
} made_of[] = {
  { "test-result", { "Observation" } },
  { "vital-sign", { "Observation" } },
  { "lifestyle", { "Observation" } },
  { "report", { "DiagnosticReport" } },
  { "visit", { "Encounter" } },
  { "condition", { "Condition" } },
  { "medication", { "MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration" } },
  { "allergy", { "AllergyIntolerance" } },
  { "immunization", { "Immunization", "ImmunizationRecommendation" } },
  { "procedure", { "Procedure" } },
  { "order", { "ServiceRequest" } },
  { "imaging", { "ImagingStudy" } },
  { "document", { "DocumentReference" } },
  { "care-plan", { "CarePlan", "Goal" } },
  { "family-history", { "FamilyMemberHistory" } },
  { "device", { "Device", "DeviceUseStatement" } },
  { "appointment", { "Appointment" } },
  { "message", { "Communication" } },
  { "form", { "QuestionnaireResponse" } },
  { "coverage", { "Coverage", "Claim", "ExplanationOfBenefit" } },
};

static gboolean
was_asked_for (CairnConnection *connection, const char *type, gboolean *asked, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT 1 FROM sync_state WHERE type = :type", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  if (!cairn_statement_step (statement, asked, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

/**
 * cairn_cache_is_shared:
 * @connection: a connection to the cache
 * @kinds: (array zero-terminated=1): ids of kinds
 * @shared: (out): whether the portal declares any type that they are made of; %TRUE too before the first sync is complete
 * @error: return location
 *
 * Returns: whether that could be told
 */
gboolean
cairn_cache_is_shared (CairnConnection *connection, const char *const *kinds, gboolean *shared, GError **error)
{
  g_autofree char *last_sync = cairn_cache_get_value (connection, "last-sync", error);
  guint known = 0;

  *shared = TRUE;
  if (last_sync == NULL)
    return error == NULL || *error == NULL;
  for (guint i = 0; i < G_N_ELEMENTS (made_of); i++)
    for (guint t = 0; g_strv_contains (kinds, made_of[i].kind) && t < G_N_ELEMENTS (made_of[i].types); t++)
      {
        gboolean asked;

        if (made_of[i].types[t] == NULL)
          break;
        if (!was_asked_for (connection, made_of[i].types[t], &asked, error))
          return FALSE;
        if (asked)
          return TRUE;
        known++;
      }
  *shared = known == 0;
  return TRUE;
}

static gboolean
never_came (CairnConnection *connection, const char *type, gboolean *missing, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT 1 FROM sync_state WHERE type = :type"
                                                        " AND since = 0 AND error IS NOT NULL", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  if (!cairn_statement_step (statement, missing, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

/**
 * cairn_cache_is_missing:
 * @connection: a connection to the cache
 * @kinds: (array zero-terminated=1): ids of kinds
 * @missing: (out): whether a type that they are made of was asked for, was refused and never came whole
 * @error: return location
 *
 * Returns: whether that could be told
 */
gboolean
cairn_cache_is_missing (CairnConnection *connection, const char *const *kinds, gboolean *missing, GError **error)
{
  *missing = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (made_of); i++)
    for (guint t = 0; g_strv_contains (kinds, made_of[i].kind) && t < G_N_ELEMENTS (made_of[i].types); t++)
      {
        if (made_of[i].types[t] == NULL)
          break;
        if (!never_came (connection, made_of[i].types[t], missing, error))
          return FALSE;
        if (*missing)
          return TRUE;
      }
  return TRUE;
}
