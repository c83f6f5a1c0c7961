/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modifiers, prefixes, lists, units, chains, order, includes and parts (portal-query-filter,
 * portal-query-result, portal-filter, portal-store-search, portal-include,
 * portal-subset). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-database.h"
#include "server/store/portal-schema.h"

#define ENTRY(type, id, rest) "{\"resource\":{\"resourceType\":\"" type "\",\"id\":\"" id "\"" rest "}},"
#define MINE ",\"subject\":{\"reference\":\"Patient/pat\"}"
#define CODED(system, code) ",\"code\":{\"coding\":[{\"system\":\"" system "\",\"code\":\"" code "\"}]}"

static const char clinic[] =
  "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
  ENTRY ("Patient", "pat", ",\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"7\"}],\"birthDate\":\"1970-01-02\"")
  ENTRY ("Patient", "else", ",\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"8\"}]")
  ENTRY ("Observation", "a", MINE CODED ("urn:a", "1") ",\"status\":\"final\",\"effectiveDateTime\":\"2020\","
         "\"valueQuantity\":{\"value\":5.4,\"unit\":\"mg/L\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg/L\"},"
         "\"encounter\":{\"reference\":\"Encounter/e\"},\"note\":[{\"text\":\"n\"}],\"text\":{\"status\":\"empty\",\"div\":\"<div/>\"}")
  ENTRY ("Observation", "b", MINE CODED ("urn:b", "1") ",\"status\":\"amended\",\"effectiveDateTime\":\"2020-03-04\","
         "\"valueQuantity\":{\"value\":5.44,\"unit\":\"g\"},\"encounter\":{\"reference\":\"Encounter/other\"}")
  ENTRY ("Observation", "c", MINE ",\"code\":{\"coding\":[{\"code\":\"1\"}]},\"status\":\"final\","
         "\"effectivePeriod\":{\"start\":\"2020-02-01\",\"end\":\"2020-06-30\"},"
         "\"valueQuantity\":{\"value\":100,\"comparator\":\">\"}")
  ENTRY ("Observation", "d", MINE CODED ("urn:a", "2,3") ",\"status\":\"final\",\"effectivePeriod\":{\"start\":\"2021-01-01\"},"
         "\"performer\":[{\"reference\":\"Practitioner/jo\"},{\"reference\":\"http://elsewhere.example/Practitioner/x\"}]")
  ENTRY ("Observation", "theirs", CODED ("urn:a", "1") ",\"subject\":{\"reference\":\"Patient/else\"},"
         "\"encounter\":{\"reference\":\"Encounter/e\"}")
  ENTRY ("Encounter", "e", MINE ",\"status\":\"finished\"")
  ENTRY ("Encounter", "other", ",\"subject\":{\"reference\":\"Patient/else\"}")
  ENTRY ("Provenance", "p", ",\"target\":[{\"reference\":\"Observation/a\"},{\"reference\":\"Patient/pat\"}]")
  ENTRY ("Provenance", "q", ",\"target\":[{\"reference\":\"Observation/a\"},{\"reference\":\"Patient/else\"}]")
  ENTRY ("Practitioner", "jo", ",\"name\":[{\"family\":\"Müller-Straße\",\"given\":[\"Jo_anna\"]}]")
  ENTRY ("Practitioner", "al", ",\"name\":[{\"family\":\"Smith\",\"given\":[\"Al\"]}],\"active\":false")
  ENTRY ("Schedule", "s1", ",\"actor\":[{\"reference\":\"Practitioner/jo\"}]")
  ENTRY ("Schedule", "s2", ",\"actor\":[{\"reference\":\"Practitioner/jo\"},{\"reference\":\"Patient/else\"}]")
  ENTRY ("Slot", "t1", ",\"status\":\"free\",\"schedule\":{\"reference\":\"Schedule/s1\"},\"start\":\"2030-01-01T09:00:00Z\"")
  ENTRY ("Slot", "t2", ",\"status\":\"free\",\"schedule\":{\"reference\":\"Schedule/s2\"},\"start\":\"2030-01-02T09:00:00Z\"")
  "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"100% Health\"}}]}";

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, clinic);

  if (!json_object_get_boolean_member (report, "ok"))
    g_error ("%s", fixture_text (report, "error"));
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

