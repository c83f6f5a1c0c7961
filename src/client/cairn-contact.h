/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnContactKind:
 * @CAIRN_CONTACT_EMAIL: looks like a whole e-mail address
 * @CAIRN_CONTACT_PHONE: looks like a telephone number with its country
 * @CAIRN_CONTACT_NO_ENDING: an e-mail address whose end is missing, such as "ana@example"
 * @CAIRN_CONTACT_NO_COUNTRY: a telephone number without its country
 * @CAIRN_CONTACT_UNREADABLE: neither
 *
 * What a person gave as the way to reach them. The portal has the last word.
 */
typedef enum
{
  CAIRN_CONTACT_EMAIL,
  CAIRN_CONTACT_PHONE,
  CAIRN_CONTACT_NO_ENDING,
  CAIRN_CONTACT_NO_COUNTRY,
  CAIRN_CONTACT_UNREADABLE,
} CairnContactKind;

CairnContactKind cairn_contact_read     (const char *text);
gboolean         cairn_contact_is_phone (const char *text);

G_END_DECLS
