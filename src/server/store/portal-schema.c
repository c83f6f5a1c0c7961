/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's tables, step by step. A step that has been released never changes. */
#include "portal-schema.h"

/* version       every version of every resource, in the order of commit (seq); the greatest version
 * of (type, id) is the current one, with method DELETE a deleted one idx_audience  who may see a
 * version: a patient's id, or '*' for any signed-in user; state 1 current, 0 superseded, 2 gone
 * (deleted, or no longer this patient's) idx_reference what the current versions point at, as far
 * as visibility follows it idx_token     identifiers of the current versions alias         fullUrls
 * (urn:uuid:…) of imported files whose resource has another id clock         the last seq and
 * lastUpdated given out
 */
static const char first[] =
  "CREATE TABLE version (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version "
  "INTEGER NOT NULL,"
  " updated INTEGER NOT NULL, method TEXT NOT NULL, text TEXT);"
  "CREATE UNIQUE INDEX version_instance ON version (type, id, version);"
  "CREATE INDEX version_id ON version (id);"
  "CREATE TABLE idx_audience (audience TEXT NOT NULL, type TEXT NOT NULL, seq INTEGER NOT NULL,"
  " updated INTEGER NOT NULL, state INTEGER NOT NULL, PRIMARY KEY (audience, type, seq));"
  "CREATE INDEX idx_audience_seq ON idx_audience (seq);"
  "CREATE TABLE idx_reference (target_type TEXT NOT NULL, target_id TEXT NOT NULL, name TEXT NOT "
  "NULL,"
  " seq INTEGER NOT NULL, PRIMARY KEY (target_type, target_id, name, seq));"
  "CREATE INDEX idx_reference_seq ON idx_reference (seq);"
  "CREATE TABLE idx_token (type TEXT NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL, system TEXT "
  "NOT NULL,"
  " seq INTEGER NOT NULL, PRIMARY KEY (type, name, code, system, seq));"
  "CREATE INDEX idx_token_seq ON idx_token (seq);"
  "CREATE TABLE alias (urn TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (urn, "
  "type, id));"
  "CREATE TABLE clock (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, updated INTEGER NOT NULL);"
  "INSERT INTO clock (id, seq, updated) VALUES (1, 0, 0);"
  "CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL);"

  /* Accounts: hash is Argon2id's; patient of an account's own record is the one with own = 1 */
  "CREATE TABLE account (id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, name_key TEXT NOT "
  "NULL UNIQUE,"
  " email TEXT NOT NULL, email_key TEXT NOT NULL, hash TEXT NOT NULL, practitioner TEXT, role TEXT,"
  " disabled INTEGER NOT NULL, created INTEGER NOT NULL);"
  "CREATE INDEX account_email ON account (email_key);"
  "CREATE TABLE account_patient (account TEXT NOT NULL, patient TEXT NOT NULL, own INTEGER NOT "
  "NULL,"
  " created INTEGER NOT NULL, PRIMARY KEY (account, patient));"

  /* Times in ms. Every secret is kept as SHA-256; successor is sealed with a key made from the
     token itself */
  "CREATE TABLE auth_session (hash TEXT PRIMARY KEY, client TEXT NOT NULL, scope TEXT NOT NULL,"
  " challenge TEXT NOT NULL, expires INTEGER NOT NULL);"
  "CREATE TABLE code (hash TEXT PRIMARY KEY, client TEXT NOT NULL, account TEXT NOT NULL, patient "
  "TEXT,"
  " scope TEXT NOT NULL, challenge TEXT NOT NULL, expires INTEGER NOT NULL, used_by TEXT);"
  "CREATE TABLE grants (id TEXT PRIMARY KEY, account TEXT NOT NULL, patient TEXT, client TEXT NOT "
  "NULL,"
  " scope TEXT NOT NULL, created INTEGER NOT NULL, revoked INTEGER NOT NULL);"
  "CREATE INDEX grants_account ON grants (account);"
  "CREATE TABLE access_token (hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL, expires INTEGER NOT "
  "NULL);"
  "CREATE INDEX access_token_expires ON access_token (expires);"
  "CREATE INDEX access_token_grant ON access_token (grant_id);"
  "CREATE TABLE refresh_token (hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL, expires INTEGER NOT "
  "NULL,"
  " replaced INTEGER, successor_hash TEXT, successor TEXT);"
  "CREATE INDEX refresh_token_grant ON refresh_token (grant_id);"
  "CREATE INDEX refresh_token_expires ON refresh_token (expires);"
  "CREATE INDEX refresh_token_sealed ON refresh_token (replaced) WHERE successor IS NOT NULL;"
  "CREATE INDEX auth_session_expires ON auth_session (expires);"
  "CREATE TABLE throttle (name TEXT PRIMARY KEY, wrong INTEGER NOT NULL, since INTEGER NOT NULL,"
  " in_a_row INTEGER NOT NULL);";

