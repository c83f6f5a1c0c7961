/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CAIRN_ERROR:
 *
 * The one error domain of Cairn. A code says what a caller can do about it; the message is technical
 * and meant for the log, the words for people are picked where they are shown.
 */
#define CAIRN_ERROR (cairn_error_quark ())

/**
 * CairnError:
 * @CAIRN_ERROR_FAILED: anything without a code of its own
 * @CAIRN_ERROR_NETWORK: no whole answer came: offline, refused, cut off, deadline passed
 * @CAIRN_ERROR_CERTIFICATE: the server's certificate is not trusted
 * @CAIRN_ERROR_NOT_PORTAL: something answered, but it is no FHIR server
 * @CAIRN_ERROR_BUSY: the server asks to come back later (429, 503)
 * @CAIRN_ERROR_SERVER: the server failed (5xx)
 * @CAIRN_ERROR_CREDENTIALS: wrong user name, password or one-time code
 * @CAIRN_ERROR_SIGN_IN: the grant has expired or was revoked; sign in again
 * @CAIRN_ERROR_FORBIDDEN: the grant does not reach this far
 * @CAIRN_ERROR_NOT_FOUND: there is no such thing
 * @CAIRN_ERROR_GONE: it was deleted (410)
 * @CAIRN_ERROR_CONFLICT: somebody else changed it first (409, 412)
 * @CAIRN_ERROR_REJECTED: the request was understood and refused (4xx, OperationOutcome)
 * @CAIRN_ERROR_BAD_DATA: what came breaks its format
 * @CAIRN_ERROR_TOO_LARGE: what came is over a limit
 * @CAIRN_ERROR_LOCKED: the account is locked on this machine
 * @CAIRN_ERROR_KEYRING: there is no Secret Service, or it refused
 * @CAIRN_ERROR_STORAGE: the disk is full or a file can't be read or written
 * @CAIRN_ERROR_DAMAGED: a database is damaged or its key doesn't fit
 * @CAIRN_ERROR_IN_USE: another process holds what is needed
 * @CAIRN_ERROR_USAGE: the caller's words are wrong (command line, configuration)
 */
typedef enum
{
  CAIRN_ERROR_FAILED,
  CAIRN_ERROR_NETWORK,
  CAIRN_ERROR_CERTIFICATE,
  CAIRN_ERROR_NOT_PORTAL,
  CAIRN_ERROR_BUSY,
  CAIRN_ERROR_SERVER,
  CAIRN_ERROR_CREDENTIALS,
  CAIRN_ERROR_SIGN_IN,
  CAIRN_ERROR_FORBIDDEN,
  CAIRN_ERROR_NOT_FOUND,
  CAIRN_ERROR_GONE,
  CAIRN_ERROR_CONFLICT,
  CAIRN_ERROR_REJECTED,
  CAIRN_ERROR_BAD_DATA,
  CAIRN_ERROR_TOO_LARGE,
  CAIRN_ERROR_LOCKED,
  CAIRN_ERROR_KEYRING,
  CAIRN_ERROR_STORAGE,
  CAIRN_ERROR_DAMAGED,
  CAIRN_ERROR_IN_USE,
  CAIRN_ERROR_USAGE,
} CairnError;

GQuark      cairn_error_quark     (void);
const char *cairn_error_code_name (const GError *error);
gboolean    cairn_error_may_retry (const GError *error);

G_END_DECLS
