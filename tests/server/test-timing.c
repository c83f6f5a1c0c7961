/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that somebody has and names that nobody has take the same time: at sign-in, when a way back in is asked for, and
 * when somebody registers. Interleaved tries in random order; the rank-sum test of Mann and Whitney fails below
 * p = 0.001 (portal-sign-in, portal-recover, portal-register). */
#include "portal-fixture.h"

#include <math.h>
#include <string.h>

#include "common/cairn-crypto.h"

#define EACH 200
#define WARM 10
#define LEAST 0.001     /* p, two-sided */
#define CLONES \
  "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299) INSERT INTO account (id, username, name_key," \
  " email, email_key, hash, disabled, created) SELECT 'clone' || i, printf ('known%03d', i), printf ('known%03d', i)," \
  " printf ('known%03d@example.org', i), printf ('known%03d@example.org', i), hash, 0, 0 FROM account, n" \
  " WHERE username = 'reader'"

typedef struct
{
  double   value;
  gboolean known;
} Try;

static gpointer
run_sql (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, data, error));
}

/* With accounts that differ in nothing but their names. */
static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;
  g_autoptr(GError) error = NULL;

  f->config->behind_proxy = TRUE;
  f->config->wrong_per_address = 10000;
  report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), run_sql, (gpointer) CLONES, &error);
  g_assert_no_error (error);
  return f;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = ((const Try *) a)->value, other = ((const Try *) b)->value;

  return one < other ? -1 : one > other;
}

static double
median (const Try *sorted, gboolean known)
{
  guint seen = 0;

  for (guint i = 0; i < 2 * EACH; i++)
    if (sorted[i].known == known && ++seen == EACH / 2)
      return sorted[i].value;
  return 0;
}

static void
judge (Try *tries, const char *what)
{
  double ranks = 0, mean = EACH * (2 * EACH + 1) / 2.0, deviation = sqrt (EACH * (double) EACH * (2 * EACH + 1) / 12.0), z, p;

  qsort (tries, 2 * EACH, sizeof *tries, compare);
  for (guint i = 0; i < 2 * EACH; i++)
    if (tries[i].known)
      ranks += i + 1;
  z = (ranks - mean) / deviation;
  p = erfc (fabs (z) / M_SQRT2);
  g_test_message ("%s: medians %.3f ms known, %.3f ms unknown, z %.2f, p %.4f", what, median (tries, TRUE), median (tries, FALSE), z, p);
  g_test_maximized_result (p, "%s: p", what);
  g_assert_cmpfloat (p, >=, LEAST);
}

typedef char *(*MakeBody) (const char *name, const char *challenge);

static char *
make_sign_in (const char *name, const char *challenge)
{
  return g_strdup_printf ("client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge=%s&code_challenge_method=S256"
                          "&username=%s&password=wrong", challenge, name);
}

static char *
make_recovery (const char *name, const char *challenge)
{
  return g_strdup_printf ("{\"username\":\"%s\"}", name);
}

static char *
make_registration (const char *name, const char *challenge)
{
  return g_strdup_printf ("{\"email\":\"%s@example.org\",\"given\":\"A\",\"family\":\"B\",\"birth_date\":\"1980-01-01\"}", name);
}

static double
measure (Fixture *f, const char *path, const char *type, const char *body, guint wanted, guint n)
{
  g_autofree char *address = g_strdup_printf ("10.0.%u.%u", n / 200, n % 200 + 1);
  gint64 began = g_get_monotonic_time ();

  fixture_put (f, "POST", path, NULL, type, body, "X-Forwarded-For", address);
  assert_status (f, wanted);
  return (g_get_monotonic_time () - began) / 1000.0;
}

static void
try_all (const char *what, const char *path, const char *type, guint wanted, MakeBody make)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *verifier = cairn_pkce_verifier_new (), *challenge = cairn_pkce_challenge (verifier);
  Try tries[2 * EACH];
  guint next[2] = { 0, 0 };

  for (guint i = 0; i < WARM; i++)
    {
      g_autofree char *name = g_strdup_printf (i % 2 ? "known%03u" : "other%03u", 299 - i);
      g_autofree char *body = make (name, challenge);

      measure (f, path, type, body, wanted, 1000 + i);
    }
  for (guint i = 0; i < 2 * EACH; i++)
    {
      gboolean known = next[1] == EACH || (next[0] < EACH && g_test_rand_bit ());
      g_autofree char *name = g_strdup_printf (known ? "known%03u" : "other%03u", next[known ? 0 : 1]++);
      g_autofree char *body = make (name, challenge);

      tries[i] = (Try) { measure (f, path, type, body, wanted, i), known };
    }
  judge (tries, what);
}

static void
test_sign_in (void)
{
  try_all ("sign-in", "auth/challenge", "application/x-www-form-urlencoded", 400, make_sign_in);
}

static void
test_recovery (void)
{
  try_all ("recovery", "account/recover/password", "application/json", 202, make_recovery);
}

static void
test_registration (void)
{
  try_all ("registration", "account/register", "application/json", 202, make_registration);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timing/recovery", test_recovery);
  g_test_add_func ("/timing/registration", test_registration);
  g_test_add_func ("/timing/sign-in", test_sign_in);
  return g_test_run ();
}