/* The ids of a page in their order, those that were included after a "+". */
static char *
dup_ids (JsonObject *bundle)
{
  GString *ids = g_string_new (NULL);
  gboolean included = FALSE;

  for (guint i = 0; i < fixture_n_entries (bundle); i++)
    {
      JsonObject *entry = json_array_get_object_element (json_object_get_array_member (bundle, "entry"), i);
      JsonObject *search = json_object_get_object_member (entry, "search");
      gboolean include = g_str_equal (fixture_text (search, "mode"), "include");

      g_string_append_printf (ids, "%s%s", include && !included ? "+" : i > 0 ? " " : "",
                              fixture_text (json_object_get_object_member (entry, "resource"), "id"));
      included |= include;
    }
  return g_string_free (ids, FALSE);
}

typedef struct
{
  const char *query;
  const char *ids;
} Case;

static void
run (const Case *cases, gsize n)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat ("fhir/", cases[i].query, NULL), *ids = NULL;
      g_autoptr(JsonObject) bundle = fixture_get_json (f, path, token);

      ids = dup_ids (bundle);
      if (!g_str_equal (ids, cases[i].ids))
        g_error ("%s: \"%s\" instead of \"%s\"", cases[i].query, ids, cases[i].ids);
    }
}

static void
test_tokens (void)
{
  static const Case cases[] = {
    { "Observation?patient=pat&code=1", "a b c" },
    { "Observation?code=1", "a b c" },
    { "Observation?patient=pat&code=urn:a%7C1", "a" },
    { "Observation?patient=pat&code=%7C1", "c" },
    { "Observation?patient=pat&code=urn:a%7C", "a d" },
    { "Observation?patient=pat&code=urn:b%7C1,urn:a%7C1", "a b" },
    { "Observation?patient=pat&code=2%5C,3", "d" },
    { "Observation?patient=pat&code=2,3", "" },
    { "Observation?patient=pat&code:not=urn:a%7C1", "b c d" },
    { "Observation?patient=pat&code=1&status=final", "a c" },
    { "Observation?patient=pat&status=amended,final&code=urn:b%7C1", "b" },
    { "Observation?patient=pat&status=http://hl7.org/fhir/observation-status%7Camended", "b" },
    { "Observation?patient=pat&status=FINAL", "" },
    { "Observation?patient=pat&value-quantity:missing=true", "d" },
    { "Observation?patient=pat&value-quantity:missing=false", "a b c" },
    { "Observation?patient=pat&encounter:missing=true", "c d" },
    { "Observation?_id=a,b,d&code=urn:a%7C", "a d" },
    { "Observation?patient=pat&code=", "a b c d" },
    { "Observation?patient=else&code=1", "" },
    { "Patient?identifier=urn:mrn%7C7", "pat" },
    { "Patient?identifier=urn:mrn%7C8", "" },
    { "Practitioner?active=false", "al" },
  };

  run (cases, G_N_ELEMENTS (cases));
}

static void
test_strings (void)
{
  static const Case cases[] = {
    { "Practitioner?name=muller", "jo" },      { "Practitioner?family=M%C3%9CLLER-STRASSE", "jo" },
    { "Practitioner?name=straße", "" },        { "Practitioner?name:contains=stra%C3%9Fe", "jo" },
    { "Practitioner?name:exact=Smith", "al" }, { "Practitioner?name:exact=smith", "" },
    { "Practitioner?given=jo_", "jo" },        { "Practitioner?given=jo%25", "" },
    { "Practitioner?given=j__a", "" },         { "Practitioner?name=smith,m%C3%BCller", "jo al" },
    { "Organization?name=100%25", "o" },       { "Organization?name:contains=%25", "o" },
    { "Organization?name:contains=%5C%5C", "" },
  };

  run (cases, G_N_ELEMENTS (cases));
}

/* a 2020, b 2020-03-04, c 2020-02-01 to 06-30, d from 2021 on */
static void
test_dates (void)
{
  static const Case cases[] = {
    { "Observation?patient=pat&date=2020", "a b c" },
    { "Observation?patient=pat&date=eq2020-03", "b" },
    { "Observation?patient=pat&date=2020-03-04", "b" },
    { "Observation?patient=pat&date=ne2020-03", "a c d" },
    { "Observation?patient=pat&date=gt2020-06-30", "a d" },
    { "Observation?patient=pat&date=ge2020-03-04", "a b c d" },
    { "Observation?patient=pat&date=lt2020-02-01", "a" },
    { "Observation?patient=pat&date=le2020-02", "a c" },
    { "Observation?patient=pat&date=sa2020-02", "b d" },
    { "Observation?patient=pat&date=sa2020-12", "d" },
    { "Observation?patient=pat&date=eb2020-03-05", "b" },
    { "Observation?patient=pat&date=eb2021", "a b c" },
    { "Observation?patient=pat&date=ge2020-02-01&date=le2020-06-30", "a b c" },
    { "Observation?patient=pat&date=2020-03-04T00:00:00Z", "" },
    { "Patient?patient=pat&birthdate=1970-01", "pat" },
    { "Slot?start=ge2030-01-01&start=lt2030-01-02", "t1" },
  };

  run (cases, G_N_ELEMENTS (cases));
}

