/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-samples.h"

#include <math.h>
#include <string.h>

static CairnSamples *
read_data (const char *data, const char *more)
{
  g_autofree char *text = g_strdup_printf ("{\"origin\":{\"value\":2048,\"unit\":\"uV\"},\"period\":10,\"factor\":1.5,\"lowerLimit\":-3300,"
                                           "\"upperLimit\":3300,\"data\":\"%s\"%s}", data, more);

  return cairn_samples_new (cairn_json_from_string (text));
}

static void
test_numbers (void)
{
  g_autoptr(CairnSamples) samples = read_data (" 2041 E  L U -1e1\\n0.5 junk", ",\"dimensions\":1");

  g_assert_cmpuint (samples->n, ==, 7);
  g_assert_cmpfloat (samples->values[0], ==, 2041 * 1.5 + 2048);
  g_assert_true (isnan (samples->values[1]));
  g_assert_cmpint (isinf (samples->values[2]), ==, -1);
  g_assert_cmpint (isinf (samples->values[3]), ==, 1);
  g_assert_cmpfloat (samples->values[4], ==, 2033);
  g_assert_true (isnan (samples->values[6]));
  g_assert_cmpuint (samples->n_failed, ==, 2);
  g_assert_cmpuint (samples->n_beyond, ==, 2);
  g_assert_cmpfloat (samples->low, ==, 2033);
  g_assert_cmpfloat (samples->high, ==, 5109.5);
  g_assert_cmpfloat (samples->period, ==, 10);
  g_assert_cmpstr (samples->unit, ==, "uV");
}

static void
test_dimensions (void)
{
  g_autoptr(CairnSamples) three = read_data ("1 2 3 4 5 6 7", ",\"dimensions\":3");

  g_assert_cmpuint (three->dimensions, ==, 3);
  g_assert_cmpuint (three->n, ==, 2);
  g_assert_cmpuint (three->left_out, ==, 0);
  g_assert_null (read_data ("1 2", ",\"dimensions\":0"));
  g_assert_null (read_data ("1 2", ",\"dimensions\":1.5"));
  g_assert_null (read_data ("1 2", ",\"dimensions\":4000000000"));
  g_assert_null (read_data ("E E L", ",\"dimensions\":1"));
  g_assert_null (read_data ("", ",\"dimensions\":1"));
  g_assert_null (cairn_samples_new (cairn_json_from_string ("{\"data\":3}")));
}

/* What is too long is cut, and that is told. */
static void
test_long (void)
{
  g_autoptr(GString) data = g_string_new (NULL);
  g_autoptr(CairnSamples) samples = NULL;

  for (guint i = 0; i < 500000; i++)
    g_string_append (data, i % 2 == 0 ? "0 " : "1 ");
  samples = read_data (data->str, ",\"dimensions\":1");
  g_assert_cmpuint (samples->n, ==, 400000);
  g_assert_cmpuint (samples->left_out, ==, 100000);
}

static void
test_words (void)
{
  g_autoptr(CairnSamples) samples = read_data ("0 100 E", ",\"dimensions\":1");
  g_autofree char *words = cairn_samples_dup_words (samples);

  g_assert_cmpstr (words, ==, "0.03 seconds long\nBetween 2048 and 2198 uV\nThe device failed at 1 point");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/samples/numbers", test_numbers);
  g_test_add_func ("/samples/dimensions", test_dimensions);
  g_test_add_func ("/samples/long", test_long);
  g_test_add_func ("/samples/words", test_words);
  return g_test_run ();
}
