/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

typedef struct _FaultServer FaultServer;

/* Answers what is below /fhir and isn't discovery. */
typedef void (*FaultServerFunc) (FaultServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
                                 gpointer data);

/**
 * FaultServer:
 * @root: address, with a slash at its end
 * @n_requests: below /fhir, without discovery
 * @n_tokens: tokens that were given out
 * @n_with_token: requests, to whatever path, that came with a token
 * @refuse_refresh: whether a refresh is answered with invalid_grant
 * @token_seconds: what expires_in says
 * @no_history: whether type histories aren't declared
 * @no_compartment: whether the compartment isn't declared
 *
 * A server that signs in like the portal and then answers what a test wants: for answers that the real
 * portal never gives.
 */
struct _FaultServer
{
  SoupServer      *server;
  char            *root;
  FaultServerFunc  func;
  gpointer         data;
  guint            n_requests;
  guint            n_tokens;
  guint            n_with_token;
  gboolean         refuse_refresh;
  int              token_seconds;
  gboolean         no_history;
  gboolean         no_compartment;
};

FaultServer *fault_server_new     (FaultServerFunc func, gpointer data);
void         fault_server_free    (FaultServer *self);
void         fault_server_answer  (SoupServerMessage *message, guint status, const char *type, const char *body);
void         fault_server_bundle  (SoupServerMessage *message, const char *entries, const char *next);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultServer, fault_server_free)