static void
test_quantities (void)
{
  static const Case cases[] = {
    { "Observation?patient=pat&value-quantity=5.4", "a b" },
    { "Observation?patient=pat&value-quantity=5.40", "a" },
    { "Observation?patient=pat&value-quantity=5.4%7Chttp://unitsofmeasure.org%7Cmg/L", "a" },
    { "Observation?patient=pat&value-quantity=5.4%7C%7Cg", "b" },
    { "Observation?patient=pat&value-quantity=gt5.4", "b c" },
    { "Observation?patient=pat&value-quantity=ge5.4%7C%7Cmg/L", "a" },
    { "Observation?patient=pat&value-quantity=lt6", "a b" },
    { "Observation?patient=pat&value-quantity=gt2000", "c" },
    { "Observation?patient=pat&value-quantity=ne5.4", "c" },
  };

  run (cases, G_N_ELEMENTS (cases));
}

static void
test_references (void)
{
  static const Case cases[] = {
    { "Observation?patient=pat&encounter=Encounter/e", "a" },
    { "Observation?patient=pat&encounter=e", "a" },
    { "Observation?patient=pat&encounter:Encounter=other", "b" },
    { "Observation?patient=pat&performer=jo", "d" },
    { "Observation?patient=pat&performer=Patient/jo", "" },
    { "Observation?patient=pat&performer:Practitioner=jo", "d" },
    { "Observation?patient=pat&performer=http://elsewhere.example/Practitioner/x", "d" },
    /* Chains go through what the caller sees, and nothing else */
    { "Observation?patient.identifier=urn:mrn%7C7&code=urn:a%7C1", "a" },
    { "Observation?patient.identifier=urn:mrn%7C8", "" },
    { "Observation?subject:Patient.identifier=7&code=urn:a%7C1", "a" },
    { "Observation?patient=pat&encounter.status=finished", "a" },
    { "Slot?schedule.actor=Practitioner/jo", "t1" },
    { "Slot?schedule.actor:Practitioner=jo", "t1" },
    { "Slot?schedule.actor=Practitioner/al", "" },
    { "Slot?schedule=s2", "t2" },
  };

  run (cases, G_N_ELEMENTS (cases));
}

static void
test_sorts (void)
{
  static const Case cases[] = {
    { "Observation?patient=pat&_sort=date", "a c b d" },
    { "Observation?patient=pat&_sort=-date", "d b c a" },
    { "Observation?patient=pat&_sort=status,-date", "b d c a" },
    { "Observation?patient=pat&_sort=-_lastUpdated", "d c b a" },
    { "Observation?_id=c,a,b&_sort=_id", "a b c" },
    { "Observation?patient=pat&_sort=-value-quantity", "c b a d" },
    { "Practitioner?_sort=family", "jo al" },
    { "Practitioner?_sort=-given", "jo al" },
  };

  run (cases, G_N_ELEMENTS (cases));
}

static void
test_includes (void)
{
  static const Case cases[] = {
    { "Observation?_id=a&_include=Observation:encounter", "a+e" },
    { "Observation?_id=b&_include=Observation:encounter", "b" },
    { "Observation?_id=a&_include=Observation:patient", "a+pat" },
    { "Observation?_id=d&_include=Observation:performer", "d+jo" },
    { "Observation?_id=d&_include=Observation:performer:Organization", "d" },
    { "Observation?_id=a&_revinclude=Provenance:target", "a+p" },
    { "Encounter?_id=e&_revinclude=Observation:encounter", "e+a" },
    { "Observation?_id=a&_revinclude=Provenance:target&_include=Observation:encounter", "a+e p" },
    /* what is included is asked as well, where :iterate says so */
    { "Slot?_id=t1&_include=Slot:schedule", "t1+s1" },
    { "Slot?_id=t1&_include=Slot:schedule&_include=Schedule:actor", "t1+s1" },
    { "Slot?_id=t1&_include=Slot:schedule&_include:iterate=Schedule:actor", "t1+s1 jo" },
    { "Slot?_id=t2&_include=Slot:schedule&_include:iterate=Schedule:actor", "t2" },
    { "Encounter?_id=e&_revinclude=Observation:encounter&_revinclude:iterate=Provenance:target", "e+a p" },
    { "Encounter?_id=e&_revinclude=Observation:encounter&_include:recurse=Observation:encounter", "e+a" },
    { "Observation?_id=a&_include:iterate=Observation:encounter&_revinclude:iterate=Observation:encounter", "a+e" },
    { "Observation?_id=a&_include:sometimes=Observation:encounter", "a" },
  };

  run (cases, G_N_ELEMENTS (cases));
}

