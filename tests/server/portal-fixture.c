/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real portal in process, and a plain HTTP client for it. */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "server/sign-in/portal-accounts.h"

Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autofree char *data = NULL;
  g_autoptr(GError) error = NULL;

  self->folder = g_dir_make_tmp ("portal-XXXXXX", &error);
  g_assert_no_error (error);
  data = g_build_filename (self->folder, "data", NULL);
  self->config = portal_config_new (data);
  g_free (self->config->listen);
  self->config->listen = g_strdup ("127.0.0.1:0");
  self->session = soup_session_new ();
  return self;
}

static void
remove_all (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_remove (path);
}

static void
clear_answer (Fixture *self)
{
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_clear_pointer (&self->body, g_free);
}

void
fixture_free (Fixture *self)
{
  g_object_unref (self->session);
  g_clear_object (&self->portal);
  portal_config_free (self->config);
  clear_answer (self);
  remove_all (self->folder);
  g_free (self->folder);
  g_free (self);
}

static Portal *
portal_of (Fixture *self)
{
  g_autoptr(GError) error = NULL;

  if (self->portal == NULL)
    {
      self->portal = portal_new (self->config);
      g_assert_true (portal_open (self->portal, &error));
      g_assert_no_error (error);
    }
  return self->portal;
}

void
fixture_start (Fixture *self)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (portal_start (portal_of (self), &error));
  g_assert_no_error (error);
}

/* Imports a text; its line of the report. */
JsonObject *
fixture_load (Fixture *self, const char *json)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *report = NULL;
  JsonArray *files;
  gboolean ok;

  report = portal_import_text (portal_of (self), json, &ok, &error);
  g_assert_no_error (error);
  g_assert_true (json_parser_load_from_data (parser, report, -1, NULL));
  files = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                        "files");
  return json_object_ref (json_array_get_object_element (files, 0));
}

void
fixture_add (Fixture *self, const char *username, const char *patient)
{
  g_autofree char *email = g_strconcat (username, "@example.org", NULL), *json = NULL;
  g_autoptr(GError) error = NULL;

  json = portal_account_add_patient (portal_of (self), username, email, patient, FIXTURE_PASSWORD,
                                     &error);
  g_assert_no_error (error);
}

void
fixture_add_staff (Fixture *self, const char *username, const char *practitioner, const char *role)
{
  PortalNewAccount wanted = { .username = username, .email = "staff@example.org", .practitioner = practitioner,
                              .role = role, .password = FIXTURE_PASSWORD };
  g_autoptr(PortalAccount) account = NULL;
  g_autoptr(GError) error = NULL;

  account = portal_account_add (portal_store_get_writer (portal_get_store (portal_of (self))), &wanted, &error);
  g_assert_no_error (error);
}

/* One more record for an account. */
void
fixture_link (Fixture *self, const char *username, const char *patient)
{
  g_autoptr(GError) error = NULL;

  portal_account_link (portal_store_get_writer (portal_get_store (portal_of (self))), self->config, username, patient, &error);
  g_assert_no_error (error);
}

void
fixture_send_message (Fixture *self, SoupMessage *message, const char *token)
{
  g_autofree char *authorization = token != NULL ? g_strconcat ("Bearer ", token, NULL) : NULL;
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) error = NULL;

  if (authorization != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                  authorization);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  body = soup_session_send_and_read (self->session, message, NULL, &error);
  g_assert_no_error (error);
  clear_answer (self);
  self->status = soup_message_get_status (message);
  self->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  self->length = g_bytes_get_size (body);
  self->body = g_malloc0 (self->length + 1);
  if (self->length > 0)
    memcpy (self->body, g_bytes_get_data (body, NULL), self->length);
}

static SoupMessage *
message_new (Fixture *self, const char *method, const char *path)
{
  g_autofree char *url = NULL;

  if (g_str_has_prefix (path, "http"))
    return soup_message_new (method, path);
  url = g_strconcat (portal_get_url (self->portal), path, NULL);
  return soup_message_new (method, url);
}

