/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnBirthDate:
 * @CAIRN_BIRTH_DATE_RIGHT: a day that somebody alive can be born on
 * @CAIRN_BIRTH_DATE_UNREADABLE: no day can be read from it, or not all of one
 * @CAIRN_BIRTH_DATE_NO_SUCH_DAY: such as 31 February
 * @CAIRN_BIRTH_DATE_SHORT_YEAR: a year of two digits, which can be one of two
 * @CAIRN_BIRTH_DATE_TO_COME: after today
 * @CAIRN_BIRTH_DATE_LONG_AGO: before 1850
 *
 * What became of a birth date as a person wrote it.
 */
typedef enum
{
  CAIRN_BIRTH_DATE_RIGHT,
  CAIRN_BIRTH_DATE_UNREADABLE,
  CAIRN_BIRTH_DATE_NO_SUCH_DAY,
  CAIRN_BIRTH_DATE_SHORT_YEAR,
  CAIRN_BIRTH_DATE_TO_COME,
  CAIRN_BIRTH_DATE_LONG_AGO,
} CairnBirthDate;

CairnBirthDate cairn_birth_date_read        (const char *text, const char *order, char **iso);
const char    *cairn_birth_date_get_order   (void);
char          *cairn_birth_date_dup_example (void);

G_END_DECLS
