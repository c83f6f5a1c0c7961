/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes to a server and what comes back. Plain data. */
#include "cairn-api.h"

#include "common/cairn-crypto.h"

/**
 * cairn_api_request_new:
 * @method: "GET" or "POST", static
 * @url: absolute address
 *
 * Returns: (transfer full): a request with nothing else set
 */
CairnApiRequest *
cairn_api_request_new (const char *method, const char *url)
{
  CairnApiRequest *self = g_new0 (CairnApiRequest, 1);

  self->method = method;
  self->url = g_strdup (url);
  return self;
}

/**
 * cairn_api_request_copy:
 * @self: a request
 *
 * Returns: (transfer full): a copy
 */
CairnApiRequest *
cairn_api_request_copy (const CairnApiRequest *self)
{
  CairnApiRequest *copy = g_memdup2 (self, sizeof *self);

  copy->url = g_strdup (self->url);
  copy->token = g_strdup (self->token);
  copy->form = g_strdup (self->form);
  copy->json = g_strdup (self->json);
  copy->accept = g_strdup (self->accept);
  copy->if_none_exist = g_strdup (self->if_none_exist);
  copy->if_match = g_strdup (self->if_match);
  copy->body_type = g_strdup (self->body_type);
  copy->security_context = g_strdup (self->security_context);
  return copy;
}

/**
 * cairn_api_request_free:
 * @self: (transfer full): a request; its secrets are overwritten
 */
void
cairn_api_request_free (CairnApiRequest *self)
{
  g_free (self->url);
  g_clear_pointer (&self->token, cairn_secret_clear);
  g_clear_pointer (&self->form, cairn_secret_clear);
  g_clear_pointer (&self->json, cairn_secret_clear);
  g_free (self->accept);
  g_free (self->if_none_exist);
  g_free (self->if_match);
  g_free (self->body_type);
  g_free (self->security_context);
  g_free (self);
}

/**
 * cairn_api_answer_free:
 * @self: (transfer full): an answer
 */
void
cairn_api_answer_free (CairnApiAnswer *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->socket);
  g_free (self->type);
  g_free (self);
}