/* Search by parameters: rows of the current versions, made in C from portal-params.c, together by
 * version so that they are written in order; identifiers can be found by value, too. Dates in ms as
 * [low, high). indexed holds the fingerprint of the table that the rows were made by; without its
 * row everything is indexed anew (portal-values.c). claim: identifiers of conditional creates. */
static const char search[] =
  "DROP TABLE idx_token;"
  "CREATE TABLE idx_token (seq INTEGER NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL,"
  " system TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (seq, name, code, system)) WITHOUT ROWID;"
  "CREATE INDEX idx_token_identifier ON idx_token (type, code, system) WHERE name = 'identifier';"
  "CREATE TABLE idx_string (seq INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
  " folded TEXT NOT NULL, PRIMARY KEY (seq, name, value)) WITHOUT ROWID;"
  "CREATE TABLE idx_date (seq INTEGER NOT NULL, name TEXT NOT NULL, low INTEGER NOT NULL,"
  " high INTEGER NOT NULL, PRIMARY KEY (seq, name, low, high)) WITHOUT ROWID;"
  "CREATE TABLE idx_number (seq INTEGER NOT NULL, name TEXT NOT NULL, low REAL NOT NULL,"
  " high REAL NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL, unit TEXT NOT NULL,"
  " PRIMARY KEY (seq, name, low, high, system, code, unit)) WITHOUT ROWID;"
  "CREATE TABLE indexed (id INTEGER PRIMARY KEY, digest TEXT NOT NULL);"
  "CREATE TABLE claim (type TEXT NOT NULL, patient TEXT NOT NULL, system TEXT NOT NULL,"
  " value TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (type, patient, system, value));";

/* What staff hold back from patients: a resource, for the sake of itself or of a report that it
 * belongs to (root, as "Type/id"). */
static const char hold[] =
  "CREATE TABLE hold (type TEXT NOT NULL, id TEXT NOT NULL, root TEXT NOT NULL, reason TEXT,"
  " account TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (type, id, root));"
  "CREATE INDEX hold_root ON hold (root);";

/* What Binaries hold, when it is more than goes into a text: in parts of PORTAL_CONTENT_PART bytes, the
 * last one shorter. kept = 0 while it is on its way in; what is left of that when the portal starts is
 * rubbish. clock.first: the version that a resource begins with, above 1 when an earlier life of the store
 * may have given out what nobody remembers. */
static const char content[] =
  "ALTER TABLE version ADD COLUMN content INTEGER;"
  "CREATE TABLE content (id INTEGER PRIMARY KEY, length INTEGER NOT NULL, hash TEXT NOT NULL,"
  " kept INTEGER NOT NULL);"
  "CREATE INDEX content_waiting ON content (id) WHERE kept = 0;"
  "CREATE TABLE content_part (content INTEGER NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL,"
  " PRIMARY KEY (content, n));"
  "ALTER TABLE clock ADD COLUMN first INTEGER NOT NULL DEFAULT 1;";

/* Accounts that people make for themselves. factor: the sealed secret of a TOTP, factor_step the last step that was
 * taken; factor_draft one that waits for its first code. skeleton: what a user name looks like. Every code and handle is
 * kept as SHA-256, the code's together with its handle. registration.code is NULL where the contact has an account
 * already, recovery.account where nobody has: both go the same way as the others, and lead nowhere. proved: when the
 * owner last gave password and second factor. */
