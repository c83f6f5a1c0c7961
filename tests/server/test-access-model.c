/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random writes, and after each the whole question "who sees what" asked of the portal's store and of a
 * few lines that know nothing of how it is stored (portal-access, portal-index). */
#include "portal-fixture.h"

#include <string.h>

#include "server/staff/portal-staff.h"
#include "server/store/portal-access.h"

#define PATIENTS 3
#define EACH 4        /* resources of a type */
#define STEPS 300

#define PERSON(type, id) "{\"resource\":{\"resourceType\":\"" type "\",\"id\":\"" id "\"}}"
#define PEOPLE \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" PERSON ("Practitioner", "dr") "," PERSON ("Patient", "p0") "," \
  PERSON ("Patient", "p1") "," PERSON ("Patient", "p2") "]}"

static const char *const names[] = { "p0", "p1", "p2", "doctor", "desk" };

enum { OBSERVATION, REQUEST, MEDICATION, DOCUMENT, BINARY, SLOT, TYPES };

static const char *const types[TYPES] = { "Observation", "MedicationRequest", "Medication", "DocumentReference",
                                          "Binary",      "Slot" };

/* The model: what each resource says now */
typedef struct
{
  gboolean there;
  int      patient;     /* -1: nobody's */
  int      points_at;   /* -1: at nothing; a Medication, a Binary, or a Binary's Observation */
  gboolean free;        /* of a Slot */
  gboolean held;        /* by staff; stays when the resource goes and comes back */
} Thing;

typedef struct
{
  Thing things[TYPES][EACH];
} Model;

static gboolean
leads_to_medication (const Model *m, int patient, int medication, guint visited)
{
  if (visited & (1u << medication))
    return FALSE;
  visited |= 1u << medication;
  for (int i = 0; i < EACH; i++)
    {
      const Thing *request = &m->things[REQUEST][i], *other = &m->things[MEDICATION][i];

      if (request->there && !request->held && request->patient == patient && request->points_at == medication)
        return TRUE;
      if (other->there && other->points_at == medication && leads_to_medication (m, patient, i, visited))
        return TRUE;
    }
  return FALSE;
}

static gboolean
may_see (const Model *m, int patient, int type, int n)
{
  const Thing *thing = &m->things[type][n];

  if (!thing->there)
    return FALSE;
  if (thing->held)
    return FALSE;
  if (type == SLOT)
    return thing->free;
  if (type == MEDICATION)
    return leads_to_medication (m, patient, n, 0);
  if (type != BINARY)
    return thing->patient == patient;
  if (thing->points_at >= 0)
    return may_see (m, patient, OBSERVATION, thing->points_at);
  for (int i = 0; i < EACH; i++)
    if (may_see (m, patient, DOCUMENT, i) && m->things[DOCUMENT][i].points_at == n)
      return TRUE;
  return FALSE;
}

/* With all that R4 requires */
static char *
to_json (int type, int n, const Thing *thing, guint step)
{
  static const char *const required[TYPES] = {
    [OBSERVATION] = ",\"status\":\"final\",\"code\":{\"text\":\"x\"}",
    [REQUEST] = ",\"status\":\"active\",\"intent\":\"order\"",
    [MEDICATION] = "",
    [DOCUMENT] = ",\"status\":\"current\"",
    [BINARY] = ",\"contentType\":\"text/plain\"",
    [SLOT] = ",\"schedule\":{\"reference\":\"Schedule/s\"},\"start\":\"2026-01-01T10:00:00Z\",\"end\":\"2026-01-01T11:00:00Z\"",
  };
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, "{\"resourceType\":\"%s\",\"id\":\"n%d\",\"language\":\"x-%u\"%s", types[type], n, step,
                          required[type]);
  if (thing->patient >= 0 && type != MEDICATION && type != BINARY && type != SLOT)
    g_string_append_printf (text, ",\"subject\":{\"reference\":\"Patient/p%d\"}", thing->patient);
  if (type == SLOT)
    g_string_append_printf (text, ",\"status\":\"%s\"", thing->free ? "free" : "busy");
  if (thing->points_at >= 0 && type == REQUEST)
    g_string_append_printf (text, ",\"medicationReference\":{\"reference\":\"Medication/n%d\"}", thing->points_at);
  else if (type == REQUEST)
    g_string_append (text, ",\"medicationCodeableConcept\":{\"text\":\"x\"}");
  if (thing->points_at >= 0 && type == MEDICATION)
    g_string_append_printf (text, ",\"ingredient\":[{\"itemReference\":{\"reference\":\"Medication/n%d\"}}]",
                            thing->points_at);
  if (thing->points_at >= 0 && type == DOCUMENT)
    g_string_append_printf (text, ",\"content\":[{\"attachment\":{\"url\":\"Binary/n%d\"}}]", thing->points_at);
  else if (type == DOCUMENT)
    g_string_append (text, ",\"content\":[{\"attachment\":{\"title\":\"x\"}}]");
  if (thing->points_at >= 0 && type == BINARY)
    g_string_append_printf (text, ",\"securityContext\":{\"reference\":\"Observation/n%d\"}", thing->points_at);
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
invent (Thing *thing)
{
  thing->there = TRUE;
  thing->patient = g_test_rand_int_range (-1, PATIENTS);
  thing->points_at = g_test_rand_int_range (-1, EACH);
  thing->free = g_test_rand_int_range (0, 2);
}

