/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all account endpoints share: JSON in, JSON or RFC 7807 problems out, and how contacts are written. */
#include "portal-account-call.h"

#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "server/mail/portal-language.h"
#include "server/messages/portal-recipients.h"

#define LONGEST_BODY (16 * 1024)
#define LONGEST_EMAIL 254
#define PROBLEM "application/problem+json"

JsonBuilder *
portal_answer_begin (void)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  return builder;
}

/* A member, left out when it has no value. */
void
portal_answer_text (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

void
portal_answer_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
portal_answer_flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
finish (PortalCall *call, guint status, const char *type, JsonBuilder *builder)
{
  g_autoptr(JsonNode) root = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  portal_call_reply_take (call, status, type, json_to_string (root, FALSE));
}

/* Ends the object that portal_answer_begin() began. */
void
portal_answer_send (PortalCall *call, guint status, JsonBuilder *builder)
{
  finish (call, status, "application/json", builder);
}

/* @left: how many more tries there are, or -1. Everybody gets the clinic's contact along, so that nobody is left alone. */
void
portal_account_problem_left (PortalCall *call,
                             guint       status,
                             const char *code,
                             const char *field,
                             const char *detail,
                             gint64      left)
{
  g_autoptr(JsonBuilder) builder = portal_answer_begin ();

  portal_answer_text (builder, "type", "about:blank");
  portal_answer_int (builder, "status", status);
  portal_answer_text (builder, "code", code);
  portal_answer_text (builder, "field", field);
  portal_answer_text (builder, "detail", detail);
  if (left >= 0)
    portal_answer_int (builder, "tries_left", left);
  portal_answer_text (builder, "support", call->service->config->support);
  finish (call, status, PROBLEM, builder);
}

void
portal_account_problem (PortalCall *call, guint status, const char *code, const char *field, const char *detail)
{
  portal_account_problem_left (call, status, code, field, detail, -1);
}

void
portal_account_wait (PortalCall *call, gint64 ms)
{
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (ms + 999) / 1000);

  portal_call_add_header (call, "Retry-After", seconds);
  portal_account_problem (call, 429, "too_many", NULL, "There were too many tries; try again later");
}

/* What failed inside is for the log. */
void
portal_account_fail (PortalCall *call, const GError *error)
{
  portal_call_fail (call, error);
}

/* The body, an object; else the call is answered. */
gboolean
portal_account_read (PortalCall *call, CairnJson *body)
{
  g_autoptr(GError) error = NULL;

  if (call->input == NULL || g_bytes_get_size (call->input) > LONGEST_BODY ||
      g_strcmp0 (call->input_type, "application/json") != 0)
    portal_account_problem (call, call->input != NULL && g_bytes_get_size (call->input) > LONGEST_BODY ? 413 : 415,
                            "bad_request", NULL, "The body is JSON (application/json) of at most 16 KB");
  else if (!cairn_gate_check (call->input, LONGEST_BODY, body, &error) || !cairn_json_is_object (*body))
    portal_account_problem (call, 400, "bad_request", NULL, "The body is no JSON object");
  else
    return TRUE;
  return FALSE;
}

/* A text without blanks around it; NULL when it is absent, empty, too long or has control characters. */
char *
portal_account_text (CairnJson body, const char *name, gsize longest)
{
  g_autofree char *text = cairn_json_dup_string (cairn_json_member (body, name));

  if (text == NULL)
    return NULL;
  g_strstrip (text);
  if (*text == '\0' || strlen (text) > longest)
    return NULL;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return NULL;
  return g_steal_pointer (&text);
}

static gboolean
is_local_part (const char *text, gsize length)
{
  static const char allowed[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "!#$%&'*+-/=?^_`{|}~.";

  if (length == 0 || length > 64 || text[0] == '.' || text[length - 1] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (strchr (allowed, text[i]) == NULL || (text[i] == '.' && text[i + 1] == '.'))
      return FALSE;
  return TRUE;
}

/* An e-mail address as mail servers take it (RFC 5321's Mailbox without quotes, IDNA domains); NULL if it is none.
 * Nothing that passes can end a header line or name a second recipient. */
char *
portal_email_prepare (const char *email)
{
  static const char allowed[] = G_CSET_a_2_z G_CSET_DIGITS ".-";
  const char *at = email != NULL ? strrchr (email, '@') : NULL;
  g_autofree char *host = NULL, *lower = NULL, *whole = NULL;

  if (at == NULL || !g_utf8_validate (email, -1, NULL) || !is_local_part (email, at - email))
    return NULL;
  host = g_hostname_to_ascii (at + 1);
  lower = host != NULL ? g_ascii_strdown (host, -1) : NULL;
  if (lower == NULL || *lower == '\0' || *lower == '.' || *lower == '-' || g_str_has_suffix (lower, ".") ||
      g_str_has_suffix (lower, "-") || strstr (lower, "..") != NULL || lower[strspn (lower, allowed)] != '\0')
    return NULL;
  whole = g_strdup_printf ("%.*s@%s", (int) (at - email), email, lower);
  return strlen (whole) <= LONGEST_EMAIL ? g_steal_pointer (&whole) : NULL;
}

/* A telephone number with its country (E.164): "+" and 8 to 15 digits; NULL if it is none. */
char *
portal_phone_prepare (const char *phone)
{
  g_autoptr(GString) digits = g_string_new ("+");

  if (phone == NULL || *phone != '+')
    return NULL;
  for (const char *at = phone + 1; *at != '\0'; at++)
    if (g_ascii_isdigit (*at))
      g_string_append_c (digits, *at);
    else if (strchr (" ()-./", *at) == NULL)
      return NULL;
  if (digits->len < 9 || digits->len > 16 || digits->str[1] == '0')
    return NULL;
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

/* Where an account's letters go. */
const char *
portal_account_channel (const PortalAccount *account, PortalLetterKind *kind)
{
  *kind = *account->email != '\0' ? PORTAL_LETTER_MAIL : PORTAL_LETTER_TEXT;
  return *account->email != '\0' ? account->email : account->phone;
}

static gboolean
note_language (CairnJson communication, gpointer data)
{
  char **found = data;
  gboolean preferred = cairn_json_boolean (cairn_json_member (communication, "preferred"), FALSE);
  g_autofree char *code = NULL, *best = NULL;

  if (*found != NULL && !preferred)
    return TRUE;
  code = cairn_json_dup_text_at (communication, "language.coding.0.code");
  best = portal_language_dup_best (code);
  if (best == NULL)
    return TRUE;
  g_free (*found);
  *found = g_steal_pointer (&best);
  return !preferred;
}

/* The language to write to the owner in: the account's, else what the record says (FHIR R4 Patient.communication), else what this
 * one is wished for in; NULL when nobody knows. */
char *
portal_account_dup_language (CairnConnection *db, const PortalAccount *account, const char *wishes)
{
  g_autofree char *reference = account->patient != NULL ? g_strconcat ("Patient/", account->patient, NULL) : NULL;
  g_autoptr(GBytes) text = NULL;
  char *found = NULL;

  if (account->language != NULL)
    return g_strdup (account->language);
  if (reference != NULL && portal_recipients_load (db, account->patient, reference, &text, NULL) && text != NULL)
    cairn_json_foreach (cairn_json_from_bytes (text), "communication", note_language, &found);
  return found != NULL ? found : portal_language_dup_best (wishes);
}