/* Pages of a filtered and of a sorted search: everything once, in order. */
static void
test_pages (void)
{
  static const Case cases[] = {
    { "fhir/Observation?patient=pat&code=1,2%5C,3&_count=1", "a b c d " },
    { "fhir/Observation?patient=pat&_sort=-date&_count=1", "d b c a " },
    { "fhir/Observation?patient=pat&_sort=status,-date&_count=3", "b d c a " },
    { "fhir/Observation?_id=d,c,b&status=final&_count=1", "d c " },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *next = g_strdup (cases[i].query);
      g_autoptr(GString) ids = g_string_new (NULL);

      while (next != NULL)
        {
          g_autoptr(JsonObject) page = fixture_get_json (f, next, token);
          g_autofree char *one = dup_ids (page);

          g_string_append_printf (ids, "%s ", one);
          g_free (next);
          next = fixture_next (f, page);
        }
      g_assert_cmpstr (ids->str, ==, cases[i].ids);
    }
}

static void
test_totals (void)
{
  static const struct { const char *query; gint64 total; guint entries; } cases[] = {
    { "patient=pat&code=1&_total=accurate", 3, 3 }, { "patient=pat&code=1&_total=estimate&_count=1", 3, 1 },
    { "patient=pat&code=1&_summary=count", 3, 0 },  { "patient=pat&code=1&_count=0", 3, 0 },
    { "patient=pat&_total=none", -1, 4 },           { "_id=a,b,theirs&_summary=count", 2, 0 },
    { "_id=a,b&code=urn:a%7C1&_count=0", 1, 0 },    { "patient=else&_total=accurate", 0, 0 } };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("fhir/Observation?", cases[i].query, NULL);
      g_autoptr(JsonObject) bundle = fixture_get_json (f, path, token);

      g_assert_cmpint (json_object_get_int_member_with_default (bundle, "total", -1), ==, cases[i].total);
      g_assert_cmpuint (fixture_n_entries (bundle), ==, cases[i].entries);
    }
}

static void
test_parts (void)
{
  static const struct { const char *query, *there, *gone; } cases[] = {
    { "_elements=subject", "\"subject\"", "\"note\"" },
    { "_elements=subject", "\"status\":\"final\"", "\"effectiveDateTime\"" },     /* R4 wants a status */
    { "_elements=note,Observation.effectiveDateTime", "\"effectiveDateTime\"", "\"subject\"" },
    { "_summary=true", "\"effectiveDateTime\"", "\"note\"" },
    { "_summary=text", "\"div\"", "\"note\"" },
    { "_summary=data", "\"note\"", "\"div\"" },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("fhir/Observation?_id=a&", cases[i].query, NULL);
      g_autoptr(JsonObject) bundle = fixture_get_json (f, path, token);
      const char *resource = strstr (f->body, "\"resource\":");

      g_assert_cmpuint (fixture_n_entries (bundle), ==, 1);
      g_assert_nonnull (strstr (resource, "\"id\":\"a\""));
      g_assert_nonnull (strstr (resource, "\"SUBSETTED\""));
      g_assert_nonnull (strstr (resource, cases[i].there));
      g_assert_null (strstr (resource, cases[i].gone));
    }
  fixture_get (f, "fhir/Observation?_id=a&_summary=false", token);
  g_assert_null (strstr (f->body, "SUBSETTED"));
}