static char *
change_something (Model *m, guint step)
{
  int type = g_test_rand_int_range (0, TYPES), n = g_test_rand_int_range (0, EACH);
  Thing *thing = &m->things[type][n];
  g_autofree char *text = NULL;

  if (g_test_rand_int_range (0, 4) == 0)
    {
      thing->there = FALSE;
      return g_strdup_printf ("{\"request\":{\"method\":\"DELETE\",\"url\":\"%s/n%d\"}}", types[type], n);
    }
  invent (thing);
  text = to_json (type, n, thing, step);
  return g_strdup_printf ("{\"resource\":%s}", text);
}

/* Who asks by HTTP: the patients, then these */
enum { CLINICIAN = PATIENTS, FRONT_DESK, ACTORS };

/* What a PUT to an id, or a DELETE (wanted NULL), comes to. */
static gboolean
may_write (const Model *m, int actor, int type, int n, const Thing *wanted)
{
  const Thing *thing = &m->things[type][n];
  static const int targets[TYPES] = { -1, MEDICATION, MEDICATION, BINARY, OBSERVATION, -1 };
  gboolean points = wanted != NULL && targets[type] >= 0 && wanted->points_at >= 0;

  if (!thing->there || actor < PATIENTS)   /* nothing here is of a patient's own making */
    return FALSE;
  if (actor == FRONT_DESK)
    return type == SLOT;
  if (wanted == NULL || type == SLOT)
    return TRUE;
  if (points && !m->things[targets[type]][wanted->points_at].there)
    return FALSE;
  if (type == BINARY)
    return points;
  if (type == MEDICATION)
    return TRUE;
  return wanted->patient == thing->patient && (type != REQUEST || wanted->patient >= 0);
}

static void
write_something (Fixture *f, Model *m, char **tokens, guint step)
{
  int actor = g_test_rand_int_range (0, ACTORS), type = g_test_rand_int_range (0, TYPES), n = g_test_rand_int_range (0, EACH);
  g_autofree char *path = g_strdup_printf ("fhir/%s/n%d", types[type], n), *text = NULL;
  Thing *thing = &m->things[type][n], wanted = *thing;
  gboolean removing = g_test_rand_int_range (0, 3) == 0, expected, done;

  invent (&wanted);
  if (g_test_rand_int_range (0, 2) == 0)
    wanted.patient = thing->patient;
  expected = may_write (m, actor, type, n, removing ? NULL : &wanted);
  text = to_json (type, n, &wanted, step);
  if (removing)
    fixture_send (f, "DELETE", path, tokens[actor], NULL, NULL);
  else
    fixture_put (f, "PUT", path, tokens[actor], "application/fhir+json", text, NULL, NULL);
  done = f->status == (removing ? 204 : 200);
  if (removing && done && (!thing->there || actor < PATIENTS))   /* who saw it once hears that it is gone */
    return;
  if (done != expected)
    g_error ("step %u: actor %d %s %s: %u: %s", step, actor, removing ? "DELETE" : "PUT", removing ? path : text, f->status,
             f->body);
  if (!done)
    return;
  wanted.there = !removing;
  *thing = wanted;
}

typedef struct
{
  PortalView *view;
  int         type;
  gboolean    seen[EACH];
} Look;

static gboolean
note (const PortalRow *row, gpointer data)
{
  Look *look = data;

  g_assert_true (portal_view_sees (look->view, row, PORTAL_OPERATION_SEARCH));
  look->seen[row->id[1] - '0'] = TRUE;
  return TRUE;
}

static gboolean
note_read (const PortalRow *row, gpointer data)
{
  if (row->state == PORTAL_STATE_LIVE)
    note (row, data);
  return FALSE;
}

static gpointer
look_by_id (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Look *look = data;
  PortalAudiences audiences;

  portal_view_get_audiences (look->view, types[look->type], audiences);
  for (int i = 0; i < EACH; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%d", i);

      portal_store_find_seen (db, audiences, types[look->type], id, 0, note_read, look, error);
    }
  return NULL;
}

