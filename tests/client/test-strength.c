/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the meter beside a new password shows. */
#include "client-test.h"

#include "client/cairn-strength.h"

static void
test_levels (void)
{
  static const struct { const char *password; guint least, most; gboolean long_enough, uncommon, impersonal; } cases[] = {
    { "", 0, 0, FALSE, FALSE, FALSE },
    { "password", 1, 1, FALSE, FALSE, TRUE },
    { "short", 1, 1, FALSE, FALSE, TRUE },
    { "aaaaaaaaaaaaaaaaaaaa", 1, 1, TRUE, FALSE, TRUE },
    { "Ana.García.1980", 1, 1, TRUE, TRUE, FALSE },
    { "vx7#qLm2", 1, 2, FALSE, TRUE, TRUE },
    { "lantern-orchard-ferry", 3, 4, TRUE, TRUE, TRUE },
    { "seven tall herons wade", 3, 4, TRUE, TRUE, TRUE },
    { "Короткий пароль да", 2, 4, TRUE, TRUE, TRUE },
  };
  const char *const words[] = { "ana.garcía", "Ana", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;
      CairnStrength got = { 0 };

      cairn_strength_measure_async (cases[i].password, 15, words, NULL, client_test_done, &result);
      cairn_strength_measure_finish (client_test_wait (&result), &got, &error);
      g_assert_no_error (error);
      g_test_message ("%s: %u", cases[i].password, got.level);
      g_assert_cmpuint (got.level, >=, cases[i].least);
      g_assert_cmpuint (got.level, <=, cases[i].most);
      g_assert_cmpint (got.long_enough, ==, cases[i].long_enough);
      g_assert_cmpint (got.uncommon, ==, cases[i].uncommon);
      g_assert_cmpint (got.impersonal, ==, cases[i].impersonal);
    }
}

static void
test_cancelled (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnStrength got;

  cairn_strength_measure_async ("seven tall herons wade", 15, NULL, cancellable, client_test_done, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (cairn_strength_measure_finish (client_test_wait (&result), &got, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
add_tests (void)
{
  g_test_add_func ("/strength/levels", test_levels);
  g_test_add_func ("/strength/cancelled", test_cancelled);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
