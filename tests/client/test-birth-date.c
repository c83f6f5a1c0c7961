/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Birth dates as people write them (cairn-birth-date.c). */
#include "client-test.h"

#include "client/cairn-birth-date.h"

#include <locale.h>
#include <string.h>

typedef struct
{
  const char    *text;
  const char    *order;
  CairnBirthDate kind;
  const char    *iso;
} Case;

static const Case cases[] = {
  { "1968-07-17", "mdy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "7/17/1968", "mdy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "17/7/1968", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "17/7/1968", "mdy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },      /* there is no month 17 */
  { "7/17/1968", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "3/4/1968", "mdy", CAIRN_BIRTH_DATE_RIGHT, "1968-03-04" },
  { "3/4/1968", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-04-03" },
  { "14.3.1958", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1958-03-14" },
  { "14. 3. 1958", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1958-03-14" },
  { " 1958/3/14 ", "ymd", CAIRN_BIRTH_DATE_RIGHT, "1958-03-14" },
  { "1958年3月14日", "ymd", CAIRN_BIRTH_DATE_RIGHT, "1958-03-14" },
  { "17 July 1968", "mdy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "July 17, 1968", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "17th of jul 1968", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "1968 Jul 17", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "SEPT 1 2001", "dmy", CAIRN_BIRTH_DATE_RIGHT, "2001-09-01" },
  { "17071968", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "07171968", "mdy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "19680717", "mdy", CAIRN_BIRTH_DATE_RIGHT, "1968-07-17" },
  { "٠٣/٠٤/١٩٦٨", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1968-04-03" },
  { "29/2/1980", "dmy", CAIRN_BIRTH_DATE_RIGHT, "1980-02-29" },
  { "29/2/1981", "dmy", CAIRN_BIRTH_DATE_NO_SUCH_DAY, NULL },
  { "31/2/1968", "dmy", CAIRN_BIRTH_DATE_NO_SUCH_DAY, NULL },
  { "31 April 1968", "dmy", CAIRN_BIRTH_DATE_NO_SUCH_DAY, NULL },
  { "1968-13-01", "dmy", CAIRN_BIRTH_DATE_NO_SUCH_DAY, NULL },
  { "40/40/1968", "dmy", CAIRN_BIRTH_DATE_NO_SUCH_DAY, NULL },
  { "0/7/1968", "dmy", CAIRN_BIRTH_DATE_NO_SUCH_DAY, NULL },
  { "17/7/68", "dmy", CAIRN_BIRTH_DATE_SHORT_YEAR, NULL },
  { "17 July 68", "dmy", CAIRN_BIRTH_DATE_SHORT_YEAR, NULL },
  { "17/7/2999", "dmy", CAIRN_BIRTH_DATE_TO_COME, NULL },
  { "17/7/1749", "dmy", CAIRN_BIRTH_DATE_LONG_AGO, NULL },
  { "17/7/196", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "17/7", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "July 1968", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "17/7/1968/1", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "July 17 July 1968", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "yesterday", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "17 Ju 1968", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "99999999999999999999", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "\xff/7/1968", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
  { "", "dmy", CAIRN_BIRTH_DATE_UNREADABLE, NULL },
};

static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *iso = NULL, *seen = g_utf8_make_valid (cases[i].text, -1);

      g_test_message ("%s as %s", seen, cases[i].order);
      g_assert_cmpint (cairn_birth_date_read (cases[i].text, cases[i].order, &iso), ==, cases[i].kind);
      g_assert_cmpstr (iso, ==, cases[i].iso);
    }
}

/* Each day of a leap year and the next, in each order and in words */
static void
test_each_day (void)
{
  static const char *const orders[] = { "dmy", "mdy", "ymd" };
  static const char *const formats[] = { "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d" };
  GDate day;

  g_date_clear (&day, 1);
  g_date_set_dmy (&day, 1, G_DATE_JANUARY, 1980);
  for (guint n = 0; n < 731; n++, g_date_add_days (&day, 1))
    for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
      {
        char written[64], words[64], iso[32];
        g_autofree char *read = NULL, *again = NULL;

        g_date_strftime (iso, sizeof iso, "%Y-%m-%d", &day);
        g_date_strftime (written, sizeof written, formats[i], &day);
        g_date_strftime (words, sizeof words, "%d %B %Y", &day);
        cairn_birth_date_read (written, orders[i], &read);
        cairn_birth_date_read (words, orders[i], &again);
        g_assert_cmpstr (read, ==, iso);
        g_assert_cmpstr (again, ==, iso);
      }
}

static void
test_locale (void)
{
  g_autofree char *example = NULL, *iso = NULL;

  g_assert_cmpstr (cairn_birth_date_get_order (), ==, "mdy");   /* of the C locale */
  example = cairn_birth_date_dup_example ();
  g_assert_cmpstr (example, ==, "02/29/1980");
  g_assert_cmpint (cairn_birth_date_read (example, cairn_birth_date_get_order (), &iso), ==, CAIRN_BIRTH_DATE_RIGHT);
  g_assert_cmpstr (iso, ==, "1980-02-29");
}

static void
add_tests (void)
{
  g_test_add_func ("/birth-date/read", test_read);
  g_test_add_func ("/birth-date/each-day", test_each_day);
  g_test_add_func ("/birth-date/locale", test_locale);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