static const char accounts[] =
  "ALTER TABLE account ADD COLUMN phone TEXT;"
  "ALTER TABLE account ADD COLUMN given TEXT;"
  "ALTER TABLE account ADD COLUMN family TEXT;"
  "ALTER TABLE account ADD COLUMN birth TEXT;"
  "ALTER TABLE account ADD COLUMN skeleton TEXT;"
  "ALTER TABLE account ADD COLUMN terms TEXT;"
  "ALTER TABLE account ADD COLUMN terms_since INTEGER;"
  "ALTER TABLE account ADD COLUMN factor TEXT;"
  "ALTER TABLE account ADD COLUMN factor_step INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE account ADD COLUMN factor_since INTEGER;"
  "ALTER TABLE account ADD COLUMN factor_draft TEXT;"
  "ALTER TABLE account ADD COLUMN factor_draft_until INTEGER;"
  "CREATE INDEX account_phone ON account (phone) WHERE phone IS NOT NULL;"
  "CREATE INDEX account_skeleton ON account (skeleton) WHERE skeleton IS NOT NULL;"
  "CREATE TABLE recovery_code (account TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (account, hash));"
  "ALTER TABLE auth_session ADD COLUMN account TEXT;"
  "ALTER TABLE auth_session ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE auth_session ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE code ADD COLUMN device TEXT;"
  "ALTER TABLE grants ADD COLUMN device TEXT;"
  "ALTER TABLE grants ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE grants ADD COLUMN used INTEGER NOT NULL DEFAULT 0;"
  "CREATE TABLE registration (hash TEXT PRIMARY KEY, email TEXT, phone TEXT, contact_key TEXT NOT NULL, given TEXT,"
  " family TEXT, birth TEXT, invite TEXT, code TEXT, tries INTEGER NOT NULL, sent INTEGER NOT NULL, n_sent INTEGER NOT NULL,"
  " verified INTEGER NOT NULL, expires INTEGER NOT NULL);"
  "CREATE INDEX registration_contact ON registration (contact_key);"
  "CREATE INDEX registration_expires ON registration (expires);"
  "CREATE TABLE invite (hash TEXT PRIMARY KEY, patient TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL);"
  "CREATE TABLE recovery (hash TEXT PRIMARY KEY, link TEXT NOT NULL UNIQUE, code TEXT NOT NULL, account TEXT,"
  " tries INTEGER NOT NULL, code_expires INTEGER NOT NULL, expires INTEGER NOT NULL);"
  "CREATE INDEX recovery_account ON recovery (account);"
  "CREATE INDEX recovery_expires ON recovery (expires);"
  "CREATE INDEX idx_date_birth ON idx_date (low) WHERE name = 'birthdate';"

  /* What waits to be sent; claimed until a time, failed says why it never was */
  "CREATE TABLE letter (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, recipient TEXT NOT NULL, message_id TEXT NOT NULL,"
  " body TEXT NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL, expires INTEGER NOT NULL, claimed INTEGER NOT NULL,"
  " tries INTEGER NOT NULL, failed TEXT);"
  "CREATE INDEX letter_due ON letter (due) WHERE failed IS NULL;";

/* What an ID token is to say again (OpenID Connect). */
static const char identity[] =
  "ALTER TABLE auth_session ADD COLUMN nonce TEXT;"
  "ALTER TABLE code ADD COLUMN nonce TEXT;";

/* Apps of others. client.secret and auth_session.browser are kept as SHA-256; redirects one a line. A session with a browser
 * goes on in that browser alone, and its code only to redirect. */
static const char clients[] =
  "CREATE TABLE client (id TEXT PRIMARY KEY, name TEXT NOT NULL, site TEXT, redirects TEXT NOT NULL, scope TEXT,"
  " secret TEXT, registered INTEGER NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL);"
  "CREATE INDEX grants_client ON grants (client);"
  "ALTER TABLE auth_session ADD COLUMN redirect TEXT;"
  "ALTER TABLE auth_session ADD COLUMN state TEXT;"
  "ALTER TABLE auth_session ADD COLUMN browser TEXT;"
  "ALTER TABLE code ADD COLUMN redirect TEXT;";

/* Whether somebody doesn't want to hear of new messages by mail; and what was said of which thread to whom, so that
 * it isn't said again at once. */
static const char messages[] =
  "ALTER TABLE account ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;"
  "CREATE TABLE notice (recipient TEXT NOT NULL, thread TEXT NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (recipient, thread));"
  "CREATE INDEX notice_sent ON notice (sent);"
  "CREATE INDEX account_practitioner ON account (practitioner) WHERE practitioner IS NOT NULL;"
  "CREATE INDEX account_patient_patient ON account_patient (patient);";

/* Attachments that nothing points at yet, as far as anybody knows. */
static const char attachments[] =
  "CREATE TABLE waiting (id TEXT PRIMARY KEY, since INTEGER NOT NULL);"
  "CREATE INDEX waiting_since ON waiting (since);";

/* A registration that is another contact for an account which is there. */
static const char contact[] =
  "ALTER TABLE registration ADD COLUMN account TEXT;";

/* What the owner of an account reads, once it is known. */
static const char language[] =
  "ALTER TABLE account ADD COLUMN language TEXT;";

const CairnMigration portal_schema[] = {
  { first },
  { search },
  { hold },
  { content },
  { accounts },
  { identity },
  { clients },
  { messages },
  { attachments },
  { contact },
  { language },
  { NULL },
};
