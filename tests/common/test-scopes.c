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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scopes/allow", test_allow);
  g_test_add_func ("/scopes/intersect", test_intersect);
  return g_test_run ();
}
