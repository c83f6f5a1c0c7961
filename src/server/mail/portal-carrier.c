/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One try to send one letter: SMTP submission or an HTTP gateway through libcurl; without either, files in DIR/mail
 * (a Maildir) and DIR/text. Blocks, with deadlines; on the post's thread. Answers of servers go to the log without
 * addresses in them: a server may say what it likes, so only its number is kept. */
#include "portal-carrier.h"

#include <curl/curl.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#define CONNECT_SECONDS 10L

typedef struct
{
  const char *at;
  gsize       left;
  const int  *stopping;
} Upload;

void
portal_carrier_init (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&done, 1);
    }
}

/* Where letters of a kind go as files. */
char *
portal_carrier_get_folder (const PortalConfig *config, PortalLetterKind kind)
{
  return g_build_filename (config->data, kind == PORTAL_LETTER_TEXT ? "text" : "mail", NULL);
}

/* For the start: where letters go. */
char *
portal_carrier_dup_words (const PortalConfig *config)
{
  g_autofree char *mail = portal_carrier_get_folder (config, PORTAL_LETTER_MAIL);
  g_autofree char *text = portal_carrier_get_folder (config, PORTAL_LETTER_TEXT);
  g_autofree char *server = config->mail_host != NULL ? g_strdup_printf ("to %s:%d", config->mail_host, config->mail_port)
                                                      : g_strdup_printf ("to the Maildir %s", mail);

  return g_strdup_printf ("Mail goes %s; text messages go to %s", server,
                          config->text_url != NULL ? "their gateway" : text);
}

static PortalCarried
storage (char **why, const char *path)
{
  *why = g_strdup_printf ("%s: %s", path, g_strerror (errno));
  return PORTAL_CARRY_LATER;
}

/* Complete before it appears in new/; a second try gets the same name. */
static PortalCarried
to_file (const PortalConfig *config, const PortalLetter *letter, char **why)
{
  static const char *const names[] = { "tmp", "new", "cur" };
  g_autofree char *folder = portal_carrier_get_folder (config, letter->kind);
  g_autofree char *name = cairn_sha256_hex (letter->message_id, -1);
  g_autofree char *tmp = g_build_filename (folder, "tmp", name, NULL), *new = g_build_filename (folder, "new", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_mkdir_with_parents (path, 0700) != 0)
        return storage (why, path);
    }
  text = letter->kind == PORTAL_LETTER_TEXT ? g_strdup_printf ("To: %s\n\n%s\n", letter->recipient, letter->body)
                                            : g_strdup (letter->body);
  if (!g_file_set_contents_full (tmp, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    {
      *why = g_strdup (error->message);
      return PORTAL_CARRY_LATER;
    }
  return g_rename (tmp, new) == 0 ? PORTAL_CARRIED : storage (why, new);
}

static size_t
read_cb (char *buffer, size_t size, size_t n, void *data)
{
  Upload *upload = data;
  gsize length = MIN (size * n, upload->left);

  memcpy (buffer, upload->at, length);
  upload->at += length;
  upload->left -= length;
  return length;
}

/* What a server says beside its number is nobody's business; the deadline ends an endless one. */
static size_t
ignore_cb (char *buffer, size_t size, size_t n, void *data)
{
  return size * n;
}

static int
progress_cb (void *data, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
  return g_atomic_int_get (((Upload *) data)->stopping);
}

static char *
read_secret (const char *path)
{
  char *text = NULL;

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  text[strcspn (text, "\r\n")] = '\0';
  return text;
}

/* What both roads have in common. */
static CURL *
new_handle (const PortalConfig *config, Upload *upload)
{
  CURL *curl = curl_easy_init ();

  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_PROXY, "");
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, (long) config->mail_timeout_seconds);
  curl_easy_setopt (curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, progress_cb);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, upload);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, ignore_cb);
  return curl;
}

static PortalCarried
judge (CURL *curl, CURLcode code, gboolean refused, const int *stopping, char **why)
{
  long status = 0;

  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_ABORTED_BY_CALLBACK && g_atomic_int_get (stopping))
    return PORTAL_CARRY_STOPPED;
  if (code == CURLE_OK && !refused)
    return PORTAL_CARRIED;
  *why = g_strdup_printf ("%s (%ld)", code == CURLE_OK ? "the gateway refused it" : curl_easy_strerror (code), status);
  return PORTAL_CARRY_LATER;
}