/* Asked both ways: a search of the type, and each by its id. */
static gpointer
look_at_type (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Look *look = data, read = { look->view, look->type, { FALSE } };
  PortalRange all = PORTAL_RANGE_ALL;
  PortalAudiences audiences;

  portal_view_get_audiences (look->view, types[look->type], audiences);
  portal_store_search (db, audiences, types[look->type], &all, 0, 100, note, look, error);
  g_assert_no_error (*error);
  for (int i = 0; i < EACH; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%d", i);

      portal_store_find_seen (db, audiences, types[look->type], id, 0, note_read, &read, error);
      g_assert_no_error (*error);
      g_assert_cmpint (read.seen[i], ==, look->seen[i]);
    }
  return NULL;
}

/* Staff see what is there, held or not. */
static void
compare_staff (Fixture *f, const Model *m, guint step)
{
  for (int type = 0; type < TYPES; type++)
    {
      g_autoptr(PortalView) view = portal_view_new_staff ("account", "dr", "clinician", "user/*.rs");
      Look look = { view, type, { FALSE } };
      GError *error = NULL;

      cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), look_by_id, &look, &error);
      g_assert_no_error (error);
      for (int n = 0; n < EACH; n++)
        {
          if (look.seen[n] != m->things[type][n].there)
            g_error ("step %u: staff %s %s/n%d", step, look.seen[n] ? "see" : "do not see", types[type], n);
        }
    }
}

/* Holds or releases something that is there. */
static void
hold_something (Fixture *f, Model *m)
{
  static const int holdable[] = { OBSERVATION, REQUEST, DOCUMENT };
  int type = holdable[g_test_rand_int_range (0, G_N_ELEMENTS (holdable))], n = g_test_rand_int_range (0, EACH);
  Thing *thing = &m->things[type][n];
  g_autofree char *reference = g_strdup_printf ("%s/n%d", types[type], n), *text = NULL;
  g_auto(PortalStaffWork) work = { .as = "doctor", .verb = thing->held ? "release" : "hold", .reference = reference };
  g_autoptr(GError) error = NULL;

  if (!thing->there)
    return;
  text = portal_staff_work (portal_store_get_writer (portal_get_store (f->portal)), &work, &error);
  g_assert_no_error (error);
  thing->held = !thing->held;
}

static void
compare_all (Fixture *f, const Model *m, guint step)
{
  for (int patient = 0; patient < PATIENTS; patient++)
    for (int type = 0; type < TYPES; type++)
      {
        g_autofree char *id = g_strdup_printf ("p%d", patient);
        g_autoptr(PortalView) view = portal_view_new ("account", id, "patient/*.rs");
        Look look = { view, type, { FALSE } };
        GError *error = NULL;

        cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), look_at_type, &look, &error);
        for (int n = 0; n < EACH; n++)
          if (look.seen[n] != may_see (m, patient, type, n))
            g_error ("step %u: patient %d %s %s/n%d", step, patient, look.seen[n] ? "sees" : "does not see", types[type], n);
      }
}

static void
test_random (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  Model model = { 0 };
  g_autoptr(JsonObject) people = fixture_load (f, PEOPLE);
  char *tokens[ACTORS];

  f->scope = "launch/patient%20patient/*.cruds%20user/*.cruds";
  fixture_add_staff (f, "doctor", "dr", "clinician");
  fixture_add_staff (f, "desk", "dr", "front-desk");
  for (int patient = 0; patient < PATIENTS; patient++)
    fixture_add (f, names[patient], names[patient]);
  fixture_start (f);
  for (int actor = 0; actor < ACTORS; actor++)
    tokens[actor] = fixture_token (f, names[actor]);
  for (guint step = 0; step < STEPS; step++)
    {
      g_autoptr(GString) bundle = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[");
      g_autoptr(JsonObject) report = NULL;

      for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
        {
          g_autofree char *entry = change_something (&model, step * 10 + n);

          g_string_append_printf (bundle, "%s%s", entry, n > 1 ? "," : "");
        }
      g_string_append (bundle, "]}");
      report = fixture_load (f, bundle->str);
      if (!json_object_get_boolean_member (report, "ok"))
        g_error ("%s: %s", fixture_text (report, "error"), bundle->str);
      if (step % 3 == 0)
        hold_something (f, &model);
      for (int n = 0; n < 3; n++)
        write_something (f, &model, tokens, 100000 + step * 10 + n);
      compare_all (f, &model, step);
      compare_staff (f, &model, step);
    }
  for (int actor = 0; actor < ACTORS; actor++)
    g_free (tokens[actor]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access-model/random", test_random);
  return g_test_run ();
}
