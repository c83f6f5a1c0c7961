/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORTAL_STORE_FILE "portal.db"

/**
 * PortalConfig:
 * @data: the portal's folder
 * @listen: ADDRESS:PORT; port 0 takes a free one
 * @public_url: (nullable): how the outside reaches the portal; else the request's Host
 * @behind_proxy: whether a reverse proxy does TLS in front
 * @connections_per_address: most at once, but from this machine and from a reverse proxy
 * @live_sockets: how many may wait for news at once
 * @log_requests: whether to write a line of JSON a request to standard error
 * @metrics: (nullable): loopback ADDRESS:PORT for Prometheus
 * @key_file: (nullable): file with the store's key
 * @mail_from: address that mails come from
 * @mail_host: (nullable): SMTP server; without one, mail goes into DIR/mail
 * @mail_security: "starttls", "tls", or "none" for a server on this machine
 * @mail_retry_seconds: the wait after the first try that failed; it doubles
 * @mail_timeout_seconds: for all of a try, of text messages as well
 * @text_url: (nullable): gateway for text messages; without one, they go into DIR/text
 * @registration: "open", "invitation" or "closed"
 * @second_factor: "optional", "staff" or "required": of whom a second factor is asked
 * @app_registration: "open" when apps of others may register themselves, or "closed"
 * @terms_file: (nullable): the clinic's terms of use, plain text
 * @terms_version: (nullable): what to call them; else made from their text
 * @support: (nullable): whom patients may turn to, in words
 * @reply_hours: within how many hours messages are answered, where a pool doesn't say something else
 * @emergency_text: (nullable): what to do instead of writing when it can't wait
 * @emergency_number: (nullable): the number to call then
 * @messages_phone: (nullable): the clinic's own number; else that of the patient's clinic in the directory
 * @keep_days: so long an attachment may wait for its message
 * @words: bytes of a message's words, at most
 * @attachments: files that a message may have
 * @attachment_mb: megabytes of one, 25 at most
 * @attachment_types: media types of them, a word each, of those that the portal can tell
 * @name: (nullable): the clinic's name
 *
 * Everything that can be set about a portal: the command line over the key file over the defaults.
 */
typedef struct
{
  char    *data;
  char    *listen;
  char    *public_url;
  char    *tls_cert;
  char    *tls_key;
  gboolean behind_proxy;
  int      connections_per_address;
  int      live_sockets;
  gboolean log_requests;
  char    *metrics;
  char    *key_file;
  char    *name;
  char    *support;
  char    *mail_from;
  char    *mail_host;
  int      mail_port;
  char    *mail_security;
  char    *mail_user;
  char    *mail_password_file;
  char    *mail_ca_file;
  int      mail_retry_seconds;
  int      mail_timeout_seconds;
  char    *text_url;
  char    *text_token_file;
  char    *registration;
  char    *app_registration;
  char    *terms_file;
  char    *terms_version;
  int      reply_hours;
  char    *emergency_text;
  char    *emergency_number;
  char    *messages_phone;
  int      keep_days;
  int      words;
  int      attachments;
  int      attachment_mb;
  char    *attachment_types;
  int      access_token_seconds;
  int      refresh_token_days;
  int      password_min;
  char    *second_factor;
  int      wrong_per_account;
  int      wrong_per_address;
} PortalConfig;

PortalConfig *portal_config_new      (const char *data);
gboolean      portal_config_has_store (const PortalConfig *self, GError **error);
void          portal_config_free     (PortalConfig *self);
PortalConfig *portal_config_copy     (const PortalConfig *self);
gboolean      portal_config_load     (PortalConfig *self, const char *file, GError **error);
gboolean      portal_config_check    (PortalConfig *self, GError **error);
char         *portal_config_to_text  (const PortalConfig *self);
GInetSocketAddress *portal_config_dup_address (const char *listen, GError **error);
gboolean      portal_config_has_key  (const PortalConfig *self);
GBytes       *portal_config_load_key (const PortalConfig *self, GError **error);
gboolean      portal_config_is_here  (const char *host);
char        **portal_config_dup_types (const PortalConfig *self);
char         *portal_config_dup_warning (const PortalConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalConfig, portal_config_free)

G_END_DECLS
