/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-types.h"
#include "most-seconds.h"

static void
test_tables (void)
{
  guint n = 0;

  for (CairnTypeClass c = CAIRN_TYPE_CLASS_NONE; c <= CAIRN_TYPE_CLASS_OWN; c++)
    {
      const char *const *list = cairn_type_list (c);

      for (guint i = 0; list[i] != NULL; i++, n++)
        {
          g_assert_true (cairn_type_is_known (list[i]));
          g_assert_cmpint (cairn_type_get_class (list[i]), ==, c);
          if (i > 0)
            g_assert_cmpstr (list[i - 1], <, list[i]);
        }
    }
  g_assert_cmpuint (n, ==, 146);   /* R4 has 148, with the abstract Resource and DomainResource */
  g_assert_true (cairn_type_is_known ("BiologicallyDerivedProduct"));
  g_assert_false (cairn_type_is_known ("NutritionProduct"));   /* of R5 */
  g_assert_false (cairn_type_is_known ("NotAType"));
  g_assert_false (cairn_type_is_known ("patient"));
  g_assert_false (cairn_type_is_known (NULL));
}

static void
test_ids (void)
{
  g_assert_true (cairn_id_is_legal ("a"));
  g_assert_true (cairn_id_is_legal ("A-1.b"));
  g_assert_true (cairn_id_is_legal ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
  g_assert_false (cairn_id_is_legal ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
  g_assert_false (cairn_id_is_legal (""));
  g_assert_false (cairn_id_is_legal (NULL));
  g_assert_false (cairn_id_is_legal ("../../etc/passwd"));
  g_assert_false (cairn_id_is_legal ("x' OR 1=1 --"));
  g_assert_false (cairn_id_is_legal ("per%2Fcent"));
  g_assert_false (cairn_id_is_legal ("ä"));
}

static void
test_split (void)
{
  static const char *const bad[] = {
    NULL, "", "#a", "urn:uuid:5", "http://h/fhir/Patient/1", "Patient", "Patient/", "Patient/1/2", "NotAType/1", "Patient?identifier=a|b",
    "Patient/1#x", "Patient/../1", "Patient/1/_history/2/3", "Patient/1/_history/", "Patient/1/_history/a b", "javascript:Patient/1",
  };
  g_autofree char *type = NULL, *id = NULL;

  g_assert_true (cairn_reference_split ("Observation/a-1/_history/3", &type, &id));
  g_assert_cmpstr (type, ==, "Observation");
  g_assert_cmpstr (id, ==, "a-1");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (cairn_reference_split (bad[i], NULL, NULL));
}

static void
collect (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  g_string_append_printf (data, "%s=%s ", reference, type != NULL ? type : "-");
  g_assert_cmpint (cairn_json_type (value), ==, CAIRN_JSON_STRING);
}

static void
test_foreach (void)
{
  CairnJson resource = cairn_json_from_string (
    "{\"reference\" : \"Patient/1\",\"a\":[{\"reference\":\"#b\"},{\"reference\":7}],\"text\":\"say \\\"reference\\\":\\\"Patient/2\\\"\","
    "\"x\":\"reference\",\"contained\":[{\"s\":{\"display\":\"reference\",\"reference\":\"urn:uuid:9\"}}]}");
  g_autoptr(GString) found = g_string_new (NULL);

  cairn_reference_foreach (resource, collect, found);
  g_assert_cmpstr (found->str, ==, "Patient/1=Patient #b=- urn:uuid:9=- ");
  /* A name in escapes is the same name; an access check that misses it lets a reference through. */
  g_string_truncate (found, 0);
  cairn_reference_foreach (cairn_json_from_string ("{\"a\":{\"\\u0072eference\":\"Patient\\/3\"},\"reference\":[\"Patient/4\"]}"), collect, found);
  g_assert_cmpstr (found->str, ==, "Patient/3=Patient ");
  cairn_reference_foreach (cairn_json_from_string ("\"reference\""), collect, found);   /* once read past its end */
  cairn_reference_foreach (CAIRN_JSON_NONE, collect, found);
  g_assert_cmpstr (found->str, ==, "Patient/3=Patient ");
}

static void
test_compartment (void)
{
  static const struct
  {
    const char *text;
    gboolean    mine, other;
  } cases[] = {
    { "{\"resourceType\":\"Patient\",\"id\":\"me\"}", TRUE, FALSE },
    { "{\"resourceType\":\"Patient\",\"id\":\"you\"}", FALSE, TRUE },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/me\"}}", TRUE, FALSE },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/you\"},\"performer\":[{\"reference\":\"Patient/me\"}]}", TRUE, FALSE },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"http://here/fhir/Patient/you\"}}", FALSE, TRUE },
    { "{\"resourceType\":\"Observation\",\"subject\":\"Patient/me\"}", FALSE, FALSE },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"http://elsewhere/Patient/me\"}}", FALSE, FALSE },
    { "{\"resourceType\":\"Device\",\"patient\":{\"reference\":\"Patient/me\"}}", TRUE, FALSE },
    { "{\"resourceType\":\"CareTeam\",\"participant\":[{},{\"member\":{\"reference\":\"Patient/me\"}}]}", TRUE, FALSE },
    { "{\"resourceType\":\"Provenance\",\"target\":[{\"reference\":\"Condition/1\"},{\"reference\":\"Patient/me/_history/1\"}]}", TRUE, FALSE },
    { "{\"resourceType\":\"Organization\",\"subject\":{\"reference\":\"Patient/me\"}}", FALSE, FALSE },
    { "{\"subject\":{\"reference\":\"Patient/me\"}}", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CairnJson resource = cairn_json_from_string (cases[i].text);

      if (cairn_compartment_has (resource, "me") != cases[i].mine || cairn_compartment_is_of_other (resource, "me") != cases[i].other)
        g_error ("wrong about %s", cases[i].text);
    }
}

/* The time must not grow with the square of the patients. */
static void
test_many_patients (void)
{
  g_autoptr(GString) text = g_string_new ("{\"resourceType\":\"Group\",\"member\":[");
  g_autoptr(GPtrArray) patients = NULL;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 60000; i++)
    g_string_append_printf (text, "%s{\"entity\":{\"reference\":\"Patient/p%u\"}}", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  patients = cairn_compartment_list_patients (cairn_json_from_string (text->str));
  g_assert_cmpuint (patients->len, ==, 60000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, MOST_SECONDS * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/types/tables", test_tables);
  g_test_add_func ("/types/ids", test_ids);
  g_test_add_func ("/types/split", test_split);
  g_test_add_func ("/types/foreach", test_foreach);
  g_test_add_func ("/types/compartment", test_compartment);
  g_test_add_func ("/types/many-patients", test_many_patients);
  return g_test_run ();
}
