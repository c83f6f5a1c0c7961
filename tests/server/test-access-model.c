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

static char *
to_json (int type, int n, const Thing *thing, guint step)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, "{\"resource\":{\"resourceType\":\"%s\",\"id\":\"n%d\",\"language\":\"x-%u\"",
                          types[type], n, step);
  if (thing->patient >= 0 && type != MEDICATION && type != BINARY && type != SLOT)
    g_string_append_printf (text, ",\"subject\":{\"reference\":\"Patient/p%d\"}", thing->patient);
  if (type == SLOT)
    g_string_append_printf (text, ",\"status\":\"%s\"", thing->free ? "free" : "busy");
  if (thing->points_at >= 0 && type == REQUEST)
    g_string_append_printf (text, ",\"medicationReference\":{\"reference\":\"Medication/n%d\"}", thing->points_at);
  if (thing->points_at >= 0 && type == MEDICATION)
    g_string_append_printf (text, ",\"ingredient\":[{\"itemReference\":{\"reference\":\"Medication/n%d\"}}]",
                            thing->points_at);
  if (thing->points_at >= 0 && type == DOCUMENT)
    g_string_append_printf (text, ",\"content\":[{\"attachment\":{\"url\":\"Binary/n%d\"}}]", thing->points_at);
  if (thing->points_at >= 0 && type == BINARY)
    g_string_append_printf (text, ",\"securityContext\":{\"reference\":\"Observation/n%d\"}", thing->points_at);
  g_string_append (text, "}}");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
change_something (Model *m, guint step)
{
  int type = g_test_rand_int_range (0, TYPES), n = g_test_rand_int_range (0, EACH);
  Thing *thing = &m->things[type][n];

  if (g_test_rand_int_range (0, 4) == 0)
    {
      thing->there = FALSE;
      return g_strdup_printf ("{\"request\":{\"method\":\"DELETE\",\"url\":\"%s/n%d\"}}", types[type], n);
    }
  thing->there = TRUE;
  thing->patient = g_test_rand_int_range (-1, PATIENTS);
  thing->points_at = g_test_rand_int_range (-1, EACH);
  thing->free = g_test_rand_int_range (0, 2);
  return to_json (type, n, thing, step);
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

/* Staff see what is there, held or not; a Medication or Binary at least when some patient does. */
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
          gboolean some = FALSE, exact = type != MEDICATION && type != BINARY;

          for (int patient = 0; patient < PATIENTS; patient++)
            some |= may_see (m, patient, type, n);
          if (exact ? look.seen[n] != m->things[type][n].there : some && !look.seen[n])
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
  g_autoptr(JsonObject) practitioner = fixture_load (f, "{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}");

  fixture_add_staff (f, "doctor", "dr", "clinician");
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
      compare_all (f, &model, step);
      compare_staff (f, &model, step);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access-model/random", test_random);
  return g_test_run ();
}