static void
test_refused (void)
{
  static const struct { const char *query; guint lenient, strict; } cases[] = {
    { "patient=pat&code:above=1", 400, 400 },       { "patient=pat&code:below=1", 400, 400 },
    { "patient=pat&date:exact=2020", 400, 400 },    { "patient=pat&date=soon", 400, 400 },
    { "patient=pat&date=ap2020", 400, 400 },        { "patient=pat&value-quantity=x", 400, 400 },
    { "patient=pat&code:missing=maybe", 400, 400 }, { "patient=pat&_sort=colour", 200, 400 },
    { "patient=pat&_include=Observation:colour", 200, 400 }, { "patient=pat&_total=roughly", 400, 400 },
    { "patient=pat&_include=Patient:link", 200, 400 },       { "patient=pat&_revinclude=x", 400, 400 },
    { "code=1&colour=red", 400, 400 },              { "patient=pat&performer.name=x", 400, 400 },
    { "_sort=date", 400, 400 },                     { "patient=pat&encounter:Patient=x", 400, 400 } };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("fhir/Observation?", cases[i].query, NULL);

      fixture_get (f, path, token);
      if (f->status != cases[i].lenient)
        g_error ("%s: %u", path, f->status);
      fixture_send (f, "GET", path, token, "Prefer", "handling=strict");
      if (f->status != cases[i].strict)
        g_error ("strict %s: %u", path, f->status);
    }
}

static void
test_post (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *ids = NULL;
  g_autoptr(JsonObject) bundle = NULL;

  fixture_post (f, "fhir/Observation/_search?_sort=-date", token, "patient=pat&code=urn%3Aa%7C1%2C1");
  assert_status (f, 200);
  bundle = fixture_json (f);
  ids = dup_ids (bundle);
  g_assert_cmpstr (ids, ==, "b c a");
}

static gpointer
fill_old (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  static const char sql[] =
    "INSERT INTO version (seq, type, id, version, updated, method, text) VALUES"
    " (1, 'Patient', 'pat', 1, 1000, 'PUT', '{\"resourceType\":\"Patient\",\"id\":\"pat\"}'),"
    " (2, 'Observation', 'o', 1, 1000, 'PUT', '{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\"}'),"
    " (3, 'Observation', 'o', 2, 1000, 'PUT', '{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"amended\"}'),"
    " (4, 'Observation', 'gone', 1, 1000, 'PUT', '{\"resourceType\":\"Observation\",\"id\":\"gone\",\"status\":\"amended\"}'),"
    " (5, 'Observation', 'gone', 2, 1000, 'DELETE', NULL);"
    "INSERT INTO idx_audience (audience, type, seq, updated, state) VALUES ('pat', 'Patient', 1, 1000, 1),"
    " ('pat', 'Observation', 2, 1000, 0), ('pat', 'Observation', 3, 1000, 1), ('pat', 'Observation', 4, 1000, 0),"
    " ('pat', 'Observation', 5, 1000, 2);"
    "UPDATE clock SET seq = 5, updated = 1000";

  return GINT_TO_POINTER (cairn_connection_exec (db, sql, error));
}

/* A store of the first schema, with data: opening it makes the index. */
static void
test_old_store (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  CairnMigration first[] = { portal_schema[0], { NULL } };
  g_autofree char *path = g_build_filename (f->config->data, PORTAL_STORE_FILE, NULL), *token = NULL;
  g_autofree char *ids = NULL, *none = NULL;
  g_autoptr(CairnDatabase) old = NULL;
  g_autoptr(JsonObject) bundle = NULL, before = NULL;
  g_autoptr(GBytes) key = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (f->config->data, 0700), ==, 0);
  key = portal_config_load_key (f->config, &error);
  g_assert_no_error (error);
  old = cairn_database_open (path, key, CAIRN_DATABASE_DURABLE, first, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (cairn_database_run (old, fill_old, NULL, &error));
  g_assert_no_error (error);
  cairn_database_close (old);

  fixture_add (f, "reader", "pat");
  fixture_start (f);
  token = fixture_token (f, "reader");
  bundle = fixture_get_json (f, "fhir/Observation?patient=pat&status=amended", token);
  ids = dup_ids (bundle);
  g_assert_cmpstr (ids, ==, "o");
  before = fixture_get_json (f, "fhir/Observation?patient=pat&status=final", token);
  none = dup_ids (before);
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-filters/tokens", test_tokens);
  g_test_add_func ("/search-filters/strings", test_strings);
  g_test_add_func ("/search-filters/dates", test_dates);
  g_test_add_func ("/search-filters/quantities", test_quantities);
  g_test_add_func ("/search-filters/references", test_references);
  g_test_add_func ("/search-filters/sorts", test_sorts);
  g_test_add_func ("/search-filters/includes", test_includes);
  g_test_add_func ("/search-filters/pages", test_pages);
  g_test_add_func ("/search-filters/totals", test_totals);
  g_test_add_func ("/search-filters/parts", test_parts);
  g_test_add_func ("/search-filters/refused", test_refused);
  g_test_add_func ("/search-filters/post", test_post);
  g_test_add_func ("/search-filters/old-store", test_old_store);
  return g_test_run ();
}
