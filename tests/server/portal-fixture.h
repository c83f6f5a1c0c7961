/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "server/portal.h"

#define FIXTURE_PASSWORD "a long sample password"

/**
 * Fixture:
 *
 * A portal in a folder of its own, on a free port, and somebody who speaks HTTP to it.
 */
typedef struct
{
  char         *folder;
  PortalConfig *config;
  Portal       *portal;
  SoupSession  *session;
  const char   *scope;    /* nullable: what sign-ins ask for, encoded */

  /* Of the last answer */
  guint               status;
  SoupMessageHeaders *headers;
  char               *body;
  gsize               length;
} Fixture;

Fixture    *fixture_new        (void);
void        fixture_free       (Fixture *self);
void        fixture_start      (Fixture *self);
JsonObject *fixture_load       (Fixture *self, const char *json);
void        fixture_add        (Fixture *self, const char *username, const char *patient);
void        fixture_add_staff  (Fixture *self, const char *username, const char *practitioner, const char *role);

void        fixture_link       (Fixture *self, const char *username, const char *patient);

void        fixture_send_message (Fixture *self, SoupMessage *message, const char *token);
const char *fixture_send       (Fixture *self, const char *method, const char *path, const char *token,
                                const char *header, const char *value);
const char *fixture_get        (Fixture *self, const char *path, const char *token);
const char *fixture_post       (Fixture *self, const char *path, const char *token, const char *form);
const char *fixture_put        (Fixture *self, const char *method, const char *path, const char *token,
                                const char *type, const char *body, const char *header, const char *value);
JsonObject *fixture_json       (Fixture *self);
JsonObject *fixture_get_json   (Fixture *self, const char *path, const char *token);
const char *fixture_text       (JsonObject *object, const char *name);
char       *fixture_next       (Fixture *self, JsonObject *bundle);
guint       fixture_n_entries  (JsonObject *bundle);

const char *fixture_send_json  (Fixture *self, const char *method, const char *path, const char *token, const char *json, ...)
                                G_GNUC_PRINTF (5, 6);
guint       fixture_count_letters (Fixture *self, const char *folder);
char       *fixture_letter     (Fixture *self, const char *folder, const char *to);
char       *fixture_letter_code (const char *letter);

char       *fixture_challenge  (Fixture *self, const char *verifier, const char *username, const char *password);
JsonObject *fixture_redeem     (Fixture *self, const char *code, const char *verifier);
JsonObject *fixture_sign_in    (Fixture *self, const char *username);
char       *fixture_token      (Fixture *self, const char *username);

char       *fixture_visible    (const char *path);
char       *fixture_read_visible (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

#define assert_status(fixture, wanted) \
  G_STMT_START { if ((fixture)->status != (wanted)) \
    g_error ("%s:%d: status %u instead of %u: %.300s", __FILE__, __LINE__, (fixture)->status, (guint) (wanted), \
             (fixture)->body); } G_STMT_END