/* A request with one more header; path is relative to the portal's root, or an address. */
const char *
fixture_send (Fixture *self,
              const char *method,
              const char *path,
              const char *token,
              const char *header,
              const char *value)
{
  g_autoptr(SoupMessage) message = message_new (self, method, path);

  if (header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), header, value);
  fixture_send_message (self, message, token);
  return self->body;
}

const char *
fixture_get (Fixture *self, const char *path, const char *token)
{
  return fixture_send (self, "GET", path, token, NULL, NULL);
}

const char *
fixture_post (Fixture *self, const char *path, const char *token, const char *form)
{
  g_autoptr(SoupMessage) message = message_new (self, "POST", path);
  g_autoptr(GBytes) body = g_bytes_new (form, strlen (form));

  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
  fixture_send_message (self, message, token);
  return self->body;
}

/* A request with a body and one more header (nullable). */
const char *
fixture_put (Fixture *self,
             const char *method,
             const char *path,
             const char *token,
             const char *type,
             const char *body,
             const char *header,
             const char *value)
{
  g_autoptr(SoupMessage) message = message_new (self, method, path);
  g_autoptr(GBytes) bytes = g_bytes_new (body, strlen (body));

  soup_message_set_request_body_from_bytes (message, type, bytes);
  if (header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), header, value);
  fixture_send_message (self, message, token);
  return self->body;
}

