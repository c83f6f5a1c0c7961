/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What account endpoints are asked, and why they refuse (RFC 7807). Plain data. */
#include "cairn-refusal-private.h"

#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define MAX_ANSWER (256 * 1024)   /* terms of use are in it */
#define DEADLINE 30

/**
 * cairn_refusal_free:
 * @self: (transfer full): a refusal
 */
void
cairn_refusal_free (CairnRefusal *self)
{
  g_free (self->code);
  g_free (self->field);
  g_free (self->detail);
  g_free (self->support);
  g_free (self);
}

/**
 * cairn_refusal_is:
 * @self: (nullable): a refusal
 * @code: the portal's short name for what is wrong
 *
 * Returns: whether it is that
 */
gboolean
cairn_refusal_is (const CairnRefusal *self, const char *code)
{
  return self != NULL && g_str_equal (self->code, code);
}

/**
 * cairn_refusal_read:
 * @answer: an answer with a status of 400 or more
 * @error: (out): the same as an error
 *
 * Returns: (transfer full): why the portal refused
 */
CairnRefusal *
cairn_refusal_read (const CairnApiAnswer *answer, GError **error)
{
  CairnRefusal *self = g_new0 (CairnRefusal, 1);
  CairnJson json = CAIRN_JSON_NONE;
  gint64 left;

  cairn_gate_check (answer->body, MAX_ANSWER, &json, NULL);
  self->code = cairn_json_dup_text_at (json, "code");
  self->field = cairn_json_dup_text_at (json, "field");
  self->detail = cairn_json_dup_text_at (json, "detail");
  self->support = cairn_json_dup_text_at (json, "support");
  self->tries_left = cairn_json_int64 (cairn_json_get (json, "tries_left"), &left) && left >= 0 && left <= G_MAXINT ? left : -1;
  if (self->code == NULL)
    self->code = g_strdup ("");
  g_set_error (error, CAIRN_ERROR, answer->status == 401 ? CAIRN_ERROR_SIGN_IN : answer->status == 409 ? CAIRN_ERROR_CONFLICT
               : CAIRN_ERROR_REJECTED, "The portal refused: %s (HTTP %u)", *self->code != '\0' ? self->code : "no reason",
               answer->status);
  return self;
}

/**
 * cairn_refusal_make_request:
 * @method: "GET", "POST" or "DELETE"
 * @endpoint: the portal's account endpoint, with a slash at its end
 * @path: below that
 * @json: (transfer full) (nullable): body
 *
 * Returns: (transfer full): a request whose refusals come back as answers
 */
CairnApiRequest *
cairn_refusal_make_request (const char *method, const char *endpoint, const char *path, char *json)
{
  g_autofree char *url = g_strconcat (endpoint, g_str_has_suffix (endpoint, "/") ? "" : "/", path, NULL);
  CairnApiRequest *request = cairn_api_request_new (method, url);

  request->json = json;
  request->json_type = "application/json";
  request->accept = g_strdup ("application/json");
  request->keep_errors = TRUE;
  request->limit = MAX_ANSWER;
  request->deadline = DEADLINE;
  request->tries = 2;
  return request;
}
