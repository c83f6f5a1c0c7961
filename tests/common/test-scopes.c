/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "common/cairn-scopes.h"

static void
test_allow (void)
{
  g_autoptr(CairnScopes) scopes =
    cairn_scopes_parse ("openid patient/*.rs patient/Task.cu user/Observation.read bad/ patient/x.rs patient/Observation.sr patient/Goal.c?x=y");

  g_assert_true (cairn_scopes_has (scopes, "openid"));
  g_assert_true (cairn_scopes_allow (scopes, "patient", "Observation", CAIRN_SCOPE_READ | CAIRN_SCOPE_SEARCH));
  g_assert_false (cairn_scopes_allow (scopes, "patient", "Observation", CAIRN_SCOPE_CREATE));
  g_assert_true (cairn_scopes_allow (scopes, "patient", "Task", CAIRN_SCOPE_CREATE | CAIRN_SCOPE_READ));
  g_assert_false (cairn_scopes_allow (scopes, "patient", "Task", CAIRN_SCOPE_DELETE));
  g_assert_true (cairn_scopes_allow (scopes, "user", "Observation", CAIRN_SCOPE_SEARCH));
  g_assert_false (cairn_scopes_allow (scopes, "user", "Condition", CAIRN_SCOPE_READ));
  g_assert_false (cairn_scopes_allow (scopes, "patient", "Goal", CAIRN_SCOPE_CREATE));
  g_assert_false (cairn_scopes_has (scopes, "patient/x.rs"));
  g_assert_false (cairn_scopes_has (scopes, "patient/Observation.sr"));   /* letters out of order */
}

static void
test_intersect (void)
{
  static const struct
  {
    const char *requested, *allowed, *granted;
  } cases[] = {
    { "openid patient/*.rs", "openid offline_access patient/*.rs", "openid patient/*.rs" },
    { "patient/Observation.rs", "patient/*.rs", "patient/Observation.rs" },
    { "patient/*.cruds", "patient/*.rs", "patient/*.rs" },
    { "patient/*.read", "patient/*.rs", "patient/*.read" },
    { "user/*.rs system/*.rs launch", "patient/*.rs", "" },
    { "patient/Observation.rs patient/Observation.rs", "patient/*.rs", "patient/Observation.rs" },
    { "patient/Task.cud", "patient/*.rs patient/Task.cu", "patient/Task.cu" },
    { "user/*.rs", "user/Patient.rs user/Slot.s patient/Task.rs", "user/Patient.rs user/Slot.s" },
    { "patient/*.cruds", "patient/*.rs patient/Task.cu", "patient/*.rs patient/Task.cu" },
    { "patient/Observation.rs?category=s|lab", "patient/*.rs", "patient/Observation.rs?category=s|lab" },
    { "patient/Observation.rs?category=s|lab", "patient/Observation.r", "" },
    { "patient/Observation.rs?category=s|lab", "patient/Observation.rs?category=s|lab", "patient/Observation.rs?category=s|lab" },
    { "patient/Observation.rs?category=s|lab", "patient/Observation.rs?category=s|vital", "" },
    { "patient/Observation.rs", "patient/Observation.rs?category=s|lab", "" },
    { "patient/*.rs", "patient/Observation.rs?category=s|lab", "" },
    { "patient/Observation.cruds?category=s|lab", "patient/*.cruds", "" },
    { "patient/Observation.rs?code=x patient/Observation.rs?category=x,y patient/Observation.rs?category=", "patient/*.rs", "" },
    { "patient/*.rs?category=lab", "patient/*.rs", "" },
    { NULL, "patient/*.rs", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(CairnScopes) requested = cairn_scopes_parse (cases[i].requested), allowed = cairn_scopes_parse (cases[i].allowed);
      g_autoptr(CairnScopes) granted = cairn_scopes_intersect (requested, allowed);
      g_autofree char *text = cairn_scopes_to_string (granted);

      g_assert_cmpstr (text, ==, cases[i].granted);
      g_assert_true (cairn_scopes_is_empty (granted) == (*cases[i].granted == '\0'));
    }
}

static void
test_some (void)
{
  g_autoptr(CairnScopes) scopes = cairn_scopes_parse ("patient/Observation.rs?category=s|lab patient/Observation.r?category=vital "
                                                      "patient/Goal.s patient/Goal.rs?category=x patient/Task.rs?code=y");
  g_auto(GStrv) read = cairn_scopes_dup_categories (scopes, "patient", "Observation", CAIRN_SCOPE_READ);
  g_auto(GStrv) both = cairn_scopes_dup_categories (scopes, "patient", "Observation", CAIRN_SCOPE_READ | CAIRN_SCOPE_SEARCH);
  g_auto(GStrv) goals = cairn_scopes_dup_categories (scopes, "patient", "Goal", CAIRN_SCOPE_SEARCH);
  g_auto(GStrv) tasks = cairn_scopes_dup_categories (scopes, "patient", "Task", CAIRN_SCOPE_READ);

  g_assert_false (cairn_scopes_allow (scopes, "patient", "Observation", CAIRN_SCOPE_READ));
  g_assert_true (cairn_scopes_allow_some (scopes, "patient", "Observation", CAIRN_SCOPE_READ));
  g_assert_false (cairn_scopes_allow_some (scopes, "patient", "Observation", CAIRN_SCOPE_CREATE));
  g_assert_false (cairn_scopes_allow_some (scopes, "user", "Observation", CAIRN_SCOPE_READ));
  g_assert_false (cairn_scopes_allow_some (scopes, "patient", "Task", CAIRN_SCOPE_READ));
  g_assert_cmpuint (g_strv_length (read), ==, 2);
  g_assert_cmpuint (g_strv_length (both), ==, 1);
  g_assert_cmpstr (both[0], ==, "s|lab");
  g_assert_null (goals);
  g_assert_cmpuint (g_strv_length (tasks), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scopes/allow", test_allow);
  g_test_add_func ("/scopes/intersect", test_intersect);
  g_test_add_func ("/scopes/some", test_some);
  return g_test_run ();
}
