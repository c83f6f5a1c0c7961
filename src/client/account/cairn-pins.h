/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-connection.h"

G_BEGIN_DECLS

/**
 * CairnPin:
 * @key: of a series, as of cairn_measure_dup_key()
 * @title: what it was called when it was pinned
 *
 * A trend that the patient follows. Pins are the patient's own, so they live in outbox.db and survive the cache.
 */
typedef struct
{
  char *key;
  char *title;
} CairnPin;

void       cairn_pin_free (CairnPin *self);

/* On the database's thread */
GPtrArray *cairn_pins_list (CairnConnection *connection, GError **error);
gboolean   cairn_pins_has  (CairnConnection *connection, const char *key, gboolean *has, GError **error);
gboolean   cairn_pins_set  (CairnConnection *connection, const char *key, const char *title, gboolean pinned, GError **error);

G_END_DECLS