/* The last answer as JSON. */
JsonObject *
fixture_json (Fixture *self)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;

  json_parser_load_from_data (parser, self->body, self->length, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

JsonObject *
fixture_get_json (Fixture *self, const char *path, const char *token)
{
  fixture_get (self, path, token);
  assert_status (self, 200);
  return fixture_json (self);
}

const char *
fixture_text (JsonObject *object, const char *name)
{
  return json_object_has_member (object, name) ? json_object_get_string_member (object, name)
                                               : NULL;
}

/* The address of the page after this one, or NULL. */
char *
fixture_next (Fixture *self, JsonObject *bundle)
{
  JsonArray *links = json_object_get_array_member (bundle, "link");

  for (guint i = 0; i < json_array_get_length (links); i++)
    {
      JsonObject *link = json_array_get_object_element (links, i);

      if (g_str_equal (json_object_get_string_member (link, "relation"), "next"))
        return g_strdup (json_object_get_string_member (link, "url"));
    }
  return NULL;
}

guint
fixture_n_entries (JsonObject *bundle)
{
  return json_object_has_member (bundle, "entry")
           ? json_array_get_length (json_object_get_array_member (bundle, "entry"))
           : 0;
}

#define SCOPE "launch/patient%20offline_access%20patient/*.rs%20user/*.rs"

/* Asks the challenge endpoint; the code, or NULL with the answer left to look at. */
char *
fixture_challenge (Fixture *self, const char *verifier, const char *username, const char *password)
{
  g_autofree char *challenge = cairn_pkce_challenge (verifier);
  g_autofree char *name = g_uri_escape_string (username, NULL, FALSE);
  g_autofree char *secret = g_uri_escape_string (password, NULL, FALSE);
  g_autofree char *form = NULL;
  g_autoptr(JsonObject) answer = NULL;

  form = g_strdup_printf ("client_id=cairn&response_type=code&scope=%s&code_challenge=%s"
                          "&code_challenge_method=S256&username=%s&password=%s",
                          self->scope != NULL ? self->scope : SCOPE, challenge, name, secret);
  fixture_post (self, "auth/challenge", NULL, form);
  answer = fixture_json (self);
  return g_strdup (fixture_text (answer, "authorization_code"));
}

JsonObject *
fixture_redeem (Fixture *self, const char *code, const char *verifier)
{
  g_autofree char *form = NULL;

  g_assert_nonnull (code);
  form = g_strdup_printf ("grant_type=authorization_code&client_id=cairn&code=%s&code_verifier=%s",
                          code, verifier);
  fixture_post (self, "auth/token", NULL, form);
  assert_status (self, 200);
  return fixture_json (self);
}

JsonObject *
fixture_sign_in (Fixture *self, const char *username)
{
  g_autofree char *verifier = cairn_pkce_verifier_new ();
  g_autofree char *code = fixture_challenge (self, verifier, username, FIXTURE_PASSWORD);

  return fixture_redeem (self, code, verifier);
}

char *
fixture_token (Fixture *self, const char *username)
{
  g_autoptr(JsonObject) tokens = fixture_sign_in (self, username);

  return g_strdup (fixture_text (tokens, "access_token"));
}

/* A real record's path, or NULL with the test skipped. */
char *
fixture_visible (const char *path)
{
  const char *folder = g_getenv ("CAIRN_VISIBLE");
  g_autofree char *full = folder != NULL ? g_build_filename (folder, path, NULL) : NULL;

  if (full != NULL && g_file_test (full, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&full);
  g_test_skip ("UNAVAILABLE: the real records beside the project");
  return NULL;
}

/* Its text, unpacked when it ends in .xz. */
char *
fixture_read_visible (const char *path)
{
  g_autofree char *full = fixture_visible (path);
  const char *argv[] = { "xz", "-dc", full, NULL };
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  if (full == NULL)
    return NULL;
  if (g_str_has_suffix (full, ".xz"))
    g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, NULL,
                  &error);
  else
    g_file_get_contents (full, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* A request with a JSON body, written with single quotes. */
const char *
fixture_send_json (Fixture *self, const char *method, const char *path, const char *token, const char *json, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, json);
  text = g_strdup_vprintf (json, args);
  va_end (args);
  g_strdelimit (text, "'", '"');
  return fixture_put (self, method, path, token, "application/json", text, NULL, NULL);
}

/* How many letters there are in "mail" or "text". */
guint
fixture_count_letters (Fixture *self, const char *folder)
{
  g_autofree char *path = g_build_filename (self->config->data, folder, "new", NULL);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A mail as people see it: its header lines of note, then its plain part. */
static char *
read_mail (const char *text)
{
  g_autoptr(GString) words = g_string_new (NULL);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (text, strlen (text));
  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);
  GMimeObject *part = g_mime_message_get_mime_part (message);
  g_autofree char *plain = NULL;

  g_assert_true (GMIME_IS_MULTIPART (part));
  g_assert_cmpint (g_mime_multipart_get_count (GMIME_MULTIPART (part)), ==, 2);
  plain = g_mime_text_part_get_text (GMIME_TEXT_PART (g_mime_multipart_get_part (GMIME_MULTIPART (part), 0)));
  g_string_append_printf (words, "Subject: %s\n\n%s", g_mime_message_get_subject (message), plain);
  g_object_unref (message);
  g_object_unref (parser);
  g_object_unref (stream);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static char *
take_letter (const char *folder, const char *to, gboolean mail)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *wanted = g_strdup_printf ("To: %s\n", to);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL) || strstr (text, wanted) == NULL)
        continue;
      g_assert_cmpint (g_remove (path), ==, 0);
      return mail ? read_mail (text) : g_steal_pointer (&text);
    }
  return NULL;
}

/* Waits for a letter to somebody, and takes it out of "mail" or "text". */
char *
fixture_letter (Fixture *self, const char *folder, const char *to)
{
  g_autofree char *path = g_build_filename (self->config->data, folder, "new", NULL);
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  g_mime_init ();
  while (g_get_monotonic_time () < end)
    {
      char *text = take_letter (path, to, g_str_equal (folder, "mail"));

      if (text != NULL)
        return text;
      g_usleep (5000);
    }
  g_error ("There is no letter to %s", to);
}

/* The eight digits in it. */
char *
fixture_letter_code (const char *letter)
{
  g_autoptr(GRegex) regex = g_regex_new ("\\b[0-9]{8}\\b", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_assert_true (g_regex_match (regex, letter, 0, &match));
  return g_match_info_fetch (match, 0);
}
