/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-log.h"

static void
test_redact (void)
{
  static const char *const secrets[] = {
    "Authorization: Bearer SECRET.abc-def_1",
    "POST /oauth/token refresh_token=SECRET&client_id=x",
    "{\"access_token\":\"SECRET\",\"expires_in\":900}",
    "{ \"password\" : \"SECRET and more SECRET\" }",
    "GET http://127.0.0.1:80/fhir/Patient?identifier=SECRET failed",
    "GET /fhir/Patient?name=SECRET",
    "GET Patient?name=SECRET",
    "fhir/Observation/_search?SECRET",
    "no account for SECRET@example.org here",
    "authorization_code=SECRET",
    "{\"password\":\"SECRET and more SECRET, cut off SECRET\\",
    "\xff\xfe SECRET",
  };

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autofree char *clean = cairn_log_redact (secrets[i]);

      if (strstr (clean, "SECRET") != NULL)
        g_error ("left in: %s", clean);
    }
}

static void
test_leaves_the_rest (void)
{
  g_autofree char *clean = cairn_log_redact ("Observation: 120 stored in 3 pages, HTTP 503 from 127.0.0.1:8080");

  g_assert_cmpstr (clean, ==, "Observation: 120 stored in 3 pages, HTTP 503 from 127.0.0.1:8080");
}

/* What a server says must not look like lines of ours, nor steer a terminal. */
static void
test_one_line (void)
{
  g_autofree char *clean = cairn_log_redact ("bad\r\ncairn: error: forged\033[2J\xc2\x9b 5 \xe2\x80\xa8 ü");

  g_assert_cmpstr (clean, ==, "bad cairn: error: forged [2J  5   ü");
}

static void
test_long (void)
{
  g_autofree char *text = g_strnfill (1000000, 'x'), *clean = NULL;

  memcpy (text + 16382, "é?", 3);
  clean = cairn_log_redact (text);
  g_assert_true (g_utf8_validate (clean, -1, NULL));
  g_assert_cmpuint (strlen (clean), <, 17000);
  g_assert_true (g_str_has_prefix (clean, "xxxx"));
}

static void
test_error_codes (void)
{
  g_autoptr(GError) busy = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_BUSY, "x");
  g_autoptr(GError) wrong = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS, "x");

  g_assert_cmpstr (cairn_error_code_name (busy), ==, "busy");
  g_assert_true (cairn_error_may_retry (busy));
  g_assert_false (cairn_error_may_retry (wrong));
  g_assert_false (cairn_error_may_retry (NULL));
  g_assert_cmpstr (cairn_error_code_name (NULL), ==, "failed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/redact", test_redact);
  g_test_add_func ("/log/leaves-the-rest", test_leaves_the_rest);
  g_test_add_func ("/log/one-line", test_one_line);
  g_test_add_func ("/log/long", test_long);
  g_test_add_func ("/error/codes", test_error_codes);
  return g_test_run ();
}