static void
set_security (CURL *curl, const PortalConfig *config, char **secret)
{
  curl_easy_setopt (curl, CURLOPT_USE_SSL,
                    (long) (g_str_equal (config->mail_security, "none") ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (config->mail_ca_file != NULL)
    curl_easy_setopt (curl, CURLOPT_CAINFO, config->mail_ca_file);
  if (config->mail_user == NULL)
    return;
  *secret = read_secret (config->mail_password_file);
  curl_easy_setopt (curl, CURLOPT_USERNAME, config->mail_user);
  curl_easy_setopt (curl, CURLOPT_PASSWORD, *secret != NULL ? *secret : "");
}

/* Lines end in CR LF on the wire. */
static char *
dup_wire (const char *text)
{
  g_autoptr(GString) wire = g_string_new (text);

  g_string_replace (wire, "\n", "\r\n", 0);
  return g_string_free (g_steal_pointer (&wire), FALSE);
}

/* A 5xx to the recipient or the message is for good; one to the greeting or to our password is for somebody to mend. */
static gboolean
is_for_good (CURL *curl, CURLcode code)
{
  long status = 0;

  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  return status >= 550 && status <= 559 &&
         (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_WEIRD_SERVER_REPLY ||
          code == CURLE_UPLOAD_FAILED);
}

static PortalCarried
to_smtp (const PortalConfig *config, const PortalLetter *letter, const int *stopping, char **why)
{
  g_autofree char *wire = dup_wire (letter->body);
  Upload upload = { wire, strlen (wire), stopping };
  CURL *curl = new_handle (config, &upload);
  gboolean tls = g_str_equal (config->mail_security, "tls");
  g_autofree char *url = g_strdup_printf ("%s://%s:%d", tls ? "smtps" : "smtp", config->mail_host, config->mail_port);
  g_autofree char *from = g_strdup_printf ("<%s>", config->mail_from), *to = g_strdup_printf ("<%s>", letter->recipient);
  struct curl_slist *recipients = curl_slist_append (NULL, to);
  char *secret = NULL;
  PortalCarried end;
  CURLcode code;

  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (curl, CURLOPT_MAIL_FROM, from);
  curl_easy_setopt (curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (curl, CURLOPT_READDATA, &upload);
  curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
  set_security (curl, config, &secret);
  code = curl_easy_perform (curl);
  end = judge (curl, code, FALSE, stopping, why);
  if (end == PORTAL_CARRY_LATER && is_for_good (curl, code))
    end = PORTAL_CARRY_NEVER;
  curl_easy_cleanup (curl);
  curl_slist_free_all (recipients);
  cairn_secret_clear (secret);
  return end;
}

static char *
to_json (const PortalLetter *letter)
{
  const char *const members[][2] = { { "id", letter->message_id }, { "to", letter->recipient }, { "text", letter->body } };
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      json_builder_set_member_name (builder, members[i][0]);
      json_builder_add_string_value (builder, members[i][1]);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static PortalCarried
to_gateway (const PortalConfig *config, const PortalLetter *letter, const int *stopping, char **why)
{
  g_autofree char *body = to_json (letter), *line = NULL;
  Upload upload = { NULL, 0, stopping };
  CURL *curl = new_handle (config, &upload);
  struct curl_slist *headers = curl_slist_append (NULL, "Content-Type: application/json");
  char *secret = read_secret (config->text_token_file);
  PortalCarried end;
  CURLcode code;
  long status = 0;

  if (secret != NULL)
    {
      line = g_strconcat ("Authorization: Bearer ", secret, NULL);
      headers = curl_slist_append (headers, line);
    }
  curl_easy_setopt (curl, CURLOPT_URL, config->text_url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
  code = curl_easy_perform (curl);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  end = judge (curl, code, status / 100 != 2, stopping, why);
  if (end == PORTAL_CARRY_LATER && code == CURLE_OK && status / 100 == 4 && status != 401 && status != 403 &&
      status != 408 && status != 429)
    end = PORTAL_CARRY_NEVER;
  curl_easy_cleanup (curl);
  curl_slist_free_all (headers);
  cairn_secret_clear (secret);
  if (line != NULL)
    memset (line, 0, strlen (line));
  return end;
}

/* @stopping may become TRUE from another thread at any time; @why is set when it wasn't sent. */
PortalCarried
portal_carrier_send (const PortalConfig *config, const PortalLetter *letter, const int *stopping, char **why)
{
  if (letter->kind == PORTAL_LETTER_NOBODY)
    return PORTAL_CARRIED;
  if (letter->kind == PORTAL_LETTER_MAIL && config->mail_host != NULL)
    return to_smtp (config, letter, stopping, why);
  if (letter->kind == PORTAL_LETTER_TEXT && config->text_url != NULL)
    return to_gateway (config, letter, stopping, why);
  return to_file (config, letter, why);
}
